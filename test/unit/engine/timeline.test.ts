import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FrameTable } from '#common/time/index.ts';
import {
  dragSpan,
  eventFlags,
  fitAll,
  followTime,
  neighbourFlag,
  packRows,
  panBy,
  pixelAt,
  resizeView,
  revealTime,
  rulerTicks,
  spanTime,
  timeAt,
  triggerWords,
  type Viewport,
  zoomAt,
} from '#renderer/engine/index.ts';

const frames = 216_000;
/** Two hours at 30 frames a second. */
const long: FrameTable = {
  timeBase: { num: 1, den: 30 },
  originTicks: 0,
  pts: Array.from({ length: frames }, (_, i) => i),
  lastDuration: 1,
  keyframes: [0],
};
const hours = 7_200_000_000;
const view = fitAll(hours, 1200, 33_333);

const change = fc.oneof(
  fc.record({
    kind: fc.constant('zoom' as const),
    x: fc.integer({ min: 0, max: 1200 }),
    by: fc.double({ min: 0.2, max: 5, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('pan' as const), by: fc.integer({ min: -5000, max: 5000 }) }),
  fc.record({ kind: fc.constant('resize' as const), width: fc.integer({ min: 100, max: 3000 }) }),
  fc.record({ kind: fc.constant('reveal' as const), us: fc.integer({ min: 0, max: hours }) }),
);

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function apply(before: Viewport, what: Change): Viewport {
  if (what.kind === 'zoom') return zoomAt(before, what.x, what.by);
  if (what.kind === 'pan') return panBy(before, what.by);
  return what.kind === 'resize' ? resizeView(before, what.width) : revealTime(before, what.us);
}

describe('the timeline’s view', () => {
  it('starts with everything and never leaves the recording, whatever is done to it', () => {
    expect(pixelAt(view, hours)).toBeCloseTo(1200);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        let now = view;
        for (const each of changes) {
          now = apply(now, each);
          expect(now.startUs).toBeGreaterThanOrEqual(0);
          expect(now.startUs + now.width * now.usPerPixel).toBeLessThanOrEqual(hours * (1 + 1e-9) + now.usPerPixel);
          expect(now.usPerPixel).toBeGreaterThanOrEqual(now.closest);
        }
      }),
    );
  });

  it('keeps the time under the pointer while zooming in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1200 }), fc.double({ min: 1, max: 50_000, noNaN: true }), (x, factor) => {
        const time = timeAt(view, x);
        const closer = zoomAt(view, x, factor);
        // Within a thousandth of a pixel: the numbers are as large as the recording is long.
        expect(Math.abs(pixelAt(closer, time) - x)).toBeLessThan(0.001);
      }),
    );
  });

  it('comes as close as single frames', () => {
    const closest = zoomAt(view, 600, 1e9);
    expect(pixelAt(closest, 33_333) - pixelAt(closest, 0)).toBeCloseTo(96, 0);
  });

  it('shows the playhead: at rest just so far, while playing by turning the page', () => {
    const close = zoomAt(view, 0, 1000);
    const shown = revealTime(close, 3_000_000_000);
    expect(pixelAt(shown, 3_000_000_000)).toBeCloseTo(1200 - 24);
    expect(revealTime(shown, 3_000_000_000)).toBe(shown);
    expect(pixelAt(followTime(close, 3_000_000_000), 3_000_000_000)).toBeCloseTo(120);
  });
});

describe('the ruler', () => {
  it('has labels far enough apart at every zoom, and never many marks', () => {
    for (let factor = 1; factor < 1e6; factor *= 1.7) {
      const ticks = rulerTicks(zoomAt(view, 400, factor), long, 0);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThan(400);
      const labels = ticks.filter((tick) => tick.label !== null).map((tick) => tick.x);
      for (let i = 1; i < labels.length; i++) expect((labels[i] ?? 0) - (labels[i - 1] ?? 0)).toBeGreaterThan(60);
    }
  });

  it('counts on from where the segment begins in the recording', () => {
    const labels = rulerTicks(fitAll(60_000_000, 1000, 33_333), long, 300_000_000).map((tick) => tick.label);
    expect(labels.find((label) => label !== null)).toBe('00:05:00');
  });

  it('names frames when they are wide enough', () => {
    const labels = rulerTicks(zoomAt(view, 0, 1e9), long, 0).flatMap((tick) => tick.label ?? []);
    expect(labels.slice(0, 3)).toEqual(['f 0', 'f 1', 'f 2']);
  });
});

describe('lanes', () => {
  const span = fc.tuple(fc.nat(500), fc.nat(200)).map(([first, length]) => ({ first, last: first + length }));

  it('put no two overlapping spans into one row', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 40 }), (spans) => {
        const rows = packRows(spans);
        spans.forEach((a, i) =>
          spans.forEach((b, k) => {
            if (i < k && rows[i] === rows[k]) expect(a.last < b.first || b.last < a.first).toBe(true);
          }),
        );
      }),
    );
  });

  it('drag a span by an end or as a whole and leave it whole and inside', () => {
    const grip = fc.constantFrom('start' as const, 'end' as const, 'whole' as const);
    fc.assert(
      fc.property(span, grip, fc.integer({ min: -2000, max: 2000 }), (before, where, by) => {
        const after = dragSpan(before, where, by, 701);
        expect(after.first).toBeLessThanOrEqual(after.last);
        expect(after.first).toBeGreaterThanOrEqual(0);
        expect(after.last).toBeLessThan(701);
        if (where === 'whole') expect(after.last - after.first).toBe(before.last - before.first);
      }),
    );
  });

  it('end where the last frame ends, not where it begins', () => {
    expect(spanTime(long, { first: 0, last: 0 })).toEqual({ from: 0, to: 33_333 });
    expect(spanTime(long, { first: frames - 1, last: frames + 50 }).to).toBe(hours);
  });
});

describe('events', () => {
  const triggers = [
    { time: '2026-11-23T19:00:41.000Z', kind: 'light-bar', source: 'Cruiser 3', value: 'on' },
    { time: '2026-11-23T19:00:10.500Z', kind: 'holster', source: 'BWC-07', value: '' },
    { time: '2026-11-23T18:59:59.000Z', kind: 'door', source: '', value: '' },
    { time: 'not a time', kind: 'door', source: '', value: '' },
  ];
  const flags = eventFlags(triggers, Date.UTC(2026, 10, 23, 19), long, 60_000_000);

  it('lie at their wall time, in order; those outside the segment and unreadable ones are left out', () => {
    expect(flags.map(({ frame, letter, label }) => [frame, letter, label])).toEqual([
      [315, 'H', 'Holster · BWC-07'],
      [1230, 'L', 'Light bar on · Cruiser 3'],
    ]);
  });

  it('are found forward and back', () => {
    expect(neighbourFlag(flags, 315, 1)?.letter).toBe('L');
    expect(neighbourFlag(flags, 315, -1)).toBeNull();
    expect(neighbourFlag(flags, 1231, -1)?.letter).toBe('L');
  });

  it('speak for themselves when their kind is unknown', () => {
    expect(triggerWords('radar-lock')).toEqual({ letter: 'R', label: 'Radar lock' });
    expect(triggerWords('constructor')).toEqual({ letter: 'C', label: 'Constructor' });
  });
});
