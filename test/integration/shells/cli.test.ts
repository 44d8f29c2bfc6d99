import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumProgram, needChromium } from '#test/support/launched-station.ts';

const program = fileURLToPath(new URL('../../../build/bin/plainview.mjs', import.meta.url));
const password = 'a long enough password';
let folder: string;
let data: string;
let card: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plainview-cli-'));
  data = join(folder, 'data');
  card = join(folder, 'card');
  mkdirSync(card);
  const scene = ['-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=15', '-t', '2', '-pix_fmt', 'yuv420p'];
  execFileSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', ...scene, join(card, '20261123_140000.mp4')]);
  writeFileSync(join(card, 'empty.mp4'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Outcome = { readonly code: number | null; readonly out: string; readonly err: string };

function plainview(
  args: readonly string[],
  options: { readonly env?: Record<string, string>; readonly input?: string } = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, PLAINVIEW_DATA: data, ...options.env },
    stdio: 'pipe',
  });
  child.stdin.end(options.input ?? '');
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}
const json = ({ out }: Outcome) => JSON.parse(out) as Record<string, unknown>;

describe('the command line', { timeout: 180_000 }, () => {
  it('explains itself', async () => {
    const help = await plainview(['--help']);
    expect([help.code, help.err]).toEqual([0, '']);
    for (const word of ['offload', 'verify', 'doctor', 'setup', 'audit', 'Exit codes'])
      expect(help.out).toContain(word);
    const wrong = await plainview(['burn', '--json']);
    expect([wrong.code, json(wrong)]).toMatchObject([2, { ok: false, error: { code: 'invalid-request' } }]);
    expect(existsSync(data)).toBe(false);
  });

  it('says what is missing before there is a department', async () => {
    const nowhere = await plainview(['offload', join(folder, 'nowhere')]);
    expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringContaining('There is nothing at')]);
    const early = await plainview(['offload', card]);
    expect([early.code, early.err]).toEqual([3, expect.stringContaining('plainview setup')]);
    const absent = await plainview(['verify', join(folder, 'absent.zip'), '--json']);
    expect([absent.code, json(absent)]).toMatchObject([1, { ok: false, error: { code: 'not-found' } }]);
  });

  it('sets up a department once, with a password that shows nowhere', async () => {
    const setup = [
      'setup',
      '--name',
      'Small Town Police',
      '--username',
      'first.admin',
      '--zone',
      'America/New_York',
      '--json',
    ];
    const short = await plainview(setup, { input: 'short\n' });
    expect([short.code, json(short)]).toMatchObject([2, { error: { subject: 'admin.password' } }]);
    const done = await plainview(setup, { input: `${password}\n` });
    expect([done.code, json(done)]).toMatchObject([
      0,
      { ok: true, account: { username: 'first.admin', role: 'admin' } },
    ]);
    const again = await plainview(setup, { env: { PLAINVIEW_PASSWORD: password } });
    expect([again.code, json(again)]).toMatchObject([1, { error: { code: 'already-exists' } }]);
    const written = [done.out, done.err, readFileSync(join(data, 'log', 'plainview.log'), 'utf8')].join('');
    expect(written).not.toContain(password);
  });

  it('offloads what is new, keeps what is damaged aside, and can be repeated', async () => {
    const first = await plainview(['offload', card, '--json']);
    expect([first.code, json(first)]).toMatchObject([
      1,
      { ok: false, sealed: 1, damaged: 1, known: 0, problems: [{ path: 'empty.mp4' }] },
    ]);
    const second = await plainview(['offload', card]);
    expect([second.code, second.out]).toEqual([0, expect.stringContaining('2 files already in the vault')]);
    expect(existsSync(join(card, '20261123_140000.mp4'))).toBe(true);
  });

  it('checks the audit log and writes it out, over nothing', async () => {
    const verified = await plainview(['audit', 'verify', '--json']);
    expect([verified.code, json(verified)]).toMatchObject([0, { ok: true, intact: true, reason: null }]);
    const file = join(folder, 'log.jsonl');
    expect((await plainview(['audit', 'export', '--output', file])).code).toBe(0);
    const kinds = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: { kind: string } }).event.kind);
    expect(kinds).toEqual(
      expect.arrayContaining(['agency.created', 'evidence.sealed', 'evidence.damaged', 'audit.verified']),
    );
    expect((await plainview(['audit', 'export', '--output', file])).code).toBe(1);
    const printed = await plainview(['audit', 'export']);
    expect(printed.out.trim().split('\n').length).toBeGreaterThan(kinds.length);
  });

  it('examines the computer and the station', async () => {
    const good = await plainview(['doctor', '--json']);
    expect([good.code, good.err, good.code === 0 ? '' : good.out]).toEqual([0, '', '']);
    const { findings } = json(good) as { findings: { name: string; state: string }[] };
    const names = ['runtime', 'media library', 'database', 'browser', 'clock', 'data folder', 'copying', 'keys'];
    const agency = ['department vault', 'department catalog', 'department audit log'];
    expect(findings.map(({ name }) => name)).toEqual(expect.arrayContaining([...names, ...agency]));
    expect(findings.filter(({ state }) => state === 'failed')).toEqual([]);
    if (process.platform === 'win32') return;
    const keys = join(data, 'department', 'keys', 'keys.json');
    chmodSync(keys, 0o644);
    const open = await plainview(['doctor']);
    chmodSync(keys, 0o600);
    expect([open.code, open.out]).toEqual([1, expect.stringContaining('chmod 600')]);
  });

  it('puts the keys under a passphrase, which is then needed, and takes it off again', async () => {
    const secret = 'seven short words and a comma';
    const short = await plainview(['passphrase', 'set', '--json'], { input: 'short\n' });
    expect([short.code, json(short)]).toMatchObject([2, { error: { subject: 'passphrase' } }]);
    const locked = await plainview(['passphrase', 'set'], { input: `${secret}\n` });
    expect([locked.code, locked.out]).toEqual([0, expect.stringContaining('2 key files locked')]);
    expect(readFileSync(join(data, 'department', 'keys', 'keys.json'), 'utf8')).toContain('"kdf"');
    const without = await plainview(['audit', 'verify', '--json']);
    expect([without.code, json(without)]).toMatchObject([1, { error: { code: 'key-missing' } }]);
    const wrong = await plainview(['audit', 'verify', '--json'], { env: { PLAINVIEW_PASSPHRASE: 'another one' } });
    expect([wrong.code, json(wrong)]).toMatchObject([1, { error: { code: 'key-wrong' } }]);
    const env = { PLAINVIEW_PASSPHRASE: secret };
    expect((await plainview(['audit', 'verify'], { env })).code).toBe(0);
    expect((await plainview(['passphrase', 'remove'])).code).toBe(1);
    expect((await plainview(['passphrase', 'remove'], { env })).code).toBe(0);
    expect((await plainview(['audit', 'verify'])).code).toBe(0);
  });

  it('serves the page until it is told to stop, and lets nobody else in meanwhile', async () => {
    const child = spawn(process.execPath, [program, 'start', '--no-open', '--data', data], { stdio: 'pipe' });
    let out = '';
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const address = await Promise.race([
      new Promise<string>((resolve) =>
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          out += text;
          const found = /http:\S+/.exec(out);
          if (found !== null) resolve(found[0]);
        }),
      ),
      ended.then(() => null),
    ]);
    if (address === null) throw new Error(`It ended at once: ${out}`);
    const entered = await fetch(address, { redirect: 'manual' });
    expect(entered.status).toBe(303);
    const busy = await plainview(['audit', 'verify', '--json']);
    expect([busy.code, json(busy)]).toMatchObject([4, { error: { code: 'station-busy' } }]);
    const doctor = await plainview(['doctor']);
    expect([doctor.code, doctor.out]).toEqual([0, expect.stringContaining('open in another Plainview')]);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect((await plainview(['audit', 'verify'])).code).toBe(0);
  });

  /** Runs a command in a group of its own, with the terminal's part left out, until the station has told its address. */
  async function started(command: string, args: readonly string[]): Promise<{ pid: number; ended: Promise<unknown> }> {
    const child = spawn(command, args, {
      env: { ...process.env, PLAINVIEW_DATA: data },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let out = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (out += text));
    const ended = new Promise((resolve) => child.on('close', resolve));
    const told = new Promise<boolean>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text;
        if (out.includes('token=')) resolve(true);
      });
    });
    if (!(await Promise.race([told, ended.then(() => false)]))) throw new Error(`It ended at once: ${out}`);
    return { pid: child.pid ?? 0, ended };
  }

  /** What the audit log says last but for the look at it: nobody signs off who is killed. */
  async function lastWord(): Promise<unknown> {
    const lines = (await plainview(['audit', 'export'])).out.trim().split('\n');
    return (JSON.parse(lines.at(-2) ?? '{}') as { event?: { kind: string } }).event?.kind;
  }

  it.skipIf(process.platform === 'win32')('ends in order when its whole group is told to stop', async () => {
    const { pid, ended } = await started(process.execPath, [program, 'start', '--no-open']);
    process.kill(-pid, 'SIGINT');
    // As when the process that started it passes on what the terminal told both.
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.kill(pid, 'SIGINT');
    expect(await ended).toBe(0);
    expect(await lastWord()).toBe('station.stopped');
  });

  it.skipIf(process.platform === 'win32')('does not outlive the shell that npm start runs it in', async () => {
    const run = fileURLToPath(new URL('../../../build/bin/run.mjs', import.meta.url));
    const start = `"${process.execPath}" "${run}" build/scripts/start.ts --no-open`;
    const { pid, ended } = await started('/bin/sh', ['-c', `${start}; true`]);
    process.kill(pid, 'SIGTERM');
    await ended;
    expect(await lastWord()).toBe('station.stopped');
  });

  it.skipIf(process.platform !== 'linux' || chromiumProgram() === null)(
    'opens a window of an installed browser, and stops when it is closed',
    async () => {
      // The real browser, without a screen; DISPLAY only says that there would be one.
      const wrapper = join(folder, 'browser');
      const pidFile = join(folder, 'browser.pid');
      const browser = needChromium();
      writeFileSync(wrapper, `#!/bin/sh\necho $$ > ${pidFile}\nexec ${browser} --headless=new --no-sandbox "$@"\n`, {
        mode: 0o755,
      });
      const child = spawn(process.execPath, [program, 'start', '--data', data], {
        env: { ...process.env, PLAINVIEW_BROWSER: wrapper, DISPLAY: ':99' },
        stdio: 'pipe',
      });
      let out = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      const log = join(data, 'log', 'plainview.log');
      const opened = async (): Promise<void> => {
        while (!(existsSync(log) && readFileSync(log, 'utf8').includes('The page is connected')))
          await new Promise((resolve) => setTimeout(resolve, 100));
      };
      await Promise.race([opened(), ended]);
      expect(out).toContain('its own window');
      expect(out).not.toContain('token');
      process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGTERM');
      expect(await ended).toBe(0);
      expect(out).toContain('The window was closed');
    },
  );
});
