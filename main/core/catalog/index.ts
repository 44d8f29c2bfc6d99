export { type Catalog, type CatalogOptions, openCatalog } from './catalog.ts';
export type {
  Arrival,
  KnownOriginal,
  LedgerPart,
  PlacementRecord,
  PlacementSummary,
  StoreSettings,
  Unplaced,
  UploadRecord,
} from './cloud-types.ts';
export { type FileHold, holdFile } from './file-hold.ts';
export type { KeptEntry, LogObject, LogState, LogWrite, Telling, UnsentEntry } from './log-types.ts';
export type {
  AccountRecord,
  AuditLink,
  ChainHead,
  Commit,
  Committed,
  IntegrityReport,
  JobRow,
  SourceFile,
  SourceFileKey,
  Write,
} from './types.ts';
