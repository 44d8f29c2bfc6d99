import { type FrameTableWire, frameTableWireSchema } from '#common/time/index.ts';
import { readBody, readRow, writeBody } from './bodies.ts';
import type { Store } from './store.ts';
import { type SourceFile, type SourceFileKey, sourceFileSchema } from './types.ts';

type StoredFile = {
  readonly device_id: string;
  readonly source_path: string;
  readonly size_bytes: number;
  readonly modified_ms: number;
  readonly sha256: string;
  readonly sealed_id: string;
  readonly sample: string | null;
};

function toSourceFile(row: StoredFile): SourceFile {
  return readRow(sourceFileSchema, 'source file', row.source_path, () => ({
    deviceId: row.device_id,
    sourcePath: row.source_path,
    sizeBytes: row.size_bytes,
    modifiedMs: row.modified_ms,
    sha256: row.sha256,
    sealedId: row.sealed_id,
    ...(row.sample === null ? {} : { sample: row.sample }),
  }));
}

/** All that were ever read under each key, newest first. In one reading transaction: 10,000 single ones would take the lock 10,000 times. */
export function findSourceFiles(store: Store, keys: readonly SourceFileKey[]): readonly (readonly SourceFile[])[] {
  return store.reading(() =>
    keys.map(({ deviceId, sourcePath, sizeBytes, modifiedMs }) => {
      const rows = store.all(
        `SELECT * FROM source_files WHERE device_id = ? AND source_path = ? AND size_bytes = ? AND modified_ms = ?
         ORDER BY added DESC`,
        deviceId,
        sourcePath,
        sizeBytes,
        Math.floor(modifiedMs),
      ) as readonly StoredFile[];
      return rows.map(toSourceFile);
    }),
  );
}

export function sourceFileBySha256(store: Store, sha256: string): SourceFile | null {
  const row = store.get('SELECT * FROM source_files WHERE sha256 = ? ORDER BY added DESC LIMIT 1', sha256) as
    | StoredFile
    | undefined;
  return row === undefined ? null : toSourceFile(row);
}

export function putSourceFile(store: Store, given: SourceFile): void {
  const file = sourceFileSchema.parse(given);
  store.run(
    `INSERT INTO source_files (device_id, source_path, size_bytes, modified_ms, sha256, sealed_id, sample, added)
     VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(added), 0) + 1 FROM source_files))
     ON CONFLICT (device_id, source_path, size_bytes, modified_ms, sha256) DO UPDATE SET sealed_id = excluded.sealed_id, sample = excluded.sample`,
    file.deviceId,
    file.sourcePath,
    file.sizeBytes,
    Math.floor(file.modifiedMs),
    file.sha256,
    file.sealedId,
    file.sample ?? null,
  );
}

export function getFrameTable(store: Store, evidenceId: string): FrameTableWire | null {
  const row = store.get('SELECT body FROM frame_tables WHERE evidence_id = ?', evidenceId) as
    | { body: string }
    | undefined;
  return row === undefined ? null : readBody(frameTableWireSchema, 'frame table', evidenceId, row.body);
}

export function putFrameTable(store: Store, evidenceId: string, value: FrameTableWire): void {
  store.run(
    `INSERT INTO frame_tables (evidence_id, body) VALUES (?, ?)
     ON CONFLICT (evidence_id) DO UPDATE SET body = excluded.body`,
    evidenceId,
    writeBody(frameTableWireSchema, value),
  );
}

export function listWatchedFolders(store: Store): readonly string[] {
  return (store.all('SELECT location FROM watched_folders ORDER BY location') as readonly { location: string }[]).map(
    (row) => row.location,
  );
}
