import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  chromiumProgram,
  type LaunchedStation,
  launchChromium,
  launchStation,
} from '#test/support/launched-station.ts';
import { makeNumberedClip } from '#test/support/numbered-clip.ts';
import { frameOnceDrawn, pictureBox, screenPixels } from '#test/support/screen-pixels.ts';
import { openRecording, renderAndCheck, setUpDepartment } from './journey.ts';

const size = { width: 640, height: 360 };
const program = chromiumProgram();

/** Boxes that are typed in: how they hide and where they go; the second place is a keyframe at frame 30. */
const boxes = [
  { style: 'Solid', from: [40, 200, 120, 90], to: [120, 220, 120, 90] },
  { style: 'Pixelate', from: [240, 90, 130, 110], to: [300, 150, 100, 110] },
  { style: 'Blur', from: [430, 60, 120, 140], to: [400, 160, 160, 120] },
] as const;

describe.skipIf(program === null)('the preview of a redaction', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plainview-preview-'));
  let station: LaunchedStation;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const card = join(folder, 'card', 'DCIM', '100MEDIA');
    mkdirSync(card, { recursive: true });
    const path = join(card, '20261120_140633_0006_S_A.MP4');
    // Uneven times and B-frames: the render must agree about which frame is which.
    await makeNumberedClip({
      path,
      frames: 60,
      ...size,
      timesMs: 'N*40+mod(N*37,29)',
      bFrames: true,
      sound: true,
      quality: 12,
    });
    station = await launchStation(join(folder, 'data'));
    browser = await launchChromium(program ?? '');
    // Narrow enough that the picture is as wide as its place, so that it keeps its size whatever stands above it.
    page = await (await browser.newContext({ viewport: { width: 1100, height: 1000 } })).newPage();
    await page.goto(station.address);
    await setUpDepartment(page);
    await page.goto(`${new URL(station.address).origin}/#/dock`);
    await page.getByRole('textbox', { name: 'Folder on this computer' }).fill(join(folder, 'card'));
    await page.getByRole('button', { name: 'Watch folder' }).click();
    await page.getByRole('button', { name: 'Offload everything new' }).click({ timeout: 60_000 });
    await openRecording(page, /./);
  });
  afterAll(async () => {
    await browser.close();
    await station.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is what the finished file shows, in every mask and at every frame looked at', async () => {
    await page.getByTestId('box-list').waitFor({ state: 'attached' });
    for (const { style, from, to } of boxes) {
      await goTo(page, 0);
      await page.keyboard.press('n');
      await place(page, from);
      if (style !== 'Solid') await page.getByText(style, { exact: true }).click();
      await goTo(page, 30);
      await place(page, to);
    }
    await page.keyboard.press('Escape');
    await page.mouse.move(2, 2);
    const frames = [0, 1, 14, 29, 30, 31, 44, 59];
    const preview = await look(page, frames);
    await renderAndCheck(page);
    await page.getByRole('button', { name: 'Watch the result' }).click();
    await page.getByText('This is the finished file').waitFor();
    await page.locator('[data-testid="timecode"][data-settled="true"]').waitFor();
    const finished = await look(page, frames);
    for (const [i, frame] of frames.entries()) {
      for (const [n, { style }] of boxes.entries()) {
        const { mean, far } = difference(preview[i]?.[n] ?? [], finished[i]?.[n] ?? []);
        // What is left is the loss of the encoder. A mask that is elsewhere, or of another strength, is many times that.
        expect(mean, `${style} at frame ${frame}`).toBeLessThan(style === 'Solid' ? 1.5 : 4);
        expect(far, `${style} at frame ${frame}`).toBeLessThan(0.02);
      }
    }
  });
});

async function goTo(page: Page, frame: number): Promise<void> {
  await page.keyboard.press('t');
  await page.getByLabel('Time or frame', { exact: true }).fill(`f ${frame}`);
  await page.keyboard.press('Enter');
  await page.locator(`[data-testid="timecode"][data-settled="true"][data-frame="${frame}"]`).waitFor();
}

async function place(page: Page, box: readonly number[]): Promise<void> {
  const names = ['X, from the left', 'Y, from the top', 'Width', 'Height'];
  for (const [n, name] of names.entries()) {
    await page.getByLabel(name, { exact: true }).fill(String(box[n]));
    await page.keyboard.press('Enter');
  }
  await page.getByTestId('overlay').focus();
}

/** The colours inside every box (a little in from its edges) at every frame, as they are on the screen. */
async function look(page: Page, frames: readonly number[]): Promise<readonly (readonly (readonly number[])[])[]> {
  const seen: (readonly (readonly number[])[])[] = [];
  for (const frame of frames) {
    await goTo(page, frame);
    expect(await frameOnceDrawn(page, size, frame)).toBe(frame);
    const [pixels, box] = [await screenPixels(page), await pictureBox(page)];
    const share = Math.min(1, frame / 30);
    seen.push(
      boxes.map(({ from, to }) => {
        const [x = 0, y = 0, width = 0, height = 0] = from.map((value, n) => value + ((to[n] ?? 0) - value) * share);
        const colours: number[] = [];
        for (let sy = y + 4; sy < y + height - 4; sy += 2) {
          for (let sx = x + 4; sx < x + width - 4; sx += 2) {
            const [across, down] = [(sx * box.width) / size.width, (sy * box.height) / size.height];
            colours.push(...pixels.at(box.x + across, box.y + down));
          }
        }
        return colours;
      }),
    );
  }
  return seen;
}

function difference(a: readonly number[], b: readonly number[]): { mean: number; far: number } {
  expect(a.length).toBe(b.length);
  expect(a.length).toBeGreaterThan(3000);
  const apart = a.map((value, n) => Math.abs(value - (b[n] ?? 0)));
  return {
    mean: apart.reduce((sum, value) => sum + value, 0) / apart.length,
    far: apart.filter((value) => value > 30).length / apart.length,
  };
}
