import type { Finding, FindingClass, ReconcileRun } from '#common/contract/index.ts';
import { CancelledError, fromWireError } from '#common/errors/index.ts';
import type { Job, JobProgress } from '#common/evidence/index.ts';
import type { AgencyCore } from '#core/station/index.ts';
import { commandLineActor, withAgency } from '../agency.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { CliHost } from '../host.ts';
import { size } from '../words.ts';

const pageSize = 500;
const classWords: Readonly<Record<FindingClass, string>> = {
  same: 'the same here and there',
  'missing-here': 'missing here',
  'missing-there': 'missing there',
  different: 'different',
  error: 'could not be compared',
};
const marks = { calm: 'as it should be', attention: 'ATTENTION', serious: 'SERIOUS' } as const;

function progressLine({ phase, items, bytes, rate, remainingMs, current }: JobProgress): string {
  const parts = [phase, `${items.done} of ${items.total}`];
  if (bytes !== null) parts.push(`${size(bytes.done)} of ${size(bytes.total)}`);
  if (rate !== null) parts.push(`${size(rate)}/s`);
  if (remainingMs !== null) parts.push(`${Math.ceil(remainingMs / 60_000)} min left`);
  if (current !== null) parts.push(current);
  return parts.join(' · ');
}

/** Compares vault, catalog and store to the end, and tells what was found. */
export async function reconcile(
  host: CliHost,
  asked: { readonly thorough: boolean; readonly repair: boolean },
  json: boolean,
): Promise<ExitCode> {
  return withAgency(host, 'department', async (core) => {
    const mode = asked.thorough ? 'thorough' : 'quick';
    const started = await core.reconcile.start({ mode, repair: asked.repair, goOn: false }, commandLineActor());
    const job = await ended(host, core, started);
    if (job.state === 'cancelled') throw new CancelledError('Stopped. What was compared until then is kept.');
    if (job.state !== 'done') {
      throw job.error === null ? new Error('The comparison did not end.') : fromWireError(job.error);
    }
    const { run } = await core.reconcile.status();
    if (run === null) throw new Error('The comparison left no result.');
    if (json) await printJson(host, core, run);
    else await printWords(host, core, run, asked.repair);
    return run.problems === 0 && run.remarks.length === 0 ? exitCodes.ok : exitCodes.problem;
  });
}

/** Waits for the end of the job. Ctrl+C ends it for good, so that it does not go on by itself at the next start. */
async function ended(host: CliHost, core: AgencyCore, { id }: Job): Promise<Job> {
  const unlisten = core.onEvent((event) => {
    if (event.kind !== 'job.changed' || event.job.id !== id || event.job.progress === null) return;
    if (host.interactive) host.errorOutput(`\r\u001b[K${progressLine(event.job.progress)}`);
  });
  const stop = (): void => {
    core.jobs.cancel(id, commandLineActor()).catch((error: unknown) => {
      host.logger.warn('The comparison could not be cancelled', { error });
    });
  };
  host.stop.addEventListener('abort', stop, { once: true });
  try {
    const job = core.jobs.finished(id);
    if (host.stop.aborted) stop();
    return await job;
  } finally {
    unlisten();
    host.stop.removeEventListener('abort', stop);
    if (host.interactive) host.errorOutput('\r\u001b[K');
  }
}

async function* findings(core: AgencyCore, problems: boolean): AsyncGenerator<Finding> {
  for (let offset = 0; ; offset += pageSize) {
    const { items } = await core.reconcile.findings({ class: null, problems, offset, limit: pageSize });
    yield* items;
    if (items.length < pageSize) return;
  }
}

/** One JSON object, written piece by piece: there may be a hundred thousand findings. */
async function printJson(host: CliHost, core: AgencyCore, run: ReconcileRun): Promise<void> {
  const head = JSON.stringify({ ok: run.problems === 0 && run.remarks.length === 0, ...run });
  host.output(`${head.slice(0, -1)},"findings":[`);
  let between = '';
  for await (const finding of findings(core, false)) {
    host.output(between + JSON.stringify(finding));
    between = ',';
  }
  host.output(']}\n');
}

async function printWords(host: CliHost, core: AgencyCore, run: ReconcileRun, repair: boolean): Promise<void> {
  const how =
    run.mode === 'thorough' ? 'Every byte was read back and compared' : 'Lists, sizes and manifests were compared';
  host.output(`${how} with ${run.place}.\n\n`);
  for (const [which, words] of Object.entries(classWords)) {
    const { items, bytes } = run.tallies[which as FindingClass];
    host.output(`${String(items).padStart(8)}  ${size(bytes).padStart(9)}  ${words}\n`);
  }
  for (const { words } of run.remarks) host.output(`\nSERIOUS  ${words}\n`);
  let told = 0;
  for await (const finding of findings(core, false)) {
    if (finding.level === 'calm') continue;
    if (told++ === 0) host.output('\n');
    host.output(`${marks[finding.level].padEnd(9)}  ${finding.name} (${finding.id ?? finding.object})\n`);
    host.output(`           ${classWords[finding.class]}: ${finding.words}\n`);
    if (finding.outcome !== null) {
      host.output(`           ${finding.outcome.done ? 'Repaired' : 'Not repaired'}: ${finding.outcome.words}\n`);
    }
  }
  host.output(`\n${summary(run, repair)}\n`);
}

function summary({ problems, repairable, repaired, remarks }: ReconcileRun, repair: boolean): string {
  const parts: string[] = [];
  if (repaired > 0) parts.push(`${repaired} repaired. What is to be sent again is sent while the station runs.`);
  if (problems > 0) parts.push(`${problems} to be looked at.`);
  else if (remarks.length === 0) parts.push('Nothing has to be done.');
  if (!repair && repairable > 0) parts.push(`${repairable} can be repaired without loss: use --repair.`);
  return parts.join(' ');
}
