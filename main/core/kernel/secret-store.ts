/** Where the shell keeps the few secrets of the station (the vault key, the catalog key, the signing key). */
export interface SecretStore {
  /** The secret, or null when none was ever set under this name. Throws `key-missing` or `key-wrong` when it cannot be opened. */
  get(name: string): Promise<Uint8Array | null>;
  /** Stores the secret durably before it resolves. */
  set(name: string, secret: Uint8Array): Promise<void>;
  /** In words, where the secrets are kept; shown on the health page. */
  describe(): string;
}
