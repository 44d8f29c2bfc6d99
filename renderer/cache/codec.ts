/**
 * The one place where what people may not read passes between memory and disk. Values of the catalog and drafts are written
 * only in the form `enclose` gives them and read only through `disclose`.
 */
export type Codec = {
  readonly enclose: (value: unknown) => Promise<unknown>;
  readonly disclose: (stored: unknown) => Promise<unknown>;
};

/** Keeps values as they are: IndexedDB's own structured clone. */
export const plainCodec: Codec = {
  enclose: (value) => Promise.resolve(value),
  disclose: (stored) => Promise.resolve(stored),
};
