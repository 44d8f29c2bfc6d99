import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RedactionDocument, Track } from '#common/redaction/index.ts';
import { makeNumberedClip } from '#test/support/numbered-clip.ts';
import { openReviewBench, type ReviewBench, settledFrame } from '#test/support/review-bench.ts';
import { id } from '#test/support/scripted-station/fixtures.ts';
import { accessibilityProblems } from '#test/support/window-bench.ts';

const folder = mkdtempSync(join(tmpdir(), 'plainview-versions-'));
const clip = { path: join(folder, 'clip.mp4'), width: 640, height: 360, sound: true };
beforeAll(() => makeNumberedClip({ ...clip, frames: 120 }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let bench: ReviewBench;
afterEach(() => bench.close());

const track = (name: string, x: number): Track => ({
  id: id('track', name),
  name,
  style: { kind: 'solid' },
  range: { first: 20, last: 80 },
  keyframes: [{ frame: 20, box: { x, y: 100, width: 120, height: 120 } }],
});
const trunk: RedactionDocument = { tracks: [track('Face', 60), track('Plate', 400)], mutes: [] };
const theirs: RedactionDocument = {
  tracks: [track('Face', 260)],
  mutes: [{ id: id('mute', 'name'), name: 'A name', range: { first: 5, last: 30 } }],
};

async function ready(page: Page): Promise<void> {
  await settledFrame(page);
  await page.getByTestId('box-list').waitFor({ state: 'attached' });
}
const saved = (page: Page) => page.locator('[data-testid="save-state"][data-state="saved"]').waitFor();
const withTwoVersions = async (): Promise<Page> => {
  bench = await openReviewBench([clip], { project: { document: trunk, version: 2 } });
  const page = await bench.open();
  await ready(page);
  bench.branchElsewhere(theirs, 'T. Whitehorse');
  await page.getByText('1 other version to compare').waitFor();
  return page;
};
/** The colour of a point of the picture of a version, as the canvas has it: all four channels. */
const pixel = (page: Page, version: string, x: number, y: number) =>
  page.getByRole('img', { name: `The picture at this frame: ${version}` }).evaluate(
    (element, at) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas
        .getContext('2d')!
        .getImageData(Math.round((at.x * canvas.width) / 640), Math.round((at.y * canvas.height) / 360), 1, 1);
      return [...data].slice(0, 3);
    },
    { x, y },
  );

describe('two people who change one redaction', () => {
  it('never overwrite each other: the second one’s changes become a version that is seen at once', async () => {
    bench = await openReviewBench([clip]);
    const page = await bench.open();
    await ready(page);
    bench.changeElsewhere({
      kind: 'put-mute',
      at: 0,
      mute: { id: id('mute', 'theirs'), name: 'Theirs', range: { first: 1, last: 9 } },
    });
    await page.keyboard.press('n');
    await page.getByText('Your 1 change is kept as a version of its own.').waitFor();
    await saved(page);
    // What is worked with is the version that came first; the other is one step away.
    await page.getByTestId('mute-list').getByText('Theirs').waitFor();
    expect(await page.getByTestId('box-list').getByRole('button').count()).toBe(0);
    expect(bench.project().document.tracks).toEqual([]);
    await page.getByText(/^Dana Whitfield, Mon 23 Nov 2026/).waitFor();
    await page.keyboard.press('n');
    await saved(page);
    expect(bench.project().document.tracks).toHaveLength(1);
    expect(bench.project().document.mutes).toHaveLength(1);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('see what came from elsewhere while they only look', async () => {
    bench = await openReviewBench([clip], { project: { document: trunk, version: 2 } });
    const page = await bench.open();
    await ready(page);
    bench.arriveElsewhere({ kind: 'remove-track', id: id('track', 'Plate') });
    await page.getByTestId('box-list').getByText('Plate').waitFor({ state: 'detached' });
    await page.keyboard.press('n');
    await saved(page);
    expect(bench.project().branches).toEqual([]);
    expect(bench.project().document.tracks).toHaveLength(2);
  });
});

describe('comparing versions', () => {
  it('shows the same frame as each leaves it, says what differs, and goes where it is seen', async () => {
    const page = await withTwoVersions();
    await page.getByRole('button', { name: 'Compare versions' }).click();
    await page.getByText('3 differences in 3 boxes and mutes').waitFor();
    const words = await page.getByRole('row').allInnerTexts();
    expect(words.join('\n')).toMatch(/A name[\s\S]*Not in this version[\s\S]*Only on the right/);
    expect(words.join('\n')).toMatch(/Face[\s\S]*Another place · from frame 20/);
    expect(words.join('\n')).toMatch(/Plate[\s\S]*Only on the left/);
    await page.getByRole('button', { name: 'Face' }).click();
    await page
      .getByText(/· f 20$/)
      .first()
      .waitFor();
    await expect.poll(() => pixel(page, 'Worked with now', 120, 160)).toEqual([0, 0, 0]);
    await expect.poll(() => pixel(page, 'Other version', 320, 160)).toEqual([0, 0, 0]);
    expect(await pixel(page, 'Other version', 120, 160)).not.toEqual([0, 0, 0]);
    expect(await pixel(page, 'Worked with now', 320, 160)).not.toEqual([0, 0, 0]);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByTestId('overlay').waitFor();
  });

  it('takes a choice and a reason, by keyboard alone, and works with what was chosen', async () => {
    const page = await withTwoVersions();
    await page.getByRole('button', { name: 'Compare versions' }).focus();
    await page.keyboard.press('Enter');
    const use = page.getByRole('button', { name: 'Use this version' });
    await use.focus();
    await page.keyboard.press('Enter');
    await page.getByText('Choose one of the versions.').waitFor();
    await page.getByText('Say why, in a few words.').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('radio', { name: 'Other version' }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('textbox', { name: 'Reason' }).focus();
    await page.keyboard.type('The face is covered in the right place.');
    await use.focus();
    await page.keyboard.press('Enter');
    await page.getByText('The chosen version is worked with from now on.').waitFor();
    expect(bench.station.calls.find(({ method }) => method === 'redaction.choose')?.params).toMatchObject({
      chosen: id('operation', 'branch 0'),
      heads: [id('operation', 'save 2'), id('operation', 'branch 0')],
      reason: 'The face is covered in the right place.',
    });
    await page.getByTestId('mute-list').getByText('A name').waitFor();
    expect(await page.getByText('version to compare').count()).toBe(0);
    await page.keyboard.press('n');
    await saved(page);
    expect(bench.project().document.tracks).toHaveLength(2);
  });

  it('is found from the library', async () => {
    const page = await withTwoVersions();
    await page.goto(page.url().replace(/#.*/, '#/library'));
    await page.getByRole('img', { name: 'Its redaction has versions to compare' }).waitFor();
  });
});
