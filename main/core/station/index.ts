export { takeLock } from './lock.ts';
export { openStation } from './station.ts';
export type {
  AgencyCore,
  AgencyHealth,
  MediaObject,
  MediaReader,
  OffloadReport,
  Station,
  StationOptions,
} from './types.ts';
