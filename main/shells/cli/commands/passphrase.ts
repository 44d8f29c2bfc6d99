import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { agencyKindSchema, passwordSchema } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { openKeyFileStore } from '#core/kernel/index.ts';
import { takeLock } from '#core/station/index.ts';
import { type ExitCode, exitCodes, NotSetUpError } from '../exit-codes.ts';
import type { CliHost } from '../host.ts';
import { readNewSecret } from '../secret-prompt.ts';
import { plural } from '../words.ts';

/** Puts the key files of this station under a passphrase, or takes it off again. Only while the station is closed. */
export async function changePassphrase(host: CliHost, action: 'set' | 'remove', json: boolean): Promise<ExitCode> {
  const folders = agencyKindSchema.options
    .map((kind) => join(host.dataDir, kind, 'keys'))
    .filter((folder) => existsSync(join(folder, 'keys.json')));
  if (folders.length === 0) throw new NotSetUpError();
  const lock = takeLock(host.dataDir);
  try {
    const stores = await Promise.all(
      folders.map((folder) => openKeyFileStore({ folder, passphrase: host.passphrase })),
    );
    const next = action === 'set' ? await readNewPassphrase(host) : null;
    for (const store of stores) await store.setPassphrase(next);
  } finally {
    lock.release();
  }
  if (json) host.output(`${JSON.stringify({ ok: true, action, keyFiles: folders.length })}\n`);
  else if (action === 'remove')
    host.output(`${plural(folders.length, 'key file')}: open to this account without a passphrase.\n`);
  else {
    host.output(
      `${plural(folders.length, 'key file')} locked. Without the passphrase nobody can open the evidence: keep it safe.\n`,
    );
  }
  return exitCodes.ok;
}

async function readNewPassphrase(host: CliHost): Promise<string> {
  const given = await readNewSecret(host, 'PLAINVIEW_NEW_PASSPHRASE', 'New passphrase: ');
  const suited = passwordSchema.safeParse(given);
  if (suited.success) return suited.data;
  throw new ExpectedError('invalid-request', suited.error.issues[0]?.message ?? 'This cannot be a passphrase.', {
    subject: 'passphrase',
    nextStep: 'Several words that you can remember are best.',
  });
}
