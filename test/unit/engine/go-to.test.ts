import { describe, expect, it } from 'vitest';
import type { FrameTable } from '#common/time/index.ts';
import { nextSpeed, parseGoTo, speeds } from '#renderer/engine/index.ts';

const table: FrameTable = {
  timeBase: { num: 1, den: 30 },
  originTicks: 0,
  pts: Array.from({ length: 30 * 60 * 20 }, (_, i) => i),
  lastDuration: 1,
  keyframes: [0],
};

describe('going to a time or frame', () => {
  it.each([
    ['f 22530', 22_530],
    ['#12', 12],
    ['frame 7', 7],
    ['12:31', 22_530],
    ['00:12:31', 22_530],
    ['0:12:31.5', 22_545],
    ['751 s', 22_530],
    ['0', 0],
    ['20:00', 35_999],
  ])('%s', (text, frame) => expect(parseGoTo(text, table, 0)).toBe(frame));

  it.each(['f 36000', '20:01', '', 'noon', '1:2:3:4', '-5', 'f -1', 'f'])('refuses “%s”', (text) =>
    expect(parseGoTo(text, table, 0)).toBeNull());

  it('counts times from the recording’s start and frames from the segment’s', () => {
    expect(parseGoTo('5:01', table, 300_000_000)).toBe(30);
    expect(parseGoTo('4:59', table, 300_000_000)).toBeNull();
    expect(parseGoTo('f 30', table, 300_000_000)).toBe(30);
  });
});

describe('speeds', () => {
  it('go up and down one by one and stop at the ends', () => {
    expect(speeds.slice(0, -1).map((speed) => nextSpeed(speed, 1))).toEqual(speeds.slice(1));
    expect(nextSpeed(8, 1)).toBe(8);
    expect(nextSpeed(0.25, -1)).toBe(0.25);
    expect(nextSpeed(1, -1)).toBe(0.75);
  });
});
