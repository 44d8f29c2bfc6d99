export {
  clampFrame,
  type FrameClock,
  frameOfMediaTime,
  mediaSpan,
  tableDurationUs,
} from './playback/frame-clock.ts';
export { parseGoTo } from './playback/go-to.ts';
export {
  idlePlan,
  landAfterPlaying,
  letGo,
  noNewPicture,
  pictureShown,
  type SeekMove,
  type SeekPlan,
  seekArrived,
  stepFrames,
  wantFrame,
} from './playback/seek-plan.ts';
export { type SegmentPlace, segmentPlaces } from './playback/segments.ts';
export { hasSoundAt, nextSpeed, speeds } from './playback/speeds.ts';
export {
  type Autosave,
  type BranchResult,
  createAutosave,
  type SavedProject,
  type SavePorts,
  type SaveState,
  type SendResult,
  type UnsentEdits,
} from './redaction/autosave.ts';
export { type ComparedItem, compareDocuments, type ItemDifference } from './redaction/compare.ts';
export { createEditor, type Editor, type EditorOptions } from './redaction/editor.ts';
export {
  type EditorState,
  liveDocument,
  type Marks,
  markedRange,
  type Selection,
  selectedIsHere,
  selectedMute,
  selectedRange,
  selectedTrack,
  type Tool,
} from './redaction/editor-state.ts';
export { type Gesture, type PointerAt, type PressOn } from './redaction/gesture.ts';
export { applyAll, type History, type Step, type Stepped } from './redaction/history.ts';
export { type Hit, type Reach } from './redaction/hit.ts';
export { keyframeAt, neighbourKeyframe } from './redaction/operations.ts';
export { computedRegion, paintPreview, type RegionPixels } from './redaction/preview.ts';
export { type Guides } from './redaction/snap.ts';
export { type EventFlag, eventFlags, neighbourFlag, type TimedTrigger, triggerWords } from './timeline/events.ts';
export { type BlockGrip, dragSpan, packRows, type Span, spanTime } from './timeline/lanes.ts';
export { type RulerTick, rulerTicks } from './timeline/ruler.ts';
export {
  fitAll,
  followTime,
  panBy,
  pixelAt,
  resizeView,
  revealTime,
  timeAt,
  type Viewport,
  zoomAt,
} from './timeline/viewport.ts';
