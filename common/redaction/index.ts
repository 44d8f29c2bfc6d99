export { boxAt, type Cover, coverAt, inRange, mutedSpans, type TickSpan } from './cover.ts';
export {
  emptyDocument,
  type FrameRange,
  frameRangeSchema,
  type Keyframe,
  type MaskStyle,
  type Mute,
  maskStyleSchema,
  muteSchema,
  type RedactionDocument,
  redactionDocumentSchema,
  type Track,
  trackSchema,
  weakestBlur,
  weakestPixelate,
} from './document.ts';
export { type Applied, applyEdit, type RedactionEdit, redactionEditSchema } from './edit.ts';
export { type Channel, paintChannel } from './paint.ts';
