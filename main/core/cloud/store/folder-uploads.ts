import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ExpectedError } from '#common/errors/index.ts';
import { type Clock, md5Hex } from '#core/kernel/index.ts';
import { noSuchUpload } from './errors.ts';
import { errorCodeOf } from './folder-errors.ts';
import { newName } from './folder-locks.ts';
import { type FolderPlace, flushFolder } from './folder-place.ts';
import type { Progress } from './patience.ts';
import type { StoredPart } from './port.ts';

const pieceSize = 1024 * 1024;
const abandonedAfterMs = 24 * 3600 * 1000;
const uploadSchema = z.object({ format: z.literal(1), key: z.string(), partSize: z.number(), begunAt: z.number() });
type Upload = z.infer<typeof uploadSchema>;

/** Says that a part is on the disk, flushed: an empty file whose name holds number, size and MD5. */
const partName = /^(\d{5})-(\d+)-([0-9a-f]{32})$/;

function nameOf(part: StoredPart): string {
  return `${String(part.number).padStart(5, '0')}-${part.sizeBytes}-${part.etag}`;
}

/**
 * Unfinished uploads below the hidden folder, one folder each: `upload.json`, `data` (each part at its place from the start, so
 * that nothing is copied at the end) and `parts`. `data` becomes the object by taking its name.
 */
