import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '#core/kernel/index.ts';
import { verifyPackage } from '#core/release/index.ts';
import { chromiumProgram } from '#test/support/launched-station.ts';
import { footageFolder } from '#test/support/media-files.ts';

const footage = footageFolder();
const chromium = chromiumProgram();
const script = fileURLToPath(new URL('./whole-job.ts', import.meta.url));
const names = {
  'DoeJane_202611201841_V300123-0.mp4': 'face-turning.mp4',
  'DoeJane_202611201902_V300123-0.mp4': 'people-walking.mp4',
};

type Outcome = {
  readonly title: string;
  readonly problems: readonly string[];
  readonly violations: readonly string[];
  readonly package: string;
};

function outcomeOf(output: string): Outcome {
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Outcome;
}

function can(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** A camera's card: an ext4 image on a loop device where this may be mounted, else a folder. */
function makeCard(folder: string): { readonly path: string; readonly loop: boolean; readonly remove: () => void } {
  const image = join(folder, 'card.img');
  const path = join(folder, 'card');
  mkdirSync(path);
  execFileSync('truncate', ['-s', '64M', image]);
  const loop = can('mkfs.ext4', '-q', '-F', image) && can('mount', '-o', 'loop', image, path);
  if (!loop) process.stderr.write('\nSKIPPED: no loop mounts here; the card is a folder.\n');
  for (const [name, from] of Object.entries(names)) copyFileSync(join(footage ?? '', from), join(path, name));
  if (loop) execFileSync('mount', ['-o', 'remount,ro', path]);
  return { path, loop, remove: () => (loop ? execFileSync('umount', ['-l', path]) : undefined) };
}

describe.runIf(footage !== null && chromium !== null)('the whole job in a real browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whole-job-e2e-'));
  let card: ReturnType<typeof makeCard>;
  beforeAll(() => {
    card = makeCard(folder);
  });
  afterAll(() => {
    card.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  async function expectGood(outcome: Outcome): Promise<void> {
    expect(outcome.problems).toEqual([]);
    expect(outcome.violations).toEqual([]);
    const report = await verifyPackage(outcome.package);
    expect(report.checks.filter((check) => !check.passed)).toEqual([]);
    expect(report.manifest?.check).toMatchObject({ passed: true, frames: 62, regions: 62 });
    for (const [name, from] of Object.entries(names)) {
      expect(sha256Hex(readFileSync(join(card.path, name)))).toBe(sha256Hex(readFileSync(join(footage ?? '', from))));
    }
  }

  it('from a docked card to a verified package', { timeout: 300_000 }, async () => {
    const work = join(folder, 'online');
    mkdirSync(work);
    const pictures = process.env['PLAINVIEW_PICTURES'] ?? '';
    const output = execFileSync(process.execPath, [script, work, card.path, pictures], { encoding: 'utf8' });
    const outcome = outcomeOf(output);
    await expectGood(outcome);
    const unpacked = join(work, 'unpacked');
    execFileSync('unzip', ['-q', outcome.package, '-d', unpacked]);
    const said = execFileSync(
      'bash',
      [
        '-c',
        'ssh-keygen -Y verify -f allowed_signers -I release@plainview -n plainview-release -s manifest.json.sig < manifest.json && sha256sum -c --quiet SHA256SUMS',
      ],
      { cwd: unpacked, encoding: 'utf8' },
    );
    expect(said).toContain('Good "plainview-release" signature');
  });

  it('with no network at all', { timeout: 300_000 }, async (context) => {
    // A network namespace of its own has a loopback and nothing else: no name, no route, no other machine.
    if (!can('unshare', '--net', 'ip', 'link', 'set', 'lo', 'up')) {
      process.stderr.write('\nSKIPPED: this machine cannot take the network away (unshare --net, ip).\n');
      return context.skip();
    }
    const work = join(folder, 'offline');
    mkdirSync(work);
    const command = `ip link set lo up && exec "$0" "$@"`;
    const output = execFileSync('unshare', ['--net', 'sh', '-c', command, process.execPath, script, work, card.path], {
      encoding: 'utf8',
    });
    await expectGood(outcomeOf(output));
  });
});
