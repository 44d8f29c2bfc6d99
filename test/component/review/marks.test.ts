import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Facts, Marker, Note, Review } from '#common/changes/index.ts';
import type { Session } from '#common/contract/index.ts';
import { makeNumberedClip } from '#test/support/numbered-clip.ts';
import { openReviewBench, type ReviewBench, settledFrame } from '#test/support/review-bench.ts';
import * as fixtures from '#test/support/scripted-station/fixtures.ts';
import { emptyDepartment } from '#test/support/scripted-station/scripts.ts';
import { accessibilityProblems } from '#test/support/window-bench.ts';

const folder = mkdtempSync(join(tmpdir(), 'plainview-marks-'));
const clip = { path: join(folder, 'clip.mp4'), width: 640, height: 360, sound: true };
beforeAll(() => makeNumberedClip({ ...clip, frames: 60 }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { id, scriptedNow } = fixtures;
let bench: ReviewBench;
afterEach(() => bench.close());

const stranger = { name: 'T. Whitehorse', accountId: id('account', 'twhitehorse') };

/** A station that keeps what is said of the recording, and tells of it. */
async function openBench(session?: Session): Promise<Page> {
  let made = 0;
  const author = { name: 'Dana Whitfield', accountId: (session ?? emptyDepartment.session)?.account.id ?? null };
  const begun = () => ({ createdAt: scriptedNow, createdBy: author, changedAt: scriptedNow, changedBy: author.name });
  const tell = (kind: 'facts' | 'note' | 'marker' | 'review', thing: string, value: unknown): void =>
    bench.station.change([{ seq: 1, kind, id: thing, value } as never]);
  bench = await openReviewBench([clip], {
    answers: {
      ...(session === undefined ? {} : { 'session.current': () => ({ session }) }),
      'markers.add': ({ recordingId, evidenceId, frame, type, note }) => {
        const marker: Marker = {
          id: id('marker', `${made++}`),
          recordingId,
          evidenceId,
          frame,
          type,
          note,
          ...begun(),
        };
        tell('marker', marker.id, marker);
        return marker;
      },
      'markers.remove': ({ markerId }) => {
        tell('marker', markerId, null);
        return {};
      },
      'notes.add': ({ recordingId, text }) => {
        const note: Note = { id: id('note', `${made++}`), recordingId, text, ...begun() };
        tell('note', note.id, note);
        return note;
      },
      'facts.set': ({ recordingId, fields }) => {
        const { category = null, caseNumber = null, callNumber = null } = fields;
        const said = { id: recordingId, category, caseNumber, callNumber };
        const facts: Facts = { ...said, changedAt: scriptedNow, changedBy: author.name };
        tell('facts', recordingId, facts);
        return facts;
      },
      'reviews.add': ({ recordingId, outcome, text }) => {
        const review: Review = {
          id: id('review', `${made++}`),
          recordingId,
          outcome,
          text,
          madeAt: scriptedNow,
          madeBy: author,
        };
        tell('review', review.id, review);
        return review;
      },
    },
  });
  const page = await bench.open();
  await settledFrame(page);
  return page;
}

const panel = (page: Page) => page.getByRole('tabpanel', { name: 'Notes' });
const called = (method: string) =>
  bench.station.calls.filter((call) => call.method === method).map((call) => call.params);

describe('markers', () => {
  it('are set with M and the note typed at once, lie on the timeline, lead back, and can be removed', async () => {
    const page = await openBench();
    await page.keyboard.press('.');
    await page.keyboard.press('.');
    await page
      .getByText(/· f 2$/)
      .first()
      .waitFor();
    await page.keyboard.press('m');
    await page.keyboard.type('Drops a bag, N of the door');
    await page.keyboard.press('Enter');
    await panel(page).getByText('Drops a bag, N of the door').waitFor();
    expect(called('markers.add')).toMatchObject([{ frame: 2, type: 'moment', note: 'Drops a bag, N of the door' }]);
    // No letter of the note was taken for a command.
    expect(bench.project().document.tracks).toEqual([]);
    await page.getByRole('button', { name: 'Mark this frame' }).focus();
    await page.keyboard.press('End');
    await page
      .getByText(/· f 59$/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Moment · f 2' }).click();
    await page
      .getByText(/· f 2$/)
      .first()
      .waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove the marker at frame 2' }).click();
    await panel(page).getByText('No markers in this segment.').waitFor();
  });

  it('leave no trace with Escape', async () => {
    const page = await openBench();
    await page.keyboard.press('m');
    await page.keyboard.type('Not this');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Mark this frame' }).waitFor();
    expect(called('markers.add')).toEqual([]);
  });
});

describe('notes', () => {
  it('that were being typed when the page crashed are there afterwards, until they are added', async () => {
    const page = await openBench();
    await page.getByRole('tab', { name: 'Notes' }).click();
    await panel(page).getByLabel('Another note').fill('She said that the door was open');
    // Long enough for the disk, and nothing more.
    await page.waitForTimeout(300);
    const crash = await page.context().newCDPSession(page);
    const crashed = page.waitForEvent('crash');
    void crash.send('Page.crash').catch(() => undefined);
    await crashed;
    const again = await page.context().newPage();
    await again.goto(page.url());
    await settledFrame(again);
    await again.getByRole('tab', { name: 'Notes' }).click();
    const field = panel(again).getByLabel('Another note');
    await expect.poll(() => field.inputValue()).toBe('She said that the door was open');
    await panel(again).getByRole('button', { name: 'Add note' }).click();
    await panel(again).getByRole('listitem').getByText('She said that the door was open').waitFor();
    await expect.poll(() => field.inputValue()).toBe('');
    await again.reload();
    await settledFrame(again);
    await again.getByRole('tab', { name: 'Notes' }).click();
    await again.waitForTimeout(300);
    expect(await panel(again).getByLabel('Another note').inputValue()).toBe('');
  });

  it('of somebody else are read, and changed only by those who may', async () => {
    const officer = fixtures.people[1];
    if (officer === undefined) throw new Error('The script has lost its officer.');
    const page = await openBench(fixtures.sessionOf(officer, 'department'));
    const note = { id: id('note', 'theirs'), recordingId: bench.recording.id, text: 'Theirs' };
    const stamp = { createdAt: scriptedNow, createdBy: stranger, changedAt: scriptedNow, changedBy: stranger.name };
    bench.station.change([{ seq: 1, kind: 'note', id: note.id, value: { ...note, ...stamp } } as never]);
    await page.getByRole('tab', { name: 'Notes' }).click();
    await panel(page).getByText('Theirs', { exact: true }).waitFor();
    expect(
      await panel(page)
        .getByRole('button', { name: /of T. Whitehorse/ })
        .count(),
    ).toBe(0);
    expect(await panel(page).getByRole('button', { name: 'Sign review' }).count()).toBe(0);
  });
});

describe('facts and reviews', () => {
  it('are saved field by field, and signed once with what was found', async () => {
    const page = await openBench();
    await page.getByRole('tab', { name: 'Notes' }).click();
    await panel(page).getByLabel('Case number').fill('26-001482');
    await page.keyboard.press('Enter');
    await panel(page).getByText('Changed last by Dana Whitfield.').waitFor();
    expect(called('facts.set')).toMatchObject([{ fields: { caseNumber: '26-001482' } }]);
    await page.getByRole('tab', { name: 'Details' }).click();
    await page.getByRole('tabpanel', { name: 'Details' }).getByText('26-001482').waitFor();
    await page.getByRole('tab', { name: 'Notes' }).click();
    const sign = panel(page).getByRole('button', { name: 'Sign review' });
    await sign.click();
    await panel(page).getByText('Say what was found.').waitFor();
    await panel(page).getByRole('radio', { name: 'Needs follow-up' }).check();
    await sign.click();
    await panel(page).getByText('Say what is to be followed up.').waitFor();
    expect(called('reviews.add')).toEqual([]);
    expect(await accessibilityProblems(page)).toEqual([]);
    await panel(page).getByLabel('Words to it').fill('The camera was late.');
    await sign.click();
    await panel(page).getByRole('listitem').getByText('The camera was late.').waitFor();
    expect(called('reviews.add')).toMatchObject([{ outcome: 'follow-up', text: 'The camera was late.' }]);
  });
});
