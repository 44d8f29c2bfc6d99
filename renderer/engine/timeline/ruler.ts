import { type FrameTable, formatClock, frameAt, frameTimeMicroseconds } from '#common/time/index.ts';
import { pixelAt, timeAt, type Viewport } from './viewport.ts';

/** A mark of the ruler. `label` is null on the small ones between. */
export type RulerTick = { readonly us: number; readonly x: number; readonly label: string | null };

const second = 1_000_000;
const steps = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30].map((seconds) => seconds * second),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 240].map((minutes) => minutes * 60 * second),
];
const frameSteps = [1, 2, 5, 10, 25, 50] as const;
const leastLabel = 96;
const leastFrameLabel = 64;

/** The marks of the visible stretch. Close up they are frames of the table, further out round times of the recording. */
export function rulerTicks(view: Viewport, table: FrameTable, offsetUs: number): readonly RulerTick[] {
  const step = steps.find((us) => us / view.usPerPixel >= leastLabel) ?? (steps.at(-1) ?? second) * 2;
  if (step <= 200_000) return frameTicks(view, table);
  const small = step / (step % (5 * second) === 0 || step === 500_000 ? 5 : 4);
  const ticks: RulerTick[] = [];
  const end = Math.min(view.durationUs, timeAt(view, view.width));
  for (let n = Math.floor((view.startUs + offsetUs) / small); n * small - offsetUs <= end; n++) {
    const us = n * small - offsetUs;
    if (us < view.startUs - step || us < 0) continue;
    const large = Math.abs((n * small) / step - Math.round((n * small) / step)) < 1e-6;
    ticks.push({ us, x: pixelAt(view, us), label: large ? label(n * small, step) : null });
  }
  return ticks;
}

function label(us: number, step: number): string {
  const clock = formatClock(us + 1);
  return step < second ? `${clock}.${Math.floor((us % second) / 100_000)}` : clock;
}

function frameTicks(view: Viewport, table: FrameTable): readonly RulerTick[] {
  const toTicks = (us: number): number => (us * table.timeBase.den) / (table.timeBase.num * second);
  const first = frameAt(table, toTicks(view.startUs));
  const last = frameAt(table, toTicks(timeAt(view, view.width)));
  if (first < 0) return [];
  const frameWidth = view.width / Math.max(1, last - first + 1);
  const step = frameSteps.find((frames) => frames * frameWidth >= leastFrameLabel) ?? 100;
  const ticks: RulerTick[] = [];
  for (let frame = first; frame <= last; frame++) {
    const us = frameTimeMicroseconds(table, frame);
    if (frameWidth < 4 && frame % step !== 0) continue;
    ticks.push({ us, x: pixelAt(view, us), label: frame % step === 0 ? `f ${frame}` : null });
  }
  return ticks;
}
