import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '#common/contract/index.ts';
import { boxAt } from '#common/redaction/index.ts';
import { makeNumberedClip } from '#test/support/numbered-clip.ts';
import { openReviewBench, type ReviewBench, settledFrame } from '#test/support/review-bench.ts';
import { pictureBox } from '#test/support/screen-pixels.ts';
import { emptyDepartment } from '#test/support/scripted-station/scripts.ts';

const size = { width: 640, height: 360 };
const frames = 120;
const folder = mkdtempSync(join(tmpdir(), 'plainview-redaction-'));
const clip = { path: join(folder, 'clip.mp4'), ...size, sound: true };
beforeAll(() => makeNumberedClip({ ...clip, frames }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let bench: ReviewBench;
afterEach(() => bench.close());

async function ready(page: Page): Promise<void> {
  await settledFrame(page);
  await page.getByTestId('box-list').waitFor({ state: 'attached' });
}

async function saved(page: Page): Promise<void> {
  await page.locator('[data-testid="save-state"][data-state="saved"]').waitFor();
}

/** Drags on the picture, in its own pixels. */
async function drag(
  page: Page,
  from: readonly [number, number],
  to: readonly [number, number],
  drop = true,
): Promise<void> {
  const box = await pictureBox(page);
  const at = ([x, y]: readonly [number, number]) =>
    [box.x + (x * box.width) / size.width, box.y + (y * box.height) / size.height] as const;
  await page.keyboard.down('Control');
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]));
  await page.mouse.move(...at(to));
  if (drop) await page.mouse.up();
  await page.keyboard.up('Control');
}

const boxes = () => bench.project().document.tracks;
const violations = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id: rule, nodes }) => [rule, nodes.map((n) => n.html)]);

