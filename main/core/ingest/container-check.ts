import type { FileHandle } from 'node:fs/promises';
import { openUntouched } from '#core/kernel/index.ts';

/** `sound`: looks like what it says. `damaged`: cannot be a whole recording. `unknown`: a probe has to say. */
export type ContainerVerdict =
  | { readonly kind: 'sound' }
  | { readonly kind: 'damaged'; readonly reason: string }
  | { readonly kind: 'unknown' };

const headSize = 64 * 1024;
const sound: ContainerVerdict = { kind: 'sound' };
const damaged = (reason: string): ContainerVerdict => ({ kind: 'damaged', reason });

/**
 * Looks at the structure of a media file before it is copied: the first bytes, and for MP4 the boxes of the first level.
 * Reads little. Errors of the file system are thrown as they are.
 */
export async function checkContainer(path: string): Promise<ContainerVerdict> {
  await using file = await openUntouched(path);
  const { size } = await file.stat();
  if (size === 0) return damaged('The file is empty: nothing was recorded into it.');
  const head = await readAt(file, 0, Math.min(size, headSize));
  if (isBoxes(head)) return await checkBoxes(file, size);
  if (startsWith(head, [0x1a, 0x45, 0xdf, 0xa3]) || startsWith(head, [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11]))
    return sound;
  if (startsWith(head, [0x00, 0x00, 0x01, 0xba]) || isTransportStream(head)) return sound;
  if (latin(head, 0, 4) === 'RIFF' && latin(head, 8, 4) === 'AVI ') return sound;
  if (head.every((byte) => byte === 0)) {
    return damaged(
      'The file begins with nothing but zeros: the camera reserved room for it and never wrote the recording.',
    );
  }
  if (isText(head)) return damaged('The file is named like a video but holds text.');
  return { kind: 'unknown' };
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

function latin(bytes: Uint8Array, from: number, length: number): string {
  return Buffer.from(bytes.subarray(from, from + length)).toString('latin1');
}

const firstBoxes = new Set(['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'styp', 'moof', 'uuid', 'sidx']);

function isBoxes(head: Uint8Array): boolean {
  return head.length >= 8 && firstBoxes.has(latin(head, 4, 4));
}

const syncByte = 0x47;

function isTransportStream(head: Uint8Array): boolean {
  return [0, 4].some((offset) => {
    const packet = offset === 0 ? 188 : 192;
    return head.length > offset + 3 * packet && [0, 1, 2, 3].every((n) => head[offset + n * packet] === syncByte);
  });
}

/** Text has no control characters but tabs and line ends, and is valid UTF-8 (the last bytes may cut a letter). */
function isText(head: Uint8Array): boolean {
  if (head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))) return false;
  return !new TextDecoder().decode(head.subarray(0, Math.max(1, head.length - 4))).includes('\u{fffd}');
}

const mostBoxes = 100_000;

/** Walks the boxes of the first level to the end of the file. Without `moov` nothing in it can be found or played. */
async function checkBoxes(file: FileHandle, size: number): Promise<ContainerVerdict> {
  let position = 0;
  let hasIndex = false;
  for (let box = 0; box < mostBoxes && position + 8 <= size; box++) {
    const header = await readAt(file, position, Math.min(16, size - position));
    const view = new DataView(header.buffer, header.byteOffset, header.length);
    const type = latin(header, 4, 4);
    const short = view.getUint32(0);
    if (short === 1 && header.length < 16) break;
    const length = short === 1 ? Number(view.getBigUint64(8)) : short === 0 ? size - position : short;
    if (length < 8) return hasIndex ? sound : cutOff;
    if (type === 'moov' && position + length <= size) hasIndex = true;
    position += length;
  }
  if (hasIndex) return sound;
  return cutOff;
}

const cutOff = damaged(
  'The recording was cut off before the camera wrote its index (no moov box): the pictures may be in it, but no player can find them.',
);

async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
