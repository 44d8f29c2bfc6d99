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
  letGo,
  noNewPicture,
  pictureShown,
  type SeekMove,
  type SeekPlan,
  seekArrived,
  stepFrames,
  wantFrame,
} from './playback/seek-plan.ts';
export { factsOf, type SegmentPlace, segmentPlaces } from './playback/segments.ts';
export { hasSoundAt, nextSpeed, speeds } from './playback/speeds.ts';
export {
  type Autosave,
  createAutosave,
  type SavedProject,
  type SavePorts,
  type SaveState,
  type SendResult,
  type UnsentEdits,
} from './redaction/autosave.ts';
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
export { type Gesture, moveGesture, noGesture, type PointerAt, type PressOn } from './redaction/gesture.ts';
export {
  applyAll,
  doStep,
  emptyHistory,
  type History,
  redoStep,
  type Step,
  type Stepped,
  undoStep,
} from './redaction/history.ts';
export { type Hit, hitTest, type Reach, reachAt } from './redaction/hit.ts';
export {
  centreBox,
  copyTrack,
  freeName,
  keyframeAt,
  leastInside,
  leastSide,
  muteOf,
  neighbourKeyframe,
  newTrack,
  sameBox,
  tidyBox,
  tidyRange,
  trackOf,
  withBoxAt,
  withEnd,
  withKeyframe,
  withoutKeyframe,
  withStart,
} from './redaction/operations.ts';
export { computedRegion, paintPreview, type RegionPixels } from './redaction/preview.ts';
export { type Guides, snapMoved, snapPoint } from './redaction/snap.ts';
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
  widestFrame,
  zoomAt,
} from './timeline/viewport.ts';