describe('redacting by hand', () => {
  it('draws, moves, resizes and deletes with the pointer, and takes all of it back', async () => {
    bench = await openReviewBench([clip]);
    const page = await bench.open();
    await ready(page);
    await drag(page, [100, 100], [200, 180]);
    await drag(page, [150, 140], [180, 150]);
    await drag(page, [230, 190], [250, 200]);
    await saved(page);
    const [first] = boxes();
    expect(first?.range).toEqual({ first: 0, last: frames - 1 });
    const drawn = boxAt(first!, 0)!;
    for (const [value, expected] of [
      [drawn.x, 130],
      [drawn.y, 110],
      [drawn.width, 120],
      [drawn.height, 90],
    ] as const) {
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(1);
    }
    // Left half way: no trace, neither here nor at the station.
    const before = bench.project().version;
    await drag(page, [190, 150], [400, 300], false);
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await page.waitForTimeout(100);
    expect(bench.project().version).toBe(before);
    await page.keyboard.press('Delete');
    await saved(page);
    expect(boxes()).toEqual([]);
    for (let i = 0; i < 4; i++) await page.keyboard.press('Control+z');
    await page.getByText('Undone: Draw box').waitFor();
    await page.waitForTimeout(100);
    await saved(page);
    expect(boxes()).toEqual([]);
    for (let i = 0; i < 3; i++) await page.keyboard.press('Control+Shift+z');
    await page.waitForTimeout(100);
    await saved(page);
    expect(boxes()).toEqual([first]);
  });

  it('does everything by keyboard alone', async () => {
    bench = await openReviewBench([clip]);
    const page = await bench.open();
    await ready(page);
    await page.keyboard.press('n');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Alt+Shift+ArrowRight');
    await page.keyboard.press('Alt+ArrowUp');
    await saved(page);
    const side = 90;
    expect(boxes()[0]?.keyframes).toEqual([
      { frame: 0, box: { x: 275 + 1, y: 135 + 10, width: side + 10, height: side - 1 } },
    ]);
    // Arrows move the box, comma and full stop the frames; a nudge elsewhere makes a keyframe there.
    for (let i = 0; i < 20; i++) await page.keyboard.press('.');
    expect(await settledFrame(page)).toBe(20);
    await page.keyboard.press('Shift+ArrowLeft');
    await saved(page);
    expect(boxes()[0]?.keyframes.map((key) => key.frame)).toEqual([0, 20]);
    for (let i = 0; i < 10; i++) await page.keyboard.press('.');
    await settledFrame(page);
    await page.keyboard.press(']');
    await page.keyboard.press('q');
    await page.keyboard.press('<');
    expect(await settledFrame(page)).toBe(20);
    await page.keyboard.press('Shift+q');
    await page.keyboard.press('[');
    await page.keyboard.press('Shift+m');
    await page.keyboard.press('Control+d');
    await saved(page);
    expect(boxes()[0]).toMatchObject({ range: { first: 20, last: 30 } });
    expect(boxes()[0]?.keyframes.map((key) => key.frame)).toEqual([0, 30]);
    expect(bench.project().document.mutes).toMatchObject([{ range: { first: 20, last: 80 } }]);
    // Tab goes round the redactions from the picture and then leaves it.
    await page.getByTestId('overlay').focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    const pressed = page.locator('[aria-label="Redaction"] ul button[aria-pressed="true"]');
    expect(await pressed.textContent()).toContain('Box 1');
    await page.keyboard.press('Tab');
    expect(await pressed.textContent()).toContain('Mute 1');
    await page.keyboard.press('Tab');
    expect(await page.getByTestId('overlay').evaluate((node) => node === document.activeElement)).toBe(false);
  });

  it('types numbers and names; letters in fields are letters', async () => {
    bench = await openReviewBench([clip]);
    const page = await bench.open();
    await ready(page);
    await page.keyboard.press('n');
    await page.keyboard.press('F2');
    await page.keyboard.type('nrvm [] .,');
    await page.keyboard.press('Enter');
    await page.getByLabel('X, from the left').fill('40');
    await page.keyboard.press('Enter');
    await page.getByLabel('Width', { exact: true }).fill('111');
    await page.keyboard.press('Enter');
    await page.getByLabel('Last frame').fill('77');
    await page.keyboard.press('Enter');
    await page.getByText('Pixelate', { exact: true }).click();
    await page.getByLabel('Block size in pixels').fill('41');
    await page.keyboard.press('Enter');
    await saved(page);
    expect(boxes()).toMatchObject([
      {
        name: 'nrvm [] .,',
        style: { kind: 'pixelate', block: 42 },
        range: { first: 0, last: 77 },
        keyframes: [{ frame: 0, box: { x: 40, width: 111 } }],
      },
    ]);
    expect(await settledFrame(page)).toBe(0);
  });

  it('drags blocks on the timeline, by their ends and (mutes) as a whole, and lets go with Escape', async () => {
    bench = await openReviewBench([clip]);
    const page = await bench.open();
    await ready(page);
    await page.keyboard.press('n');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+m');
    await saved(page);
    const lanes = (await page.getByTestId('timeline-lanes').boundingBox())!;
    const x = (frame: number): number => lanes.x + (frame * lanes.width) / frames;
    const pull = async (y: number, from: number, to: number, release = true): Promise<void> => {
      await page.mouse.move(x(from), lanes.y + y);
      await page.mouse.down();
      await page.mouse.move(x((from + to) / 2), lanes.y + y);
      await page.mouse.move(x(to), lanes.y + y);
      if (release) await page.mouse.up();
    };
    await pull(70, frames - 0.2, 60.2);
    await saved(page);
    expect(Math.abs((boxes()[0]?.range.last ?? 0) - 60)).toBeLessThanOrEqual(1);
    await pull(42, 30, 50);
    await saved(page);
    const mute = bench.project().document.mutes[0]!.range;
    expect(Math.abs(mute.first - 20)).toBeLessThanOrEqual(1);
    expect(mute.last - mute.first).toBe(60);
    const { version } = bench.project();
    await pull(42, 50, 90, false);
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await page.waitForTimeout(150);
    expect(bench.project().version).toBe(version);
  });
});

