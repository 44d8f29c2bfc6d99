export { LibraryPanel } from './library-panel.tsx';
export { RecordingCustody, RecordingFacts, RecordingTriggers } from './recording-inspector.tsx';
export { searchRecordings } from './recording-search.ts';
