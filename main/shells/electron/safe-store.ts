import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ExpectedError } from '#common/errors/index.ts';
import { openKeyFileStore, type SecretStore, writeFileAtomic } from '#core/kernel/index.ts';

/** What the operating system does for us: wraps and opens a text with a key it keeps for this person and this program. */
export type SystemCipher = {
  readonly wrap: (text: string) => Promise<Buffer>;
  readonly open: (wrapped: Buffer) => Promise<string>;
  /** Who keeps the key, in words. */
  readonly keeper: string;
};

const fileSchema = z.strictObject({
  format: z.literal('plainview system keys'),
  version: z.literal(1),
  /** Base64 of what the system made of the base64 of the secret. */
  secrets: z.record(z.string().min(1), z.string()),
});
type KeyFile = z.infer<typeof fileSchema>;

async function readKeys(path: string): Promise<KeyFile | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new ExpectedError('key-missing', 'The file with the wrapped keys is damaged.', {
      subject: path,
      nextStep: 'Restore it from its backup. Without it the sealed evidence cannot be opened.',
      cause: error,
    });
  }
}

/**
 * The secrets of one agency, wrapped by the operating system. An agency that was begun with a key file (in the browser
 * shell, or where the system keeps no keys) goes on with it, so that both shells open it with the same keys.
 * Throws `key-missing` when the system does not offer what it wrapped, `key-wrong` when it cannot open it.
 */
export async function openSafeStore(agencyFolder: string, cipher: SystemCipher | null): Promise<SecretStore> {
  const folder = join(agencyFolder, 'keys');
  const path = join(folder, 'system-keys.json');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let file = await readKeys(path);
  if (file === null && (cipher === null || existsSync(join(folder, 'keys.json')))) {
    // A window of its own has no terminal to ask at.
    const given = process.env['PLAINVIEW_PASSPHRASE'] ?? null;
    return await openKeyFileStore({ folder, passphrase: () => Promise.resolve(given) });
  }
  if (cipher === null) {
    throw new ExpectedError(
      'key-missing',
      'The operating system wrapped the keys and does not offer to open them now.',
      {
        subject: path,
        nextStep: 'Sign in to the desktop with its keyring, as it was when the station was set up.',
      },
    );
  }
  let last: Promise<void> = Promise.resolve();

  async function open(wrapped: string, { open: unwrap }: SystemCipher): Promise<Uint8Array> {
    try {
      return new Uint8Array(Buffer.from(await unwrap(Buffer.from(wrapped, 'base64')), 'base64'));
    } catch (error) {
      throw new ExpectedError('key-wrong', 'The operating system cannot open the keys of this station.', {
        subject: path,
        nextStep: 'Sign in as the person who set the station up, on the same computer.',
        cause: error,
      });
    }
  }

  return {
    get: async (name) => {
      const secrets = file?.secrets ?? {};
      const wrapped = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
      return wrapped === undefined ? null : await open(wrapped, cipher);
    },
    // Changes go one after the other: two at once would each save without the other's secret.
    set: (name, secret) => {
      const turn = last.then(async () => {
        const wrapped = await cipher.wrap(Buffer.from(secret).toString('base64'));
        const secrets = { ...file?.secrets, [name]: wrapped.toString('base64') };
        const next: KeyFile = { format: 'plainview system keys', version: 1, secrets };
        await writeFileAtomic(path, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
        file = next;
      });
      last = turn.catch(() => undefined);
      return turn;
    },
    describe: () => cipher.keeper,
  };
}
