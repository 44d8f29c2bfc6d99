import { type FileHandle, open } from 'node:fs/promises';
import type { Entry } from 'yauzl';

/** Signatures and fixed sizes of the ZIP format (APPNOTE 6.3). */
const localHeader = { signature: 0x04034b50, size: 30 } as const;
const endRecord = { signature: 0x06054b50, size: 22 } as const;
const endRecord64 = { signature: 0x06064b50, size: 56 } as const;
const locator64 = { signature: 0x07064b50, size: 20 } as const;
/** What may follow the bytes of a file whose sizes its header leaves open: with or without a signature, in 32 or 64 bits. */
const descriptorSizes = new Set([12, 16, 20, 24]);
const descriptorFlag = 0x8;

/** Sizes in 64 bits and dates, as packing programs write them. Anything else could carry what nobody signed. */
const plainExtras = new Set([0x0001, 0x000a, 0x5455, 0x5855, 0x7855, 0x7875]);
const longestExtra = 64;

/**
 * Finds room in a ZIP that no listed file accounts for: comments, bytes before, between or after the files, headers that give a file
 * another name than the directory does. Throws in words.
 */
export async function checkLayout(path: string, entries: readonly Entry[]): Promise<void> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const directory = await findDirectory(file, size);
  let expected = 0;
  const inOrder = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  for (const [index, entry] of inOrder.entries()) {
    const at = entry.relativeOffsetOfLocalHeader;
    if (at !== expected) throw new Error(`there are bytes before ${entry.fileName} that belong to no file`);
    checkExtras(entry.fileName, entry.extraFields, entry.extraFieldLength);
    if (entry.fileCommentLength !== 0) throw new Error(`${entry.fileName} has a comment`);
    const end = await endOfEntry(file, entry);
    const next = inOrder[index + 1]?.relativeOffsetOfLocalHeader ?? directory;
    const described = (entry.generalPurposeBitFlag & descriptorFlag) !== 0;
    if (next !== end && !(described && descriptorSizes.has(next - end))) {
      throw new Error(`there are bytes after ${entry.fileName} that belong to no file`);
    }
    expected = next;
  }
  if (expected !== directory) throw new Error('there are bytes before its directory that belong to no file');
}

/** Where the directory begins; nothing lies between it, its end record and the end of the file. */
async function findDirectory(file: FileHandle, size: number): Promise<number> {
  const end = await read(file, size - endRecord.size, endRecord.size);
  if (end.readUInt32LE(0) !== endRecord.signature || end.readUInt16LE(20) !== 0) {
    throw new Error('there is a comment or something else after its end');
  }
  let length = end.readUInt32LE(12);
  let start = end.readUInt32LE(16);
  let recordAt = size - endRecord.size;
  if (end.readUInt16LE(10) === 0xffff || length === 0xffffffff || start === 0xffffffff) {
    recordAt -= locator64.size + endRecord64.size;
    const record = await read(file, recordAt, endRecord64.size + locator64.size);
    const wrong =
      record.readUInt32LE(0) !== endRecord64.signature ||
      record.readBigUInt64LE(4) !== BigInt(endRecord64.size - 12) ||
      record.readUInt32LE(endRecord64.size) !== locator64.signature;
    if (wrong) throw new Error('its end record is not where it should be');
    length = Number(record.readBigUInt64LE(40));
    start = Number(record.readBigUInt64LE(48));
  }
  if (start + length !== recordAt) throw new Error('there are bytes after its directory that belong to no file');
  return start;
}

async function endOfEntry(file: FileHandle, entry: Entry): Promise<number> {
  const at = entry.relativeOffsetOfLocalHeader;
  const header = await read(file, at, localHeader.size);
  if (header.readUInt32LE(0) !== localHeader.signature) throw new Error(`${entry.fileName} has no header`);
  const [nameLength, extraLength] = [header.readUInt16LE(26), header.readUInt16LE(28)];
  const rest = await read(file, at + localHeader.size, nameLength + extraLength);
  const name = rest.subarray(0, nameLength).toString('utf8');
  if (name !== entry.fileName || header.readUInt16LE(8) !== entry.compressionMethod) {
    throw new Error(`${entry.fileName} is called ${JSON.stringify(name)} at the place where it lies`);
  }
  checkExtras(name, readExtras(rest.subarray(nameLength)), extraLength);
  return at + localHeader.size + nameLength + extraLength + entry.compressedSize;
}

type Extra = { readonly id: number; readonly data: Uint8Array };

function readExtras(bytes: Buffer): readonly Extra[] {
  const extras: Extra[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const length = bytes.readUInt16LE(at + 2);
    extras.push({ id: bytes.readUInt16LE(at), data: bytes.subarray(at + 4, at + 4 + length) });
    at += 4 + length;
  }
  return extras;
}

function checkExtras(name: string, extras: readonly Extra[], length: number): void {
  const fields = extras.reduce((sum, { data }) => sum + 4 + data.length, 0);
  // What is too short for a field is room for something else.
  if (length > longestExtra || fields !== length || extras.some(({ id }) => !plainExtras.has(id))) {
    throw new Error(`the header of ${name} holds more than sizes and dates`);
  }
}

async function read(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  if (at < 0 || (await file.read(bytes, 0, length, at)).bytesRead !== length) throw new Error('it is cut short');
  return bytes;
}
