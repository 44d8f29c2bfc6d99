export type { FrameTable, FrameTableWire, TimeBase } from './frame-table.ts';
export {
  decodeFrameTable,
  encodeFrameTable,
  endOfFrame,
  frameAt,
  frameAtMicroseconds,
  frameCount,
  frameTableWireSchema,
  frameTimeMicroseconds,
  midFrameMicroseconds,
  toMicroseconds,
} from './frame-table.ts';
export { formatClock, formatDuration, formatRecordingTime, formatWallTime } from './timecode.ts';
