export {
  type OriginalId,
  originalIdSchema,
  type Placement,
  type PlaceWord,
  placementSchema,
  placeWord,
  type Whereabouts,
} from './placement.ts';
export {
  type DamagedItem,
  damagedItemSchema,
  instantSchema,
  type MediaFacts,
  type MediaState,
  mediaFactsSchema,
  type Recording,
  type RecordingStart,
  recordingDurationUs,
  recordingSchema,
  type Segment,
  type Sidecar,
  sha256Schema,
} from './recording.ts';
export { type StoreTrouble, type StoreTroubleKind, storeTroubleSchema } from './store-trouble.ts';
export { parseTriggerLines, type SidecarProblem, type TriggerEvent, triggerEventSchema } from './trigger-sidecar.ts';
export {
  type GuardCheck,
  type Job,
  type JobKind,
  type JobProgress,
  type JobState,
  jobSchema,
  type Phase,
  type RedactionProject,
  type Release,
  type Render,
  type RenderState,
  redactionProjectSchema,
  releaseSchema,
  renderSchema,
  type Verdict,
  verdictSchema,
} from './work.ts';
