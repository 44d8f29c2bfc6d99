export { LibraryPanel } from './library-panel.tsx';
export { OriginalPlace, PlaceMark } from './place.tsx';
export { RecordingCustody, RecordingFacts, RecordingTriggers } from './recording-inspector.tsx';
export { searchRecordings } from './recording-search.ts';
