import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExpectedError } from '#common/errors/index.ts';
import { confine, createLogger, openKeyFileStore, runTool, systemClock, writeFileAtomic } from '#core/kernel/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plainview-kernel-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('writeFileAtomic', () => {
  it('replaces the file and leaves nothing beside it', async () => {
    const path = join(folder, 'settings.json');
    await writeFileAtomic(path, 'old');
    await writeFileAtomic(path, 'new', { mode: 0o640 });
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['settings.json']);
  });

  it('keeps the old file and cleans up when the rename fails', async () => {
    mkdirSync(join(folder, 'taken'));
    await expect(writeFileAtomic(join(folder, 'taken'), 'x')).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});

describe('confine', () => {
  it('gives the path of a name that may not exist yet', () => {
    expect(confine(folder, 'DCIM/100MEDIA/a b:c.mp4')).toBe(join(folder, 'DCIM/100MEDIA/a b:c.mp4'));
  });

  it.each([
    '../x',
    'a/../../x',
    'a/..',
    '..',
    '/etc/passwd',
    'C:\\x',
    'c:x',
    'a/D:',
    '..\\x',
    'a\\b',
    'a\0b',
    'a\nb',
    '',
    '.',
    'a//b',
    'a/',
    'CON',
    'con.mp4',
    'a/nul',
    'COM1.txt',
    'lpt9',
    'AUX .mp4',
    'CONIN$',
  ])('refuses %j', (path) => {
    expect(() => confine(folder, path)).toThrow(expect.objectContaining({ code: 'unsafe-path' }) as Error);
  });

  it('accepts names that only begin like a device', () => {
    for (const name of ['CONTROL.mp4', 'com10.mp4', 'auxiliary', '..a', '...'])
      expect(confine(folder, name)).toBe(join(folder, name));
  });

  it('follows links that stay inside and refuses those that lead out or nowhere', () => {
    const root = join(folder, 'card');
    mkdirSync(join(root, 'inside'), { recursive: true });
    mkdirSync(join(folder, 'card-2'));
    symlinkSync('inside', join(root, 'good'));
    symlinkSync('../card-2', join(root, 'sibling'));
    symlinkSync('/', join(root, 'out'));
    symlinkSync('nowhere', join(root, 'broken'));
    expect(confine(root, 'good/x.mp4')).toBe(join(root, 'good/x.mp4'));
    for (const name of ['out', 'out/etc/passwd', 'sibling/x', 'broken', 'good/../out']) {
      expect(() => confine(root, name)).toThrow(ExpectedError);
    }
  });
});

