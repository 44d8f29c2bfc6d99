import { randomBytes as nodeRandomBytes } from 'node:crypto';
import { type IdKind, idFromBytes } from '#common/ids/index.ts';

const idBytes = 26;

/** `count` bytes from the operating system's random source. */
export function randomBytes(count: number): Uint8Array {
  return new Uint8Array(nodeRandomBytes(count));
}

/** A new id of the given kind, with 130 random bits. */
export function newId<K extends IdKind>(kind: K): ReturnType<typeof idFromBytes<K>> {
  return idFromBytes(kind, nodeRandomBytes(idBytes));
}
