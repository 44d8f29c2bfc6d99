import type { Clock, Logger, WorkerEntries } from '#core/kernel/index.ts';
import type { Station } from '#core/station/index.ts';

/** What a command has to work with. `main.ts` supplies the real one. */
export type CliHost = {
  readonly version: string;
  readonly dataDir: string;
  readonly entries: WorkerEntries;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Opens the station of `dataDir`. Throws `station-busy` when another Plainview has it. */
  readonly openStation: () => Promise<Station>;
  /** The browser that `start` would use, or null. */
  readonly findBrowser: () => Promise<string | null>;
  /** The passphrase of locked key files, asked for once; null when nobody can be asked. */
  readonly passphrase: () => Promise<string | null>;
  readonly output: (text: string) => void;
  readonly errorOutput: (text: string) => void;
  readonly standardInput: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** True when a person sees the error output: only then is progress shown there. */
  readonly interactive: boolean;
  /** Fires on Ctrl+C. */
  readonly stop: AbortSignal;
};