describe('the key file', () => {
  const secret = new Uint8Array(32).fill(7);

  it('keeps secrets in a file that only its owner can read', async () => {
    const store = await openKeyFileStore({ folder });
    expect(await store.get('vault')).toBeNull();
    expect(await store.get('toString')).toBeNull();
    await Promise.all([store.set('vault', secret), store.set('catalog', new Uint8Array([1]))]);
    expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600);
    const again = await openKeyFileStore({ folder });
    expect(await again.get('vault')).toEqual(secret);
    expect(await again.get('catalog')).toEqual(new Uint8Array([1]));
  });

  it('refuses a file that others can read', async () => {
    await (await openKeyFileStore({ folder })).set('vault', secret);
    chmodSync(join(folder, 'keys.json'), 0o640);
    await expect(openKeyFileStore({ folder })).rejects.toMatchObject({
      code: 'not-ready',
      nextStep: expect.stringContaining('chmod 600') as string,
    });
  });

  it('wraps every secret under a passphrase, and unwraps them again', async () => {
    const store = await openKeyFileStore({ folder });
    await store.set('vault', secret);
    await store.setPassphrase('correct horse');
    expect(await store.get('vault')).toEqual(secret);
    expect(readFileSync(join(folder, 'keys.json'), 'utf8')).not.toContain(Buffer.from(secret).toString('base64'));

    const asked = (answer: string | null) => openKeyFileStore({ folder, passphrase: () => Promise.resolve(answer) });
    await expect(asked('wrong horse')).rejects.toMatchObject({ code: 'key-wrong' });
    await expect(asked(null)).rejects.toMatchObject({ code: 'key-missing' });
    await expect(openKeyFileStore({ folder })).rejects.toMatchObject({ code: 'key-missing' });
    const opened = await asked('correct horse');
    expect(await opened.get('vault')).toEqual(secret);
    await opened.setPassphrase(null);
    expect(await (await openKeyFileStore({ folder })).get('vault')).toEqual(secret);
  });

  it('does not take one wrapped secret for another', async () => {
    const store = await openKeyFileStore({ folder });
    await store.set('a', secret);
    await store.set('b', new Uint8Array(32));
    await store.setPassphrase('p');
    const path = join(folder, 'keys.json');
    const file = JSON.parse(readFileSync(path, 'utf8')) as { secrets: Record<string, string> };
    [file.secrets['a'], file.secrets['b']] = [file.secrets['b']!, file.secrets['a']!];
    writeFileSync(path, JSON.stringify(file));
    const swapped = await openKeyFileStore({ folder, passphrase: () => Promise.resolve('p') });
    await expect(swapped.get('a')).rejects.toMatchObject({ code: 'key-wrong' });
  });

  it('says when the file is damaged instead of starting afresh', async () => {
    writeFileSync(join(folder, 'keys.json'), '{"format":', { mode: 0o600 });
    await expect(openKeyFileStore({ folder })).rejects.toMatchObject({ code: 'key-missing' });
  });
});

describe('the log', () => {
  it('writes JSON lines, keeps stacks and causes, and withholds secrets', () => {
    const file = join(folder, 'logs', 'station.log');
    const logger = createLogger({ file, clock: { now: () => 0 } });
    logger.info('started', { fileKey: 'abc', keyframe: 3, nested: { session_token: 'abc', bytes: new Uint8Array(9) } });
    const reference = logger.error('failed', { error: new Error('outer', { cause: new Error('inner') }) });
    logger.close();
    const [first, second] = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, never>);
    expect(first).toMatchObject({
      time: '1970-01-01T00:00:00.000Z',
      level: 'info',
      fields: { fileKey: '[withheld]', keyframe: 3, nested: { session_token: '[withheld]', bytes: '[9 bytes]' } },
    });
    expect(second).toMatchObject({ reference, fields: { error: { message: 'outer', cause: { message: 'inner' } } } });
    expect(reference).toMatch(/^[0-9a-f]{4}-[0-9a-f]{4}$/);
  });

  it('starts a new file when the old one is large', () => {
    const file = join(folder, 'station.log');
    writeFileSync(file, Buffer.alloc(9 * 1024 * 1024));
    const logger = createLogger({ file, clock: systemClock });
    logger.info('one');
    logger.close();
    expect(statSync(file).size).toBeLessThan(1000);
    expect(statSync(`${file}.old`).size).toBe(9 * 1024 * 1024);
  });
});

describe('runTool', () => {
  it('returns what the tool said', async () => {
    expect(await runTool('sh', ['-c', 'echo out; echo err >&2; exit 3'], { expectExitCodes: [0, 3] })).toEqual({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('tells a missing tool, a failing one, a hanging one and a cancelled one apart', async () => {
    await expect(runTool('plainview-no-such-tool', [])).rejects.toMatchObject({
      message: expect.stringContaining('not installed') as string,
    });
    await expect(runTool('sh', ['-c', 'echo no disk >&2; exit 2'])).rejects.toMatchObject({
      message: expect.stringContaining('exit code 2: no disk') as string,
    });
    await expect(runTool('sleep', ['5'], { timeoutMs: 50 })).rejects.toMatchObject({
      message: expect.stringContaining('no answer') as string,
    });
    const signal = AbortSignal.timeout(50);
    await expect(runTool('sleep', ['5'], { signal })).rejects.toMatchObject({ name: 'CancelledError' });
  });
});
