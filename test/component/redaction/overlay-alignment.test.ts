import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedactionDocument } from '#common/redaction/index.ts';
import { landmark, makeNumberedClip } from '#test/support/numbered-clip.ts';
import { openReviewBench, type ReviewBench, settledFrame } from '#test/support/review-bench.ts';
import { pictureBox, type ScreenPixels, screenPixels } from '#test/support/screen-pixels.ts';
import { id } from '#test/support/scripted-station/fixtures.ts';

const size = { width: 640, height: 360 };
const folder = mkdtempSync(join(tmpdir(), 'plainview-overlay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Covers all of the red square but a rim of `rim` source pixels: what is red around the black must be the rim, on all sides alike. */
const rim = 8;
const { x, y, width, height } = landmark;
const inner: RedactionDocument = {
  tracks: [
    {
      id: id('track', 'inner'),
      name: 'Box 1',
      style: { kind: 'solid' },
      range: { first: 0, last: 59 },
      keyframes: [{ frame: 0, box: { x: x + rim, y: y + rim, width: width - 2 * rim, height: height - 2 * rim } }],
    },
  ],
  mutes: [],
};

/** The red and the black along a line through the middle of the square: widths in CSS pixels. */
function profile(
  pixels: ScreenPixels,
  from: number,
  to: number,
  at: (position: number) => readonly [number, number, number],
) {
  const runs = { before: 0, black: 0, after: 0 };
  for (let position = from; position < to; position += 1 / pixels.ratio) {
    const [red, green] = at(position + 0.5 / pixels.ratio);
    if (red > 120 && green < 90) {
      if (runs.black === 0) runs.before += 1 / pixels.ratio;
      else runs.after += 1 / pixels.ratio;
    } else if (red < 70 && runs.before > 0 && runs.after === 0) runs.black += 1 / pixels.ratio;
  }
  return runs;
}

const windows = [
  [1440, 900, 1],
  [1333, 777, 1.25],
  [1101, 913, 2],
  [1920, 1080, 1],
  [1280, 800, 1.25],
  [1440, 900, 2],
] as const;

describe.each([
  { rotation: 0, sizes: 6, name: 'upright' },
  { rotation: 90, sizes: 3, name: 'turned by 90 degrees' },
  { rotation: 180, sizes: 2, name: 'turned by 180 degrees' },
  { rotation: 270, sizes: 3, name: 'turned by 270 degrees' },
  { rotation: 0, sizes: 3, name: 'of wide pixels', pixelShape: '4/3' },
] as const)('a picture $name', ({ rotation, sizes, ...shape }) => {
  let bench: ReviewBench;
  beforeAll(async () => {
    const path = join(folder, `turned-${rotation}-${sizes}.mp4`);
    await makeNumberedClip({ path, frames: 60, ...size, rotation, quality: 12, ...shape });
    const pixelAspect = 'pixelShape' in shape ? 4 / 3 : 1;
    bench = await openReviewBench([{ path, ...size, rotation, pixelAspect }], { project: { document: inner } });
  });
  afterAll(() => bench.close());

  it.each(
    windows.slice(0, sizes).map((each) => [...each] as const),
  )('has its overlay exactly over it at %i × %i, ratio %d', async (across, down, deviceScaleFactor) => {
    const page = await bench.open({ viewport: { width: across, height: down }, deviceScaleFactor });
    await settledFrame(page);
    await page.getByText('Saved').waitFor();
    const pixels = await screenPixels(page);
    const box = await pictureBox(page);
    const scaleX = box.width / size.width;
    const scaleY = box.height / size.height;
    const middleX = box.x + (x + width / 2) * scaleX;
    const middleY = box.y + (y + height / 2) * scaleY;
    const row = profile(pixels, box.x + (x - 20) * scaleX, box.x + (x + width + 20) * scaleX, (at) =>
      pixels.at(at, middleY),
    );
    const column = profile(pixels, box.y + (y - 20) * scaleY, box.y + (y + height + 20) * scaleY, (at) =>
      pixels.at(middleX, at),
    );
    // One screen pixel on each side is the mixing of neighbours when a picture is scaled; the codec adds a little.
    const slack = 1.6 / deviceScaleFactor + 0.6 * scaleX;
    for (const [run, scale, extent] of [
      [row, scaleX, width],
      [column, scaleY, height],
    ] as const) {
      expect(run.before).toBeGreaterThan(rim * scale - slack);
      expect(run.before).toBeLessThan(rim * scale + slack);
      expect(run.after).toBeGreaterThan(rim * scale - slack);
      expect(run.after).toBeLessThan(rim * scale + slack);
      // Colour has its own blur at edges, but the same on both sides: a mask that is off by a pixel is off here by two.
      expect(Math.abs(run.before - run.after)).toBeLessThan(1.1 / deviceScaleFactor + 0.25 * scale);
      expect(Math.abs(run.black - (extent - 2 * rim) * scale)).toBeLessThan(2 * slack);
    }
    await page.context().close();
  });

  it('stays over it while the window and the inspector change', async () => {
    const page = await bench.open();
    await settledFrame(page);
    await page.getByText('Saved').waitFor();
    for (const [across, down] of [
      [1000, 700],
      [1700, 950],
      [1180, 1000],
    ] as const) {
      await page.setViewportSize({ width: across, height: down });
      await page.waitForTimeout(120);
      const pixels = await screenPixels(page);
      const box = await pictureBox(page);
      const at = (sx: number, sy: number) =>
        pixels.at(box.x + (sx * box.width) / size.width, box.y + (sy * box.height) / size.height);
      // Just inside of the mask's corners it is black, just outside red.
      for (const [sx, sy, inside] of [
        [x + rim + 3, y + rim + 3, true],
        [x + width - rim - 3, y + height - rim - 3, true],
        [x + rim - 4, y + rim - 4, false],
        [x + width - rim + 4, y + height - rim + 4, false],
      ] as const) {
        const [red] = at(sx, sy);
        expect(inside ? red < 60 : red > 140, `${sx}, ${sy} at ${across} × ${down}: ${red}`).toBe(true);
      }
    }
    await page.context().close();
  });
});