export function createFolderUploads(place: FolderPlace, clock: Clock) {
  async function folderOf(upload: string): Promise<string | null> {
    return /^[0-9a-f]{32}$/.test(upload) ? join(await place.hidden('uploads'), upload) : null;
  }

  /** Null when there is no such upload, also for one that became an object just before a crash, or that cannot be read. */
  async function read(upload: string): Promise<(Upload & { readonly folder: string }) | null> {
    const folder = await folderOf(upload);
    if (folder === null) return null;
    try {
      const about = uploadSchema.safeParse(parsed(await readFile(join(folder, 'upload.json'), 'utf8')));
      // Two names: the object has taken its place already, and writing here would change it.
      if (about.success && (await stat(join(folder, 'data'))).nlink === 1) return { ...about.data, folder };
    } catch (error) {
      if (errorCodeOf(error) === 'ENOENT') return null;
      throw error;
    }
    await discard(folder);
    return null;
  }

  async function need(key: string, upload: string): Promise<Upload & { readonly folder: string }> {
    const known = await read(upload);
    if (known?.key !== key) throw noSuchUpload(key);
    return known;
  }

  /** Out of sight at once, then piece by piece. */
  async function discard(folder: string): Promise<void> {
    const doomed = join(await place.hidden('new'), newName());
    try {
      await rename(folder, doomed);
    } catch (error) {
      if (errorCodeOf(error) !== 'ENOENT') throw error;
    }
    await rm(doomed, { recursive: true, force: true });
  }

  async function begin(key: string, partSize: number): Promise<string> {
    const upload = newName();
    const making = join(await place.hidden('new'), upload);
    await mkdir(making);
    await mkdir(join(making, 'parts'));
    const about: Upload = { format: 1, key, partSize, begunAt: clock.now() };
    for (const [name, text] of Object.entries({ 'upload.json': JSON.stringify(about), data: '' })) {
      await using file = await open(join(making, name), 'wx');
      await file.writeFile(text);
      await file.sync();
    }
    await flushFolder(making);
    const uploads = await place.hidden('uploads');
    await rename(making, join(uploads, upload));
    await flushFolder(uploads);
    return upload;
  }

  async function partsIn(folder: string): Promise<readonly StoredPart[]> {
    const parts: StoredPart[] = [];
    for (const name of await readdir(join(folder, 'parts'))) {
      const [, number, size, md5] = partName.exec(name) ?? [];
      if (number === undefined || size === undefined || md5 === undefined) continue;
      parts.push({ number: Number(number), sizeBytes: Number(size), etag: md5, md5 });
    }
    return parts.sort((a, b) => a.number - b.number);
  }

  async function putPart(key: string, upload: string, number: number, bytes: Uint8Array, progress: Progress) {
    const known = await need(key, upload);
    if (bytes.byteLength === 0 || bytes.byteLength > known.partSize) {
      throw new Error(`Part ${number} has ${bytes.byteLength} bytes, the parts of this upload ${known.partSize}.`);
    }
    const parts = join(known.folder, 'parts');
    // First nothing is claimed of the part any more, then its bytes change.
    const before = (await partsIn(known.folder)).filter((part) => part.number === number);
    for (const old of before) await rm(join(parts, nameOf(old)), { force: true });
    if (before.length > 0) await flushFolder(parts);
    {
      await using data = await open(join(known.folder, 'data'), 'r+');
      for (let at = 0; at < bytes.byteLength; at += pieceSize) {
        await writeAll(data, bytes.subarray(at, at + pieceSize), (number - 1) * known.partSize + at);
        progress.moved();
      }
      await data.sync();
      progress.moved();
    }
    const md5 = md5Hex(bytes);
    const part: StoredPart = { number, sizeBytes: bytes.byteLength, etag: md5, md5 };
    await (await open(join(parts, nameOf(part)), 'w')).close();
    await flushFolder(parts);
    return part;
  }

  async function list(key: string, upload: string): Promise<readonly StoredPart[] | null> {
    const known = await read(upload);
    return known?.key === key ? partsIn(known.folder) : null;
  }

  /** Checks the parts against what is there; the file that is the object, whole and flushed. */
  async function assemble(key: string, upload: string, parts: readonly StoredPart[]) {
    const known = await need(key, upload);
    const there = new Set((await partsIn(known.folder)).map(nameOf));
    const wrong = parts.findIndex((part, i) => {
      const sizeGood = i === parts.length - 1 ? part.sizeBytes <= known.partSize : part.sizeBytes === known.partSize;
      return part.number !== i + 1 || !sizeGood || !there.has(nameOf(part));
    });
    if (parts.length === 0 || wrong >= 0) {
      throw new ExpectedError('verification-failed', `The store does not have part ${wrong + 1} as it was sent.`, {
        subject: key,
        nextStep: 'List the parts and send again what is missing or different.',
      });
    }
    const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
    const data = join(known.folder, 'data');
    await using file = await open(data, 'r+');
    await file.truncate(sizeBytes);
    await file.sync();
    return { data, folder: known.folder };
  }

  async function abort(upload: string): Promise<void> {
    const folder = await folderOf(upload);
    if (folder !== null) await discard(folder);
  }

  /** Unfinished uploads by age; takes away what a crash left half-made a day ago or earlier. */
  async function listAll(prefix: string): Promise<readonly { key: string; upload: string; begunAt: number }[]> {
    const half = await place.hidden('new');
    for (const name of await readdir(half)) {
      const path = join(half, name);
      const age = clock.now() - (await stat(path).catch(goneIsYoung)).mtimeMs;
      if (age > abandonedAfterMs) await rm(path, { recursive: true, force: true });
    }
    const found: { key: string; upload: string; begunAt: number }[] = [];
    for (const upload of await readdir(await place.hidden('uploads'))) {
      const known = await read(upload);
      if (known?.key.startsWith(prefix) === true) found.push({ key: known.key, upload, begunAt: known.begunAt });
    }
    return found.sort((a, b) => a.begunAt - b.begunAt || (a.upload < b.upload ? -1 : 1));
  }

  function goneIsYoung(error: unknown): { readonly mtimeMs: number } {
    if (errorCodeOf(error) === 'ENOENT') return { mtimeMs: clock.now() };
    throw error;
  }

  return { begin, putPart, list, assemble, abort, discard, listAll };
}

async function writeAll(
  file: { write(bytes: Uint8Array, offset: number, length: number, at: number): Promise<{ bytesWritten: number }> },
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let written = 0; written < bytes.byteLength; ) {
    const left = bytes.byteLength - written;
    const { bytesWritten } = await file.write(bytes, written, left, position + written);
    if (bytesWritten === 0) throw Object.assign(new Error('Nothing could be written.'), { code: 'ENOSPC' });
    written += bytesWritten;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What it belonged to cannot be told; the station still has all of it and begins anew.
    return null;
  }
}
