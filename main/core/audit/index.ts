export type { Anchor } from './anchors.ts';
export { type Audit, type AuditOptions, createAudit } from './audit.ts';
export type { AuditJournal, AuditLink, RecordEvents } from './journal.ts';
