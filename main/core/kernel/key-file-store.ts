import { createCipheriv, createDecipheriv, scrypt } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { ExpectedError } from '#common/errors/index.ts';
import { makeFolder, writeFileAtomic } from './files.ts';
import { randomBytes } from './random.ts';
import type { SecretStore } from './secret-store.ts';
import { systemCode } from './system-code.ts';

const fileName = 'keys.json';
const nonceLength = 12;
const tagLength = 16;
/** N=2^17, r=8 takes 128 MiB and about half a second: what a thief must spend on every guess. */
const scryptSettings = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
/** A known name under which an empty text is wrapped, so that a wrong passphrase shows even before any secret is set. */
const proofName = '';

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
const keyFileSchema = z.strictObject({
  format: z.literal('plainview keys'),
  version: z.literal(1),
  passphrase: z.strictObject({ kdf: z.literal('scrypt-2^17-8-1'), salt: base64, proof: base64 }).nullable(),
  /** Base64 of the secret itself, or of nonce ‖ ciphertext ‖ tag when there is a passphrase. */
  secrets: z.record(z.string().min(1), base64),
});
type KeyFile = z.infer<typeof keyFileSchema>;

/** A secret store in one file that only its owner can read. */
export interface KeyFileStore extends SecretStore {
  /** Wraps every secret under a new passphrase, or stores them bare again with null. Throws `key-wrong` when the old passphrase does not open them. */
  setPassphrase(passphrase: string | null): Promise<void>;
}

/** Where the key file lies, and who can be asked for its passphrase. */
export type KeyFileStoreOptions = {
  readonly folder: string;
  /** Asked once, and only when the file is wrapped under a passphrase. Null means that nobody gave one. */
  readonly passphrase?: () => Promise<string | null>;
};

function deriveKey(passphrase: string, salt: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, 32, scryptSettings, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function associatedData(name: string): Uint8Array {
  return Buffer.from(`plainview key file v1 ${name}`);
}

function wrap(wrappingKey: Uint8Array, name: string, secret: Uint8Array): string {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', wrappingKey, nonce).setAAD(associatedData(name));
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

function unwrap(wrappingKey: Uint8Array, name: string, wrapped: string, path: string): Uint8Array {
  const bytes = Buffer.from(wrapped, 'base64');
  try {
    if (bytes.length < nonceLength + tagLength) throw new Error('The wrapped secret is too short.');
    const decipher = createDecipheriv('aes-256-gcm', wrappingKey, bytes.subarray(0, nonceLength), {
      authTagLength: tagLength,
    });
    decipher.setAAD(associatedData(name)).setAuthTag(bytes.subarray(bytes.length - tagLength));
    const opened = Buffer.concat([
      decipher.update(bytes.subarray(nonceLength, bytes.length - tagLength)),
      decipher.final(),
    ]);
    return new Uint8Array(opened);
  } catch (error) {
    throw new ExpectedError('key-wrong', 'The passphrase does not open the key file.', {
      subject: path,
      nextStep: 'Type the passphrase again. If it is right, restore the key file from its backup.',
      cause: error,
    });
  }
}

async function readKeyFile(path: string): Promise<KeyFile> {
  const flags = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NOFOLLOW);
  let text: string;
  try {
    await using file = await open(path, flags);
    const { mode } = await file.stat();
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new ExpectedError('not-ready', 'The key file can be read by other users of this computer.', {
        subject: path,
        nextStep: `Make it yours alone (chmod 600 "${path}"), and think about who may have copied it.`,
      });
    }
    text = await file.readFile('utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return { format: 'plainview keys', version: 1, passphrase: null, secrets: {} };
    }
    throw error;
  }
  try {
    return keyFileSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new ExpectedError('key-missing', 'The key file is damaged and cannot be read.', {
      subject: path,
      nextStep: 'Restore the key file from its backup. Without it the sealed evidence cannot be opened.',
      cause: error,
    });
  }
}

/**
 * Opens (or will create on the first `set`) the key file `keys.json`, mode 0600, in `folder`. Secrets lie in it bare, or
 * wrapped with AES-256-GCM under scrypt (N=2^17) of a passphrase.
 * Throws `not-ready` when others can read the file, `key-missing` when it is damaged or nobody gave the passphrase,
 * `key-wrong` when the passphrase is wrong.
 */
export async function openKeyFileStore(options: KeyFileStoreOptions): Promise<KeyFileStore> {
  const path = join(options.folder, fileName);
  makeFolder(resolve(options.folder));
  let file = await readKeyFile(path);
  let wrappingKey: Uint8Array | null = null;
  let lastChange: Promise<void> = Promise.resolve();

  if (file.passphrase !== null) {
    const passphrase = (await options.passphrase?.()) ?? null;
    if (passphrase === null) {
      throw new ExpectedError('key-missing', 'The key file is locked with a passphrase, and none was given.', {
        subject: path,
        nextStep: 'Start Plainview from a terminal and type the passphrase there, or set PLAINVIEW_PASSPHRASE.',
      });
    }
    wrappingKey = await deriveKey(passphrase, Buffer.from(file.passphrase.salt, 'base64'));
    unwrap(wrappingKey, proofName, file.passphrase.proof, path);
  }

  function open(name: string, stored: string): Uint8Array {
    return wrappingKey === null
      ? new Uint8Array(Buffer.from(stored, 'base64'))
      : unwrap(wrappingKey, name, stored, path);
  }

  function close(key: Uint8Array | null, name: string, secret: Uint8Array): string {
    return key === null ? Buffer.from(secret).toString('base64') : wrap(key, name, secret);
  }

  async function save(next: KeyFile): Promise<void> {
    await writeFileAtomic(path, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
    file = next;
  }

  /** Changes go one after the other: two at once would each save without the other's secret. */
  function inTurn(change: () => Promise<void>): Promise<void> {
    const turn = lastChange.then(change);
    lastChange = turn.catch(() => undefined);
    return turn;
  }

  return {
    get: (name) => {
      const stored = Object.hasOwn(file.secrets, name) ? file.secrets[name] : undefined;
      return Promise.resolve(stored).then((text) => (text === undefined ? null : open(name, text)));
    },
    set: (name, secret) =>
      inTurn(() => save({ ...file, secrets: { ...file.secrets, [name]: close(wrappingKey, name, secret) } })),
    setPassphrase: (passphrase) =>
      inTurn(async () => {
        const salt = randomBytes(16);
        const nextKey = passphrase === null ? null : await deriveKey(passphrase, salt);
        const secrets = Object.fromEntries(
          Object.entries(file.secrets).map(([name, stored]) => [name, close(nextKey, name, open(name, stored))]),
        );
        const lock =
          nextKey === null
            ? null
            : {
                kdf: 'scrypt-2^17-8-1' as const,
                salt: Buffer.from(salt).toString('base64'),
                proof: wrap(nextKey, proofName, new Uint8Array(0)),
              };
        await save({ ...file, passphrase: lock, secrets });
        wrappingKey = nextKey;
      }),
    describe: () =>
      file.passphrase === null
        ? `key file ${path}, readable by its owner alone`
        : `key file ${path}, locked with a passphrase`,
  };
}
