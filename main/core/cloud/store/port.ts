/** What a store knows of an object without its bytes. */
export type ObjectHead = {
  readonly key: string;
  readonly sizeBytes: number;
  /** Names this content for `ifMatch`; opaque. Null where a server gives none. */
  readonly etag: string | null;
  /** Milliseconds UTC, by the store's clock. */
  readonly modifiedAt: number;
  /** Names this version where the store keeps versions. */
  readonly version: string | null;
  /** Until when the store itself refuses to delete it, ms UTC. */
  readonly retainUntil: number | null;
};

/** One part that a store has taken. `md5` in lower-case hexadecimal, as we computed it or the store lists it; null when neither did. */
export type StoredPart = {
  readonly number: number;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly md5: string | null;
};

/** A condition on a put: nothing may be there yet, or exactly what was read before. */
export type PutCondition = { readonly ifAbsent: true } | { readonly ifMatch: string };

export type StoreCall = { readonly signal?: AbortSignal | undefined };

/** A page of keys in code-unit order. */
export type KeyPage = {
  readonly objects: readonly Pick<ObjectHead, 'key' | 'sizeBytes' | 'modifiedAt' | 'etag'>[];
  /** Where the next page begins (`after`); null at the end. */
  readonly next: string | null;
};

/**
 * A place that keeps objects by key: a bucket or a folder. It only ever gets ciphertext. Keys are ASCII, `/` between parts,
 * each part of `[A-Za-z0-9._-]+` and neither `.` nor `..`; anything else is a bug.
 *
 * Every method throws ExpectedError: `store-unreachable` (network, DNS, TLS, disk not there, 5xx, stalled), `store-refused`
 * (credentials, permissions, a clock too far off; says which), `store-busy` (asked to slow down), `destination-full`,
 * `store-conflict` (a condition did not hold, the object is locked), `not-found`, `verification-failed` (fewer, more or other bytes
 * than announced), CancelledError on the signal. It never retries by itself: whoever calls decides.
 */
export interface ObjectStore {
  readonly kind: 'folder' | 's3';
  /** Where it is, for people; holds no secret. */
  describe(): string;
  /** Puts a whole object; on the disk (or acknowledged) when it resolves. */
  put(key: string, bytes: Uint8Array, options?: StoreCall & { readonly condition?: PutCondition }): Promise<ObjectHead>;
  /** Null when it is not there. */
  head(key: string, options?: StoreCall): Promise<ObjectHead | null>;
  /** The bytes from `start` up to `end` (exclusive; cut at the end of the object), or all of it. Throws `not-found`. */
  get(
    key: string,
    options?: StoreCall & { readonly range?: { readonly start: number; readonly end: number } },
  ): Promise<{ readonly bytes: Uint8Array; readonly sizeBytes: number; readonly etag: string | null }>;
  list(prefix: string, options?: StoreCall & { readonly after?: string; readonly limit?: number }): Promise<KeyPage>;
  /** Nothing happens when it is not there. Throws `store-conflict` when the store holds it back. */
  remove(key: string, options?: StoreCall): Promise<void>;

  /**
   * Begins an object that comes in parts of `partSize` bytes (at least 5 MiB, at most 10,000 of them); the answer names the upload.
   * The size is said beforehand so that a folder can put each part where it belongs at once instead of copying all of it at the end.
   */
  beginUpload(key: string, partSize: number, options?: StoreCall): Promise<string>;
  /**
   * Part numbers from 1; every part but the last has the size that was announced. Putting a number again replaces it. `md5`
   * spares the store taking it where whoever sends has read the bytes just now.
   */
  putPart(
    key: string,
    upload: string,
    part: { readonly number: number; readonly bytes: Uint8Array; readonly md5?: string },
    options?: StoreCall,
  ): Promise<StoredPart>;
  /** What the store has of an upload, by number; null when it knows no such upload (any more). */
  listParts(key: string, upload: string, options?: StoreCall): Promise<readonly StoredPart[] | null>;
  /**
   * Makes the parts one object, which appears at once and whole. Throws `not-found` when the store knows no such upload, and
   * `store-conflict` when the condition does not hold: after an answer that was lost on the way, `head` tells whether the upload
   * had been completed. Some stores complete again what is complete, with the same result.
   */
  completeUpload(
    key: string,
    upload: string,
    parts: readonly StoredPart[],
    options?: StoreCall & { readonly condition?: PutCondition },
  ): Promise<ObjectHead>;
  abortUpload(key: string, upload: string, options?: StoreCall): Promise<void>;
  /** Unfinished uploads below a prefix, oldest first: what a crash between `beginUpload` and its ledger left. */
  listUploads(
    prefix: string,
    options?: StoreCall,
  ): Promise<readonly { readonly key: string; readonly upload: string; readonly begunAt: number }[]>;

  /** Asks the store to refuse deletion until then (ms UTC). Throws `store-unsupported` where it cannot. */
  retain(key: string, until: number, options?: StoreCall): Promise<void>;
  close(): Promise<void>;
}
