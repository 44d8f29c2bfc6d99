import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Render } from '#common/evidence/index.ts';
import type { RedactionDocument } from '#common/redaction/index.ts';
import { makeNumberedClip } from '#test/support/numbered-clip.ts';
import { openReviewBench, type ReviewBench, settledFrame } from '#test/support/review-bench.ts';
import { frameOnceDrawn, pictureBox, screenPixels } from '#test/support/screen-pixels.ts';
import * as fixtures from '#test/support/scripted-station/fixtures.ts';

const size = { width: 640, height: 360 };
const folder = mkdtempSync(join(tmpdir(), 'plainview-copy-'));
const clip = { path: join(folder, 'clip.mp4'), ...size };
beforeAll(() => makeNumberedClip({ ...clip, frames: 700 }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let bench: ReviewBench;
afterEach(() => bench.close());

const document: RedactionDocument = {
  tracks: [
    {
      id: fixtures.id('track', 'all'),
      name: 'Face',
      style: { kind: 'solid' },
      range: { first: 0, last: 699 },
      keyframes: [{ frame: 0, box: { x: 400, y: 200, width: 100, height: 100 } }],
    },
  ],
  mutes: [],
};

const changed = (render: Render) => bench.station.change([{ seq: 1, kind: 'render', id: render.id, value: render }]);

describe('the redacted copy', () => {
  it('says why it cannot be rendered, follows a render to a failed check, and leads to the frame', async () => {
    bench = await openReviewBench([clip]);
    const page = await bench.open();
    await settledFrame(page);
    const button = page.getByRole('button', { name: 'Render redacted copy' });
    await button.hover();
    await page.getByText('Nothing is hidden or muted yet.').waitFor();
    await page.keyboard.press('n');
    await page.locator('[data-testid="save-state"][data-state="saved"]').waitFor();
    const queued = fixtures.render(0, bench.project(), { state: 'queued' });
    bench.answer('render.start', () => {
      changed(queued);
      return { render: queued, jobId: fixtures.id('job', 'render') };
    });
    await button.click();
    await page.locator('[data-testid="render-state"][data-state="queued"]').waitFor();
    expect(bench.station.calls.findLast((call) => call.method === 'render.start')?.params).toEqual({
      projectId: bench.project().id,
      version: 1,
    });
    await button.hover();
    await page.getByText('A copy is being rendered.').waitFor();
    changed({ ...queued, status: { state: 'rendering' } });
    await page.locator('[data-testid="render-state"][data-state="rendering"]').waitFor();
    changed({ ...queued, status: { state: 'failed', verdict: fixtures.verdict('coverage', 0), error: null } });
    await page.getByText('Failed the check').waitFor();
    await page.getByText('leaves 14 × 160 pixels of its region open').waitFor();
    await page.getByText('The file was deleted.').waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.getByRole('button', { name: 'Go to frame 611' }).click();
    expect(await settledFrame(page)).toBe(611);
    expect(await page.getByRole('button', { name: 'Watch the result' }).count()).toBe(0);
  });

  it('shows the finished copy frame for frame without any mask over it, and goes back to the same place', async () => {
    bench = await openReviewBench([clip], {
      project: { document, version: 3 },
      renders: (project) => [fixtures.render(0, project, { state: 'passed', verdict: fixtures.verdict(null, 0) })],
    });
    const page = await bench.open();
    await settledFrame(page);
    await page.getByText('Passed the check').waitFor();
    for (let i = 0; i < 7; i++) await page.keyboard.press('.');
    await settledFrame(page);
    const blackInside = async (): Promise<boolean> => {
      const box = await pictureBox(page);
      const pixels = await screenPixels(page);
      const [red] = pixels.at(box.x + (450 * box.width) / size.width, box.y + (250 * box.height) / size.height);
      return red < 20;
    };
    expect(await blackInside()).toBe(true);
    await page.getByRole('button', { name: 'Watch the result' }).click();
    await page.getByText('This is the finished file').waitFor();
    await page.waitForTimeout(300);
    expect(await settledFrame(page)).toBe(7);
    expect(await frameOnceDrawn(page, size, 7)).toBe(7);
    expect(await blackInside()).toBe(false);
    await page.keyboard.press('.');
    expect(await settledFrame(page)).toBe(8);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByText('This is the finished file').waitFor({ state: 'detached' });
    await page.waitForTimeout(300);
    expect(await settledFrame(page)).toBe(8);
    expect(await frameOnceDrawn(page, size, 8)).toBe(8);
    expect(await blackInside()).toBe(true);
    await page.getByRole('button', { name: 'Release', exact: true }).click();
    await expect.poll(() => page.url()).toContain('#/release/rnd_');
  });

  it('says when it was made before the last changes', async () => {
    bench = await openReviewBench([clip], {
      project: { document, version: 3 },
      renders: (project) => [
        fixtures.render(0, { ...project, version: 2 }, { state: 'passed', verdict: fixtures.verdict(null, 0) }),
      ],
    });
    const page = await bench.open();
    await page.getByText('Made before your last changes.').waitFor();
  });
});
