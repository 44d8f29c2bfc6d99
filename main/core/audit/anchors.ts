import { createHmac, timingSafeEqual } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { canonicalJson, chainStart } from '#common/audit/index.ts';
import { instantSchema, sha256Schema } from '#common/evidence/index.ts';
import { syncFolder, systemCode } from '../kernel/index.ts';

/**
 * One line of the anchor file: at the time `at` the chain ended with entry `seq`, whose hash is `hash`. `previous` is the
 * `mac` of the line before (64 zeros for the first), `mac` the HMAC-SHA-256 of the canonical JSON of the rest, in hex.
 */
export const anchorSchema = z.strictObject({
  seq: z.number().int().positive(),
  hash: sha256Schema,
  at: instantSchema,
  previous: sha256Schema,
  mac: sha256Schema,
});
export type Anchor = Readonly<z.infer<typeof anchorSchema>>;

/** What an anchor file holds. `broken` names the first line that is not ours, counted from 1; only lines before it count. */
export type AnchorFile = {
  readonly anchors: readonly Anchor[];
  readonly broken: { readonly line: number; readonly reason: string } | null;
  /** Bytes of whole lines; more than that is a line whose writing was cut short. */
  readonly wholeBytes: number;
  readonly totalBytes: number;
};

function macOf(key: Uint8Array, anchor: Omit<Anchor, 'mac'>): string {
  const { seq, hash, at, previous } = anchor;
  return createHmac('sha256', key).update(canonicalJson({ seq, hash, at, previous })).digest('hex');
}

function sameMac(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'));
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    await using file = await open(path, 'r');
    return await file.readFile();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** Reads and checks the file; a missing one is empty. A last line without its end was never confirmed, and is left out. */
export async function readAnchors(path: string, key: Uint8Array): Promise<AnchorFile> {
  const bytes = await readBytes(path);
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1;
  const sizes = { wholeBytes, totalBytes: bytes.length };
  const anchors: Anchor[] = [];
  const lines = bytes.subarray(0, wholeBytes).toString('utf8').split('\n').slice(0, -1);
  for (const [index, line] of lines.entries()) {
    const anchor = parseAnchor(line);
    const last = anchors.at(-1);
    const reason =
      anchor === null
        ? 'it cannot be read'
        : !sameMac(macOf(key, anchor), anchor.mac)
          ? 'it was not written with the key of this station'
          : anchor.previous !== (last?.mac ?? chainStart)
            ? 'the line before it is missing or was moved'
            : null;
    if (anchor === null || reason !== null) {
      return { anchors, broken: { line: index + 1, reason: reason ?? 'it cannot be read' }, ...sizes };
    }
    anchors.push(anchor);
  }
  return { anchors, broken: null, ...sizes };
}

function parseAnchor(line: string): Anchor | null {
  try {
    return anchorSchema.parse(JSON.parse(line));
  } catch {
    // The caller reports the line as broken.
    return null;
  }
}

/** Adds a line and waits until the disk has it. A line that was cut short before is taken away first. */
export async function appendAnchor(
  path: string,
  key: Uint8Array,
  file: AnchorFile,
  what: { readonly seq: number; readonly hash: string; readonly at: number },
): Promise<Anchor> {
  const unsigned = { ...what, previous: file.anchors.at(-1)?.mac ?? chainStart };
  const anchor = { ...unsigned, mac: macOf(key, unsigned) };
  {
    await using handle = await open(path, 'a', 0o600);
    if (file.totalBytes > file.wholeBytes) await handle.truncate(file.wholeBytes);
    await handle.appendFile(`${canonicalJson(anchor)}\n`);
    await handle.sync();
  }
  if (file.totalBytes === 0) await syncFolder(dirname(path));
  return anchor;
}
