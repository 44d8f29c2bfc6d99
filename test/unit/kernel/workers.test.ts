import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import {
  createLogger,
  nodeProcessSpawner,
  silentLogger,
  startProcess,
  startThread,
  systemClock,
  type WorkerClient,
} from '#core/kernel/index.ts';
import type { FixtureApi } from './worker-fixture.ts';

const entry = new URL('./worker-fixture.ts', import.meta.url);
const clients: WorkerClient<FixtureApi>[] = [];

function start(kind: 'thread' | 'process'): WorkerClient<FixtureApi> {
  const client =
    kind === 'thread'
      ? startThread<FixtureApi>(entry, { name: 'fixture', logger: silentLogger })
      : startProcess<FixtureApi>(entry, { name: 'fixture', spawner: nodeProcessSpawner, logger: silentLogger });
  clients.push(client);
  return client;
}

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.each(['thread', 'process'] as const)('a worker %s', (kind) => {
  it('carries values of every cloneable kind', async () => {
    const client = start(kind);
    const value = { bytes: new Uint8Array([1, 2, 255]), big: 2n ** 70n, when: new Date(5), map: new Map([['a', 1]]) };
    const reply = (await client.call('echo', { value })) as typeof value;
    expect([...reply.bytes]).toEqual([1, 2, 255]);
    expect({ ...reply, bytes: null }).toEqual({ ...value, bytes: null });
  });

  it('answers many calls at once, each with its own', async () => {
    const client = start(kind);
    const values = Array.from({ length: 50 }, (_, value) => value);
    expect(await Promise.all(values.map((value) => client.call('echo', { value })))).toEqual(values);
  });

  it('reports progress before the result', async () => {
    const seen: number[] = [];
    const result = await start(kind).call('count', { to: 4 }, { onProgress: (value) => seen.push(value) });
    expect([seen, result]).toEqual([[1, 2, 3, 4], 4]);
  });

  it('keeps code, subject, next step and cause of an expected error', async () => {
    const error: unknown = await start(kind)
      .call('full', null as never)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ExpectedError);
    expect(error).toMatchObject({ code: 'destination-full', subject: 'disk 1', nextStep: 'Make room.' });
    expect((error as Error).cause).toMatchObject({ message: 'ENOSPC' });
  });

  it('keeps words and stack of a bug, for the log', async () => {
    const error = (await start(kind)
      .call('bug', null as never)
      .catch((thrown: unknown) => thrown)) as Error;
    expect(error).not.toBeInstanceOf(ExpectedError);
    expect(error.message).toBe('undefined is not a camera');
    expect(error.stack).toContain('worker-fixture.ts');
  });

  it('refuses names that are not its own methods', async () => {
    await expect(start(kind).call('toString' as never, null as never)).rejects.toThrow('no method "toString"');
  });

  it('is cancelled by a signal, and says so', async () => {
    const controller = new AbortController();
    const call = start(kind).call('untilCancelled', null, { signal: controller.signal });
    setTimeout(() => controller.abort(), 30);
    await expect(call).rejects.toBeInstanceOf(CancelledError);
    await expect(start(kind).call('pid', null as never, { signal: controller.signal })).rejects.toBeInstanceOf(
      CancelledError,
    );
  });

  it('fails every pending call and every later one when it crashes', async () => {
    const client = start(kind);
    const pending = client.call('forever', null as never);
    const crash = client.call('crash', null as never);
    await expect(pending).rejects.toMatchObject({ code: 'worker-crashed', subject: 'fixture' });
    await expect(crash).rejects.toMatchObject({ code: 'worker-crashed' });
    await expect(client.call('pid', null as never)).rejects.toMatchObject({ code: 'worker-crashed' });
  });

  it('closes quietly, cancelling what runs', async () => {
    const client = start(kind);
    const pending = client.call('untilCancelled', null);
    const settled = expect(pending).rejects.toBeInstanceOf(CancelledError);
    const exit = new Promise((resolve) => client.onExit(resolve));
    await client.close();
    await settled;
    expect(await exit).toMatchObject({ code: 0 });
  });
});

describe('a worker process', () => {
  it('is another process, and a SIGKILL fails its calls alone', async () => {
    const client = start('process');
    const pid = await client.call('pid', null as never);
    expect(pid).not.toBe(process.pid);
    const pending = client.call('forever', null as never);
    process.kill(pid, 'SIGKILL');
    await expect(pending).rejects.toMatchObject({
      code: 'worker-crashed',
      message: expect.stringContaining('SIGKILL') as string,
    });
  });

  it('leaves what it printed in the log', async () => {
    const written: string[] = [];
    const logger = {
      ...createLogger({ clock: systemClock }),
      warn: (_: string, fields?: object) => void written.push(JSON.stringify(fields)),
    };
    const client = startProcess<FixtureApi>(entry, {
      name: 'fixture',
      spawner: nodeProcessSpawner,
      logger: { ...logger, error: () => 'ref' },
    });
    await client.call('crash', null as never).catch(() => undefined);
    expect(written.join('')).toContain('last words');
    await client.close();
  });

  it('ends by itself when its parent is killed', async () => {
    const parent = fork(fileURLToPath(new URL('./worker-parent.ts', import.meta.url)), [], {
      silent: true,
      execArgv: [],
    });
    const pid = await new Promise<number>((resolve) => {
      parent.stdout?.once('data', (text: Buffer) => resolve(Number(text.toString())));
    });
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });
});
