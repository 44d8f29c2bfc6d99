export { createJobs, type JobsOptions } from './jobs.ts';
export { createRateMeter, type Rate, type RateMeter } from './rate-meter.ts';
export { createThrottle, type Throttle } from './throttle.ts';
export {
  type Effects,
  type Ending,
  type Interruption,
  type JobContext,
  type JobHandler,
  type Jobs,
  type NewJob,
} from './types.ts';
