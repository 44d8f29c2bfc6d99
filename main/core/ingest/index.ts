export { type ContainerVerdict, checkContainer } from './container-check.ts';
export type { DockEvent } from './dock-registry.ts';
export { createIngest, type Ingest, type IngestOptions } from './ingest.ts';
export type { Inspect, Inspection, OffloadItem, OffloadSummary } from './types.ts';
