import { ExpectedError } from '#common/errors/index.ts';
import { readBody, readRow, writeBody } from './bodies.ts';
import {
  type LedgerPart,
  ledgerPartSchema,
  type StoreSettings,
  storeSettingsSchema,
  type UploadRecord,
  uploadRecordSchema,
} from './cloud-types.ts';
import type { Store } from './store.ts';

type StoredUpload = {
  readonly id: string;
  readonly object: string;
  readonly upload: string;
  readonly part_size: number;
  readonly begun_at: number;
};
type StoredPart = {
  readonly number: number;
  readonly size_bytes: number;
  readonly etag: string;
  readonly md5: string | null;
};

function toUpload(store: Store, row: StoredUpload): UploadRecord {
  const parts = store.all(
    'SELECT number, size_bytes, etag, md5 FROM upload_parts WHERE id = ? ORDER BY number',
    row.id,
  ) as readonly StoredPart[];
  return readRow(uploadRecordSchema, 'upload', row.id, () => ({
    id: row.id,
    object: row.object,
    upload: row.upload,
    partSize: row.part_size,
    begunAt: row.begun_at,
    parts: parts.map(({ number, size_bytes, etag, md5 }) => ({ number, sizeBytes: size_bytes, etag, md5 })),
  }));
}

export function getUpload(store: Store, id: string): UploadRecord | null {
  return store.reading(() => {
    const row = store.get('SELECT * FROM uploads WHERE id = ?', id) as StoredUpload | undefined;
    return row === undefined ? null : toUpload(store, row);
  });
}

export function allUploads(store: Store): readonly UploadRecord[] {
  return store.reading(() =>
    (store.all('SELECT * FROM uploads ORDER BY begun_at, id') as readonly StoredUpload[]).map((row) =>
      toUpload(store, row),
    ),
  );
}

export function putUpload(store: Store, given: UploadRecord): void {
  const { id, object, upload, partSize, begunAt, parts } = uploadRecordSchema.parse(given);
  removeUpload(store, id);
  store.run('INSERT INTO uploads VALUES (?, ?, ?, ?, ?)', id, object, upload, partSize, begunAt);
  for (const part of parts) insertPart(store, id, part);
}

export function putUploadPart(store: Store, id: string, given: LedgerPart): void {
  if (store.get('SELECT id FROM uploads WHERE id = ?', id) === undefined) {
    throw new ExpectedError('not-found', 'The ledger does not know this upload.', { subject: id });
  }
  insertPart(store, id, ledgerPartSchema.parse(given));
}

function insertPart(store: Store, id: string, { number, sizeBytes, etag, md5 }: LedgerPart): void {
  store.run('INSERT OR REPLACE INTO upload_parts VALUES (?, ?, ?, ?, ?)', id, number, sizeBytes, etag, md5);
}

export function removeUpload(store: Store, id: string): void {
  store.run('DELETE FROM uploads WHERE id = ?', id);
}

export function forgetUploads(store: Store): void {
  store.run('DELETE FROM uploads');
}

export function getStoreSettings(store: Store): StoreSettings | null {
  const row = store.get('SELECT body FROM store_settings') as { body: string } | undefined;
  return row === undefined ? null : readBody(storeSettingsSchema, 'store', 'settings', row.body);
}

export function putStoreSettings(store: Store, value: StoreSettings): void {
  store.run(
    'INSERT INTO store_settings VALUES (1, ?) ON CONFLICT (only_row) DO UPDATE SET body = excluded.body',
    writeBody(storeSettingsSchema, value),
  );
}

export function forgetStoreSettings(store: Store): void {
  store.run('DELETE FROM store_settings');
}
