export {
  type LogicalTime,
  type LogPosition,
  logicalTimeSchema,
  logPositionSchema,
  type SharedEntry,
  type StoredOriginal,
  sharedEntrySchema,
  storedOriginalSchema,
  type WriterId,
  writerIdSchema,
} from './entry.ts';
