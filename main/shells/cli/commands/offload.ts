import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import type { JobProgress } from '#common/evidence/index.ts';
import type { OffloadReport } from '#core/station/index.ts';
import { commandLineActor, withAgency } from '../agency.ts';
import type { Command } from '../arguments.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { CliHost } from '../host.ts';
import { plural, size } from '../words.ts';
import { type InStore, useStore, waitForStore } from './to-store.ts';

async function existing(path: string): Promise<string> {
  const full = resolve(path);
  try {
    await stat(full);
    return full;
  } catch (error) {
    const denied = error instanceof Error && 'code' in error && error.code === 'EACCES';
    throw new ExpectedError(
      denied ? 'source-unreadable' : 'not-found',
      denied ? `You may not read ${full}.` : `There is nothing at ${full}.`,
      { subject: full, nextStep: 'Check the path, and that the camera or drive is mounted.', cause: error },
    );
  }
}

function progressLine({ phase, items, bytes, rate }: JobProgress): string {
  const parts = [phase, `${items.done} of ${items.total}`];
  if (bytes !== null) parts.push(`${size(bytes.done)} of ${size(bytes.total)}`);
  if (rate !== null) parts.push(`${size(rate)}/s`);
  return parts.join(' · ');
}

function storeWords({ place, verified, left, missing, told }: InStore): string {
  const lines = [`${plural(verified, 'original')} verified in the store ${place}.`];
  if (left > 0) lines.push(`${plural(left, 'original')} not verified there yet. Run this again to go on.`);
  if (missing > 0) lines.push(`${plural(missing, 'original')} missing there. Look at the store page of this station.`);
  if (left === 0 && !told) lines.push('The other stations cannot know of all of them yet. Run this again to go on.');
  return `${lines.join('\n')}\n`;
}

function exitCodeFor(report: OffloadReport, store: InStore | null): ExitCode {
  if (report.damaged > 0 || report.problems.length > 0) return exitCodes.problem;
  if (store === null) return exitCodes.ok;
  if (store.missing > 0) return exitCodes.problem;
  return store.left > 0 || !store.told ? exitCodes.notInStore : exitCodes.ok;
}

/** Offloads one path to its end, and with `toStore` waits until the store has all of it. */
export async function offload(
  host: CliHost,
  { path, agency, toStore }: Extract<Command, { kind: 'offload' }>,
  json: boolean,
): Promise<ExitCode> {
  const source = await existing(path);
  const actor = commandLineActor();
  const { report, store } = await withAgency(host, agency, async (core) => {
    if (toStore !== null) await useStore(host, core, toStore, actor);
    const offloaded = await core.docks.offloadPath(source, actor, {
      signal: host.stop,
      onProgress: (progress) => {
        if (host.interactive) host.errorOutput(`\r\u001b[K${progressLine(progress)}`);
      },
    });
    if (host.stop.aborted) {
      throw new CancelledError('Stopped. What was sealed is safe; the rest is still on the camera.');
    }
    return { report: offloaded, store: toStore === null ? null : await waitForStore(host, core, toStore) };
  });
  if (host.interactive) host.errorOutput('\r\u001b[K');
  const code = exitCodeFor(report, store);
  if (json) {
    host.output(
      `${JSON.stringify({ ok: code === exitCodes.ok, source, ...report, ...(store === null ? {} : { store }) })}\n`,
    );
    return code;
  }
  host.output(`Sealed ${plural(report.sealed, 'file')} (${size(report.bytes)}), each read back and compared.\n`);
  if (report.known > 0) host.output(`${plural(report.known, 'file')} already in the vault.\n`);
  if (report.damaged > 0) host.output(`${plural(report.damaged, 'file')} kept in the damaged tray.\n`);
  for (const problem of report.problems) host.output(`  ${problem.path}: ${problem.reason}\n`);
  if (store !== null) host.output(storeWords(store));
  return code;
}
