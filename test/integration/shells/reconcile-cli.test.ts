import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomBytes } from '#core/kernel/index.ts';
import type { AgencyCore, Station } from '#core/station/index.ts';
import { eventually, openRealStation } from '#test/support/real-station.ts';

const program = fileURLToPath(new URL('../../../build/bin/plainview.mjs', import.meta.url));
const actor = { kind: 'command-line', osUser: 'test' } as const;
const folder = mkdtempSync(join(tmpdir(), 'reconcile-cli-'));
const [data, location, card] = ['data', 'store', 'card'].map((name) => join(folder, name)) as [string, string, string];

type Outcome = { readonly code: number | null; readonly out: string; readonly err: string };

function plainview(args: readonly string[], dataDir = data): Promise<Outcome> {
  const child = spawn(process.execPath, [program, 'reconcile', '--data', dataDir, ...args], { stdio: 'pipe' });
  child.stdin.end();
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}
const json = ({ out }: Outcome) => JSON.parse(out) as Record<string, unknown>;

async function department(station: Station): Promise<AgencyCore> {
  const admin = { username: 'rfeld', displayName: 'R. Feld', password: 'correct horse battery' };
  return (await station.createDepartment({ name: 'Example PD', zone: 'America/New_York', admin }, actor)).core;
}

async function verified(core: AgencyCore): Promise<void> {
  await eventually(async () => {
    const { waiting, verified: done } = await core.store.status();
    return waiting.items === 0 && done.items > 0 ? true : null;
  }, 'the store to have it');
}

describe('comparing at the command line', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    for (const path of [location, card]) mkdirSync(path);
    // No video, so it is kept sealed in the damaged tray: an original like any other.
    writeFileSync(join(card, 'DoeJane_202611201841_V300123-0.mp4'), randomBytes(300_000));
    const station = await openRealStation(data);
    const core = await department(station);
    const target = { kind: 'folder', location } as const;
    await core.store.connect({ target, secretAccessKey: null, recoverySecret: null }, actor);
    const signal = new AbortController().signal;
    await core.docks.offloadPath(card, actor, { signal, onProgress: () => undefined });
    await verified(core);
    await station.close();
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('finds all the same, quick and thorough, in words and as JSON', async () => {
    const quick = await plainview([]);
    expect([quick.code, quick.err]).toEqual([0, '']);
    expect(quick.out).toContain(`Lists, sizes and manifests were compared with ${location}.`);
    expect(quick.out).toMatch(/1 {2}\s*300 KB {2}the same here and there/);
    expect(quick.out).toContain('Nothing has to be done.');
    const thorough = await plainview(['--thorough', '--json']);
    expect([thorough.code, json(thorough)]).toMatchObject([
      0,
      { ok: true, mode: 'thorough', state: 'done', problems: 0, findings: [], tallies: { same: { items: 1 } } },
    ]);
  });

  it('says what is wrong with exit code 1, repairs it when it is asked to, and is content afterwards', async () => {
    const [manifest = ''] = readdirSync(join(location, 'manifests'));
    rmSync(join(location, 'manifests', manifest));
    const wrong = await plainview([]);
    expect(wrong.code).toBe(1);
    expect(wrong.out).toContain('ATTENTION  DoeJane_202611201841_V300123-0.mp4 (dmg_');
    expect(wrong.out).toContain('1 can be repaired without loss: use --repair.');
    const repaired = await plainview(['--repair', '--json']);
    expect([repaired.code, json(repaired)]).toMatchObject([
      0,
      { ok: true, repaired: 1, findings: [{ kind: 'manifest-lost', outcome: { done: true } }] },
    ]);
    expect(readdirSync(join(location, 'manifests'))).toEqual([manifest]);
    expect((await plainview(['--thorough'])).code).toBe(0);
  });

  it('says in words when the store is away, when there is none, and when there is no department', async () => {
    const other = join(folder, 'other');
    const early = await plainview(['--json'], other);
    expect([early.code, json(early)]).toMatchObject([3, { ok: false, error: { code: 'not-ready' } }]);
    const station = await openRealStation(other);
    await department(station);
    const busy = await plainview(['--json'], other);
    expect([busy.code, json(busy)]).toMatchObject([4, { error: { code: 'station-busy' } }]);
    await station.close();
    const none = await plainview([], other);
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('The department uses no store')]);
    const unknown = await plainview(['--everything']);
    expect(unknown.code).toBe(2);
  });
});
