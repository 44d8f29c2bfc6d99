import type { KnownOriginal } from '#core/catalog/index.ts';
import type { ReadBack } from '../read-back.ts';
import type { ManifestFound } from './examine.ts';

/** What the vault has of an original. */
export type VaultLook =
  | {
      readonly state: 'good';
      readonly plaintextSha256: string;
      readonly plaintextSize: number;
      readonly ciphertextSize: number;
      /** 32 bytes; secret. */
      readonly fileKey: Uint8Array;
      /** Every byte was read from the disk and authenticated. */
      readonly proved: boolean;
    }
  | { readonly state: 'absent' }
  /** Cut short, changed, or its key cannot be had. */
  | { readonly state: 'damaged'; readonly words: string }
  /** It could not be looked at. */
  | { readonly state: 'unreadable'; readonly words: string };

/** One original on this side. */
export type Here = { readonly known: KnownOriginal; readonly vault: VaultLook };

/** One name on the store's side. */
export type There = {
  readonly media: { readonly sizeBytes: number; readonly modifiedAt: number } | null;
  readonly manifest: ManifestFound;
  /** What a read-back of every byte gave; null when none was made. */
  readonly bytes: ReadBack | null;
};

/** Everything that is known of one name. `here` null: the catalog has no original of this name. */
export type Pair = {
  readonly name: string;
  readonly here: Here | null;
  readonly there: There;
  /** For what only the manifest tells of: whether the vault has it all the same. */
  readonly inVault: boolean;
};
