import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Actor } from '#common/audit/index.ts';
import { type StoreStatus, type StoreTarget, storeTargetSchema } from '#common/contract/index.ts';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import type { AgencyCore } from '#core/station/index.ts';
import type { ToStore } from '../arguments.ts';
import type { CliHost } from '../host.ts';
import { plural, size } from '../words.ts';

const lookEveryMs = 500;
/** Nobody watches: how the store is goes to the log of whoever started it, but not every second. */
const tellEveryMs = 60_000;

/** How far what was sealed got. `left` counts originals that are not verified in the store. */
export type InStore = {
  readonly place: string;
  readonly verified: number;
  readonly left: number;
  readonly missing: number;
  /** The other stations can know of all of it. */
  readonly told: boolean;
};

async function fileText(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ExpectedError('not-found', `The file with ${what} cannot be read.`, {
      subject: path,
      nextStep: 'Check the path, and that this account may read the file.',
      cause,
    });
  }
}

/** Never an argument: those are shown to everybody on the computer. Null when it was not given. */
async function secretOf(host: CliHost, variable: string, what: string): Promise<string | null> {
  const given = host.environment[variable];
  if (given !== undefined && given.trim() !== '') return given.trim();
  const path = host.environment[`${variable}_FILE`];
  if (path === undefined || path === '') return null;
  const text = (await fileText(path, what)).trim();
  return text === '' ? null : text;
}

async function targetOf(path: string): Promise<StoreTarget> {
  const text = await fileText(path, 'the description of the store');
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw new ExpectedError('invalid-request', 'The description of the store is not JSON.', { subject: path, cause });
  }
  const target = storeTargetSchema.safeParse(found);
  if (target.success) return target.data;
  const [issue] = target.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : `"${issue.path.join('.')}": `;
  throw new ExpectedError(
    'invalid-request',
    `The description of the store cannot be used. ${where}${issue?.message ?? ''}`,
    { subject: path, nextStep: 'See "plainview offload --help" for what it holds.' },
  );
}

function sameTarget(a: StoreTarget, b: StoreTarget): boolean {
  const place = (target: StoreTarget): readonly unknown[] =>
    target.kind === 'folder' ? [target.location] : [target.endpoint, target.region, target.bucket, target.prefix];
  return a.kind === b.kind && JSON.stringify(place(a)) === JSON.stringify(place(b));
}

/** Makes sure that the station uses the store. A store is joined with its recovery secret, never founded: nobody would see the secret. */
export async function useStore(host: CliHost, core: AgencyCore, asked: ToStore, actor: Actor): Promise<void> {
  const { connection } = await core.store.status();
  const target = asked.targetFile === null ? null : await targetOf(asked.targetFile);
  if (connection !== null) {
    if (target === null || sameTarget(connection.target, target)) return;
    throw new ExpectedError('conflict', 'This station uses another store already.', {
      subject: connection.place,
      nextStep: 'Disconnect it on the store page first, or leave --store out to send there.',
    });
  }
  if (target === null) {
    throw new ExpectedError('not-ready', 'This station uses no store yet.', {
      nextStep: 'Say which with --store FILE. See "plainview offload --help".',
    });
  }
  const recoverySecret = await secretOf(host, 'PLAINVIEW_RECOVERY_SECRET', 'the recovery secret');
  if (recoverySecret === null) {
    throw new ExpectedError('key-missing', 'The recovery secret of the store was not given.', {
      nextStep: 'Put it into PLAINVIEW_RECOVERY_SECRET, or a file that PLAINVIEW_RECOVERY_SECRET_FILE names.',
    });
  }
  const secretAccessKey =
    target.kind === 's3' ? await secretOf(host, 'PLAINVIEW_STORE_SECRET', 'the secret access key') : null;
  await core.store.connect({ target, secretAccessKey, recoverySecret }, actor);
}

function standing({ activity, error, waiting, rate, nextTryAt }: StoreStatus): string {
  const what = `${plural(waiting.items, 'original')} (${size(waiting.bytes)}) to go`;
  if (activity === 'quiet') return `Quiet hours · ${what}`;
  if (error !== null) return `${error.message} · ${what}${nextTryAt === null ? '' : ' · tried again by itself'}`;
  return `Uploading · ${what}${rate === null ? '' : ` · ${size(rate)}/s`}`;
}

/** Waits until all that this station has sealed is verified in its store, or it is time to give up. */
export async function waitForStore(host: CliHost, core: AgencyCore, asked: ToStore): Promise<InStore> {
  const started = host.clock.now();
  const until = asked.giveUpAfterMinutes === null ? Infinity : started + asked.giveUpAfterMinutes * 60_000;
  let toldAt = 0;
  for (;;) {
    const status = await core.store.status();
    const { items: left, missing, told } = await core.store.outstanding();
    const place = status.connection?.place ?? '';
    const now = { place, verified: status.verified.items, left, missing, told };
    if (left === 0 && told) return now;
    if (status.activity === 'paused') {
      throw new ExpectedError('not-ready', 'Uploads are paused at this station.', {
        subject: place,
        nextStep: 'Resume them on the store page, then run this again. What was sealed is safe here.',
      });
    }
    const time = host.clock.now();
    if (time >= until) return now;
    if (host.interactive) host.errorOutput(`\r\u001b[K${standing(status)}`);
    else if (status.error !== null && time - toldAt >= tellEveryMs) {
      toldAt = time;
      host.errorOutput(`${standing(status)}\n`);
    }
    try {
      await wait(lookEveryMs, undefined, { signal: host.stop });
    } catch (cause) {
      if (!host.stop.aborted) throw cause;
      throw new CancelledError(
        `Stopped with ${plural(left, 'original')} not verified in the store. They are safe here; run it again to go on.`,
      );
    }
  }
}
