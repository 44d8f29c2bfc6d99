import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoreStatus } from '#common/contract/index.ts';
import { randomBytes } from '#core/kernel/index.ts';

const mebibyte = 1024 * 1024;
const part = 8 * mebibyte;
const footageSize = 90 * mebibyte + 777;
const program = fileURLToPath(new URL('./station-process.ts', import.meta.url));

type Told = {
  readonly status?: StoreStatus;
  readonly closed?: boolean;
  readonly offloaded?: { readonly damaged: number };
};

describe('a station that is killed while it sends', () => {
  const folder = mkdtempSync(join(tmpdir(), 'killed-station-'));
  const [data, store, footage, sent] = ['data', 'store', 'footage', 'sent'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  const running = new Set<ChildProcess>();

  beforeAll(() => {
    for (const path of [store, footage]) mkdirSync(path);
    // No video, so it is kept sealed in the damaged tray: an original like any other.
    writeFileSync(join(footage, 'DoeJane_202611201841_V300123-0.mp4'), randomBytes(footageSize));
    writeFileSync(sent, '');
  });
  afterAll(() => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  /** Runs a station until what it tells is what is waited for, then ends it with a signal and waits until it is gone. */
  async function run(until: (told: Told) => boolean, signal: 'SIGKILL' | 'SIGTERM'): Promise<Told> {
    const child = spawn(process.execPath, [program, data, store, footage], {
      env: { ...process.env, PLAINVIEW_TEST_SENT: sent },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.add(child);
    const ended = new Promise((resolve) => child.once('close', resolve));
    let found: Told | null = null;
    let last = '';
    for await (const line of createInterface({ input: child.stdout })) {
      last = line;
      const told = JSON.parse(line) as Told;
      if (found !== null || !until(told)) continue;
      found = told;
      child.kill(signal);
    }
    await ended;
    running.delete(child);
    if (found === null) throw new Error(`The station ended before it was told to; its last words: ${last}`);
    if (signal === 'SIGTERM') expect(JSON.parse(last)).toEqual({ closed: true });
    return found;
  }

  it('goes on where it was, re-sending at most one part a cut', async () => {
    const cuts = [1, 4, 6, 9].map((parts) => parts * part);
    for (const bytes of cuts) {
      await run(({ status }) => (status?.current[0]?.sentBytes ?? 0) >= bytes, 'SIGKILL');
    }
    const { status } = await run((told) => (told.status?.verified.items ?? 0) > 0, 'SIGTERM');
    expect(status).toMatchObject({ error: null, waiting: { items: 0 } });
    const total = readFileSync(sent, 'utf8')
      .trim()
      .split('\n')
      .reduce((sum, line) => sum + Number(line.split(' ')[2]), 0);
    const size = status?.verified.bytes ?? 0;
    expect(size).toBeGreaterThan(footageSize);
    console.log(`bytes_resent_per_cut=${((total - size) / cuts.length).toFixed(0)} of ${part}`);
    expect(total).toBeGreaterThanOrEqual(size);
    expect(total - size).toBeLessThanOrEqual(cuts.length * part);
  });
});
