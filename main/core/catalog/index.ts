export { type Catalog, type CatalogOptions, openCatalog } from './catalog.ts';
export type {
  AccountRecord,
  AuditLink,
  ChainHead,
  Commit,
  Committed,
  IntegrityReport,
  JobRow,
  PasswordRecord,
  SourceFile,
  SourceFileKey,
  Write,
} from './types.ts';
