import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { pattern, readPattern } from './numbered-clip.ts';

/** The window as it is on the screen; colours by CSS coordinates, whatever the pixel ratio. */
export type ScreenPixels = {
  readonly ratio: number;
  /** Red, green, blue of the screen pixel that holds this CSS point. */
  readonly at: (x: number, y: number) => readonly [number, number, number];
};

type Clip = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** `clip` in whole CSS pixels takes only that part of the window, which is much faster. */
export async function screenPixels(page: Page, clip?: Clip): Promise<ScreenPixels> {
  const ratio = await page.evaluate(() => window.devicePixelRatio);
  const shot = await page.screenshot({ scale: 'device', ...(clip === undefined ? {} : { clip }) });
  const { data, width } = PNG.sync.read(shot);
  const { x: left, y: top } = clip ?? { x: 0, y: 0 };
  return {
    ratio,
    at: (x, y) => {
      const from = (Math.floor((y - top) * ratio) * width + Math.floor((x - left) * ratio)) * 4;
      return [data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0];
    },
  };
}

/** Where the picture is on the screen, in CSS pixels. */
export async function pictureBox(page: Page): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await page.getByTestId('picture').boundingBox();
  if (box === null) throw new Error('There is no picture in the window.');
  return box;
}

/** The frame number that is burnt into the picture on the screen. */
async function frameOnScreen(page: Page, source: { width: number; height: number }): Promise<number | null> {
  const box = await pictureBox(page);
  const { left, top, cell, columns, rows } = pattern;
  const pixels = await screenPixels(page, {
    x: Math.floor(box.x + (left * box.width) / source.width),
    y: Math.floor(box.y + (top * box.height) / source.height),
    width: Math.ceil((cell * columns * box.width) / source.width) + 1,
    height: Math.ceil((cell * rows * box.height) / source.height) + 1,
  });
  return readPattern((x, y) => {
    const [, green] = pixels.at(box.x + (x * box.width) / source.width, box.y + (y * box.height) / source.height);
    return green;
  });
}

/**
 * The frame on the screen once the window's compositor has caught up with what the player says it has painted: on a busy
 * machine a screenshot may be some frames older. What stays wrong for a second is wrong; the last frame seen is returned.
 */
export async function frameOnceDrawn(
  page: Page,
  source: { width: number; height: number },
  said: number,
): Promise<number | null> {
  let seen = await frameOnScreen(page, source);
  for (let waited = 0; seen !== said && waited < 1000; waited += 100) {
    await page.waitForTimeout(100);
    seen = await frameOnScreen(page, source);
  }
  return seen;
}

/** Repeatable chance (mulberry32): the same numbers for the same seed. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
