import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeNumberedClip, type NumberedClip } from '#test/support/numbered-clip.ts';
import { openReviewBench, type ReviewBench, settledFrame } from '#test/support/review-bench.ts';
import { chance, frameOnceDrawn } from '#test/support/screen-pixels.ts';

const size = { width: 640, height: 360 };
const folder = mkdtempSync(join(tmpdir(), 'plainview-frames-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Footage = Omit<NumberedClip, 'path' | 'width' | 'height'> & { readonly trials: number };

const footage: Readonly<Record<string, Footage>> = {
  'constant rate': { frames: 240, trials: 60 },
  'variable rate': { frames: 240, timesMs: 'N*40+mod(N*37,29)', trials: 80 },
  'variable rate with B-frames, gaps and sound': {
    frames: 240,
    timesMs: 'N*20+mod(N*13,17)+floor(N/25)*180',
    bFrames: true,
    sound: true,
    trials: 120,
  },
  'B-frames, sound earlier than the picture': {
    frames: 180,
    bFrames: true,
    sound: true,
    pictureLateMs: 500,
    trials: 60,
  },
  'one keyframe in the whole clip': { frames: 200, group: 1000, bFrames: true, trials: 40 },
  'turned by 90 degrees': { frames: 120, rotation: 90, trials: 40 },
};

describe.each(Object.entries(footage))('%s', (name, { trials, ...how }) => {
  let bench: ReviewBench;
  let page: Page;
  const { frames } = how;

  beforeAll(async () => {
    const path = join(folder, `${name.replace(/\W+/g, '-')}.mp4`);
    await makeNumberedClip({ path, ...size, ...how });
    bench = await openReviewBench([{ path, ...size, sound: how.sound === true, rotation: how.rotation ?? 0 }]);
    page = await bench.open();
    await settledFrame(page);
  });
  afterAll(() => bench.close());

  it('shows the frame it names after any sequence of steps and jumps', async () => {
    const random = chance(frames + trials);
    const wrong: string[] = [];
    let expected = await settledFrame(page);
    const clamp = (frame: number): number => Math.min(frames - 1, Math.max(0, frame));
    for (let trial = 0; trial < trials; trial++) {
      const what = await act(page, random, frames);
      expected = what.to === null ? expected + what.by : what.to;
      const said = await settledFrame(page);
      if (what.free) expected = said;
      expected = clamp(expected);
      const seen = await frameOnceDrawn(page, size, said);
      if (said !== expected || seen !== said)
        wrong.push(`${what.name}: expected ${expected}, said ${said}, seen ${seen}`);
      expected = said;
    }
    expect(wrong).toEqual([]);
  });

  it('steps through neighbouring frames one by one without skipping or repeating any', async () => {
    const start = Math.floor(frames / 2) - 6;
    await goTo(page, start);
    const seen: (number | null)[] = [];
    for (let step = 0; step < 12; step++) {
      await page.keyboard.press('.');
      const said = await settledFrame(page);
      seen.push(await frameOnceDrawn(page, size, said));
    }
    for (let step = 0; step < 12; step++) {
      await page.keyboard.press(',');
      const said = await settledFrame(page);
      seen.push(await frameOnceDrawn(page, size, said));
    }
    const up = Array.from({ length: 12 }, (_, step) => start + step + 1);
    expect(seen).toEqual([...up, ...up.toReversed().map((frame) => frame - 1)]);
  });
});

type Deed = { readonly name: string; readonly by: number; readonly to: number | null; readonly free: boolean };

async function goTo(page: Page, frame: number): Promise<void> {
  await page.keyboard.press('t');
  await page.getByLabel('Time or frame', { exact: true }).fill(`f ${frame}`);
  await page.keyboard.press('Enter');
  await settledFrame(page);
}

/** One random thing a person does with the player. */
async function act(page: Page, random: () => number, frames: number): Promise<Deed> {
  const choice = random();
  if (choice < 0.4) {
    const forward = random() < 0.5;
    await page.keyboard.press(forward ? '.' : ',');
    return { name: 'step', by: forward ? 1 : -1, to: null, free: false };
  }
  if (choice < 0.6) {
    // Faster than any seek: what is pressed is counted, not what could be shown.
    const presses = 2 + Math.floor(random() * 12);
    const forward = random() < 0.5;
    for (let i = 0; i < presses; i++) await page.keyboard.press(forward ? 'ArrowRight' : 'ArrowLeft');
    return { name: `${presses} fast steps`, by: forward ? presses : -presses, to: null, free: false };
  }
  if (choice < 0.7) {
    await page.keyboard.press('Shift+ArrowRight');
    return { name: 'ten frames', by: 10, to: null, free: false };
  }
  if (choice < 0.74) {
    const end = random() < 0.5;
    await page.keyboard.press(end ? 'End' : 'Home');
    return { name: end ? 'end' : 'home', by: 0, to: end ? frames - 1 : 0, free: false };
  }
  if (choice < 0.86) {
    const to = Math.floor(random() * frames);
    await goTo(page, to);
    return { name: `go to ${to}`, by: 0, to, free: false };
  }
  if (choice < 0.94) {
    // Where playing stops is not ours to say; that the number on the screen is the one named is.
    await page.keyboard.press('Space');
    await page.waitForTimeout(150 + random() * 400);
    await page.keyboard.press('k');
    await page.waitForTimeout(300);
    return { name: 'play and pause', by: 0, to: null, free: true };
  }
  const ruler = await page.getByRole('slider', { name: 'Playhead' }).boundingBox();
  if (ruler === null) throw new Error('There is no ruler.');
  await page.mouse.click(ruler.x + random() * ruler.width, ruler.y + 10);
  return { name: 'click on the ruler', by: 0, to: null, free: true };
}