describe('saving', () => {
  it('keeps changes on this computer while the station is away, over a reload too, and sends them then', async () => {
    bench = await openReviewBench([clip]);
    const page = await bench.open();
    await ready(page);
    await page.keyboard.press('n');
    await saved(page);
    bench.station.disconnect();
    await page.keyboard.press('n');
    await page.getByText('Not saved yet – kept on this computer').waitFor();
    expect(boxes()).toHaveLength(1);
    bench.station.reconnect();
    await saved(page);
    expect(boxes()).toHaveLength(2);
    bench.station.disconnect();
    await page.keyboard.press('n');
    await page.getByText('Not saved yet – kept on this computer').waitFor();
    bench.station.reconnect();
    await page.reload();
    await ready(page);
    await saved(page);
    await expect.poll(() => boxes().length).toBe(3);
    expect(await page.getByTestId('box-list').getByRole('button').count()).toBe(3);
  });

  it('keeps what was done before the page crashed, for whoever signs in again as the same person', async () => {
    bench = await openReviewBench([clip]);
    const page = await bench.open();
    await ready(page);
    await page.keyboard.press('n');
    await saved(page);
    bench.station.disconnect();
    await page.keyboard.press('n');
    await page.keyboard.press('n');
    await page.getByText('Not saved yet – kept on this computer').waitFor();
    const crash = await page.context().newCDPSession(page);
    const crashed = page.waitForEvent('crash');
    // The answer to this never comes.
    void crash.send('Page.crash').catch(() => undefined);
    await crashed;
    let session: Session | null = null;
    bench.answer('session.current', () => ({ session }));
    bench.answer('session.signIn', () => {
      session = emptyDepartment.session;
      if (session === null) throw new Error('The script has nobody signed in.');
      return session;
    });
    bench.station.reconnect();
    const again = await page.context().newPage();
    await again.goto(page.url());
    await again.getByLabel('User name').fill('dwhitfield');
    await again.getByLabel('Password', { exact: true }).fill('correct horse');
    await again.keyboard.press('Enter');
    await saved(again);
    await expect.poll(() => boxes().length).toBe(3);
    expect(await again.getByTestId('box-list').getByRole('button').count()).toBe(3);
  });
});

describe('for everybody', () => {
  it('has no accessibility violations: empty, at work, in the details, in the menus', async () => {
    bench = await openReviewBench([clip, clip], {
      change: (recording) => ({
        ...recording,
        preEvent: { microseconds: 1_000_000, silent: true },
        triggers: [
          { time: new Date(recording.start.at + 1500).toISOString(), kind: 'holster', source: 'BWC', value: 'on' },
        ],
        start: { ...recording.start, precision: 'minute', doubt: 'The camera says 2017.' },
      }),
    });
    const page = await bench.open();
    await ready(page);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('n');
    await page.getByText('Blur', { exact: true }).click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+m');
    await saved(page);
    expect(await violations(page)).toEqual([]);
    await page.getByTestId('box-list').getByRole('button').click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Details' }).click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: /^Segment 1 of 2/ }).click();
    await page.getByRole('menuitem', { name: /Segment 2/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('menuitem', { name: /Segment 2/ }).click();
    await ready(page);
    // Time runs on, frames start anew.
    expect(await page.getByTestId('timecode').textContent()).toBe('00:00:04 · f 0');
    await page.keyboard.press('t');
    await page.getByLabel('Time or frame', { exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('speaks where the playhead is and steps by the slider’s own arrows', async () => {
    bench = await openReviewBench([clip]);
    const page = await bench.open();
    await ready(page);
    await page.keyboard.press('n');
    const slider = page.getByRole('slider', { name: 'Playhead' });
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('PageUp');
    expect(await settledFrame(page)).toBe(41);
    expect(await slider.getAttribute('aria-valuetext')).toBe('1 second, frame 41');
    expect(await slider.getAttribute('aria-valuenow')).toBe('41');
    await saved(page);
    expect(boxes()[0]?.keyframes).toHaveLength(1);
  });
});
