import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createRateMeter } from '#core/jobs/index.ts';
import { createThrottle } from '#core/jobs/throttle.ts';
import { handClock } from '#test/support/catalog.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('tells nothing before it can be told honestly', () => {
  const clock = handClock();
  const meter = createRateMeter(clock);
  expect(meter.update(0, 1000)).toEqual({ rate: null, remainingMs: null });
  clock.time += 999;
  expect(meter.update(500, 1000)).toEqual({ rate: null, remainingMs: null });
  clock.time += 1;
  expect(meter.update(500, 1000)).toEqual({ rate: 500, remainingMs: 1000 });
});

it('follows a change of speed within ten seconds', () => {
  const clock = handClock();
  const meter = createRateMeter(clock);
  let done = 0;
  for (let i = 0; i < 100; i++) {
    meter.update(done, 10_000);
    done += 50;
    clock.time += 500;
  }
  expect(meter.update(done, 10_000).rate).toBeCloseTo(100);
  for (let i = 0; i < 40; i++) {
    done += 5;
    clock.time += 500;
    meter.update(done, 10_000);
  }
  expect(meter.update(done, 10_000).rate).toBeCloseTo(10, 0);
});

it('tells no time left while nothing moves, and none when all is done', () => {
  const clock = handClock();
  const meter = createRateMeter(clock);
  meter.update(10, 100);
  clock.time += 5000;
  expect(meter.update(10, 100)).toEqual({ rate: 0, remainingMs: null });
  expect(meter.update(100, 100).remainingMs).toBe(0);
});

it('begins anew when the work or the clock goes back', () => {
  const clock = handClock();
  const meter = createRateMeter(clock);
  meter.update(0, 100);
  clock.time += 2000;
  meter.update(50, 100);
  expect(meter.update(0, 100)).toEqual({ rate: null, remainingMs: null });
  clock.time -= 60_000;
  expect(meter.update(10, 100)).toEqual({ rate: null, remainingMs: null });
});

it('a throttle passes the first call at once and the last one in the end', () => {
  const passed: number[] = [];
  const throttle = createThrottle(200, () => passed.push(Date.now()));
  const start = Date.now();
  for (let i = 0; i < 100; i++) {
    throttle.call();
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(1000);
  expect(passed.map((at) => at - start)).toEqual([0, 200, 400, 600, 800, 1000]);
  throttle.call();
  throttle.call();
  throttle.cancel();
  vi.advanceTimersByTime(1000);
  expect(passed).toHaveLength(7);
});
