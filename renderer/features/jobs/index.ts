export { JobList } from './job-list.tsx';
export { JobProgress } from './job-progress.tsx';
export { JobStrip } from './job-strip.tsx';
