import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loseFrames } from '#test/support/media-files.ts';
import { makeNumberedClip } from '#test/support/numbered-clip.ts';
import { openReviewBench, type ReviewBench, settledFrame } from '#test/support/review-bench.ts';
import { frameOnceDrawn } from '#test/support/screen-pixels.ts';

const size = { width: 640, height: 360 };
const folder = mkdtempSync(join(tmpdir(), 'plainview-failure-'));
let bench: ReviewBench;
let page: Page;
const mended: string[] = [];

beforeAll(async () => {
  const path = join(folder, 'damaged.mp4');
  await makeNumberedClip({ path, ...size, frames: 120 });
  loseFrames(path, [70, 71, 72]);
  bench = await openReviewBench([{ path, ...size }]);
  bench.answer('review.mend', ({ evidenceId }) => {
    mended.push(evidenceId);
    return {};
  });
  page = await bench.open();
  await settledFrame(page);
});
afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

const opened = (): number => bench.station.calls.filter(({ method }) => method === 'review.open').length;
const alert = () => page.getByRole('alert').filter({ hasText: 'cannot be decoded' });

async function runIntoDamage(): Promise<void> {
  await page.keyboard.press('t');
  await page.getByLabel('Time or frame', { exact: true }).fill('f 62');
  await page.keyboard.press('Enter');
  await settledFrame(page);
  await page.keyboard.press('Space');
  await alert().waitFor();
}

describe('a recording that is damaged in the middle', () => {
  it('says so, and goes on at another place', async () => {
    await runIntoDamage();
    await page.keyboard.press('Home');
    await alert().waitFor({ state: 'detached' });
    expect(await settledFrame(page)).toBe(0);
    expect(await frameOnceDrawn(page, size, 0)).toBe(0);
    await page.keyboard.press('.');
    expect(await settledFrame(page)).toBe(1);
    expect(await frameOnceDrawn(page, size, 1)).toBe(1);
  });

  it('has a playable copy made on request', async () => {
    await runIntoDamage();
    await page.getByRole('button', { name: 'Make a playable copy' }).click();
    await expect.poll(() => mended).toEqual([bench.recording.segments[0]!.evidenceId]);
  });
});

describe('a recording that the station does not give', () => {
  it('is fetched anew by "Try again", after this session was let in again', async () => {
    await page.route('**/media/evd_*', (route) => route.abort());
    await page.reload();
    const gone = page.getByRole('alert').filter({ hasText: 'cannot play the recording' });
    await gone.waitFor();
    await page.unroute('**/media/evd_*');
    const asked = opened();
    await page.getByRole('button', { name: 'Try again' }).click();
    await gone.waitFor({ state: 'detached' });
    expect(await settledFrame(page)).toBe(0);
    expect(await frameOnceDrawn(page, size, 0)).toBe(0);
    expect(opened()).toBe(asked + 1);
  });
});
