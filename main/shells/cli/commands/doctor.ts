import { ExpectedError } from '#common/errors/index.ts';
import type { AgencyCore } from '#core/station/index.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { CliHost } from '../host.ts';
import { plural } from '../words.ts';
import { checkClock, checkCopying, checkDataFolder, checkKeyFiles, folderExists } from './doctor-disk.ts';
import { checkBrowser, checkDatabase, checkMedia, checkRuntime } from './doctor-parts.ts';
import type { Finding } from './finding.ts';

function failure(name: string, error: unknown, logger: CliHost['logger']): Finding {
  if (error instanceof ExpectedError) return { name, state: 'failed', detail: error.message, nextStep: error.nextStep };
  const reference = logger.error(`The check of the ${name} broke off`, { error });
  return {
    name,
    state: 'failed',
    detail: error instanceof Error ? error.message : String(error),
    nextStep: `Reference ${reference}`,
  };
}

/** A check that cannot even be made is a failed one, with the reason: the others are made all the same. */
async function attempt(host: CliHost, name: string, check: () => Promise<Finding> | Finding): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    return failure(name, error, host.logger);
  }
}

async function checkAgency(core: AgencyCore): Promise<readonly Finding[]> {
  const { kind } = core.agency;
  const { partials, objects, catalogProblems, audit } = await core.health();
  return [
    {
      name: `${kind} vault`,
      state: partials === 0 ? 'good' : 'attention',
      detail: `${plural(objects, 'sealed object')}, ${plural(partials, 'unfinished copy').replace('copys', 'copies')}`,
      nextStep: partials === 0 ? null : 'Dock the camera again: unfinished copies are removed and made anew.',
    },
    {
      name: `${kind} catalog`,
      state: catalogProblems.length === 0 ? 'good' : 'failed',
      detail: catalogProblems.length === 0 ? 'sound' : catalogProblems.join('; '),
      nextStep:
        catalogProblems.length === 0 ? null : 'Stop using this station and restore the catalog from its backup.',
    },
    {
      name: `${kind} audit log`,
      state: audit.intact ? 'good' : 'failed',
      detail: audit.intact
        ? `intact, ${audit.entries} entries, ${plural(audit.anchors, 'anchor')}`
        : (audit.reason ?? 'broken'),
      nextStep: audit.intact ? null : 'Keep this computer as it is and tell whoever answers for evidence.',
    },
  ];
}

async function checkStation(host: CliHost): Promise<readonly Finding[]> {
  const name = 'station';
  if (!folderExists(host.dataDir)) {
    return [{ name, state: 'good', detail: 'not used yet: there is nothing to look at', nextStep: null }];
  }
  try {
    const station = await host.openStation();
    try {
      const findings: Finding[] = [];
      for (const core of [station.department, station.training]) {
        if (core !== null) findings.push(...(await checkAgency(core)));
      }
      return findings;
    } finally {
      await station.close();
    }
  } catch (error) {
    if (!(error instanceof ExpectedError) || error.code !== 'station-busy') return [failure(name, error, host.logger)];
    const detail = 'open in another Plainview, so vault, catalog and audit log were not looked at';
    return [{ name, state: 'attention', detail, nextStep: error.nextStep }];
  }
}

/** Checks this computer and this station. */
export async function doctor(host: CliHost, json: boolean): Promise<ExitCode> {
  const findings: Finding[] = [];
  const add = (finding: Finding): void => {
    findings.push(finding);
    if (json) return;
    const mark = { good: 'good     ', attention: 'ATTENTION', failed: 'FAILED   ' }[finding.state];
    host.output(`${mark}  ${finding.name}: ${finding.detail}\n`);
    if (finding.nextStep !== null) host.output(`           ${finding.nextStep}\n`);
  };

  add(await attempt(host, 'runtime', checkRuntime));
  add(await attempt(host, 'media library', checkMedia));
  add(await attempt(host, 'database', () => checkDatabase(host)));
  add(await attempt(host, 'browser', () => checkBrowser(host)));
  add(await attempt(host, 'clock', () => checkClock(host)));
  add(await attempt(host, 'data folder', () => checkDataFolder(host)));
  add(await attempt(host, 'copying', () => checkCopying(host)));
  add(await attempt(host, 'keys', () => checkKeyFiles(host)));
  for (const finding of await checkStation(host)) add(finding);

  const failed = findings.filter(({ state }) => state === 'failed').length;
  if (json)
    host.output(`${JSON.stringify({ ok: failed === 0, version: host.version, dataDir: host.dataDir, findings })}\n`);
  else host.output(failed === 0 ? '\nEverything needed works.\n' : `\n${plural(failed, 'check')} failed.\n`);
  return failed === 0 ? exitCodes.ok : exitCodes.problem;
}
