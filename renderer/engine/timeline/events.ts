import { type FrameTable, frameAtMicroseconds } from '#common/time/index.ts';

/** What the timeline needs of a trigger event: ISO time in UTC and words. */
export type TimedTrigger = {
  readonly time: string;
  readonly kind: string;
  readonly source: string;
  readonly value: string | number | boolean | null;
};

/** A trigger at its place in a segment: a flag with a letter. */
export type EventFlag = {
  readonly us: number;
  readonly frame: number;
  readonly letter: string;
  readonly label: string;
};

const known: Readonly<Record<string, readonly [letter: string, label: string]>> = {
  button: ['B', 'Record button'],
  holster: ['H', 'Holster'],
  'light-bar': ['L', 'Light bar'],
  lightbar: ['L', 'Light bar'],
  siren: ['S', 'Siren'],
  door: ['D', 'Door'],
  dispatch: ['C', 'Dispatch call'],
  'pre-event': ['P', 'Pre-event'],
  crash: ['X', 'Crash sensor'],
  speed: ['V', 'Speed'],
};

/** The letter and the words of a kind of trigger; unknown kinds speak for themselves. */
export function triggerWords(kind: string): { readonly letter: string; readonly label: string } {
  const words = Object.hasOwn(known, kind) ? known[kind] : undefined;
  if (words !== undefined) return { letter: words[0], label: words[1] };
  const plain = kind.replace(/[-_]+/g, ' ').trim();
  const label = plain === '' ? 'Event' : plain.charAt(0).toUpperCase() + plain.slice(1);
  return { letter: label.charAt(0).toUpperCase(), label };
}

/** The triggers that fall into a segment, in order. `startMs` is the wall time of the segment's frame 0. */
export function eventFlags(
  triggers: readonly TimedTrigger[],
  startMs: number,
  table: FrameTable,
  durationUs: number,
): readonly EventFlag[] {
  return triggers
    .flatMap((trigger) => {
      const us = (Date.parse(trigger.time) - startMs) * 1000;
      if (!Number.isFinite(us) || us < 0 || us > durationUs) return [];
      const { letter, label } = triggerWords(trigger.kind);
      const value = trigger.value === null || trigger.value === '' ? '' : ` ${String(trigger.value)}`;
      const source = trigger.source === '' ? '' : ` · ${trigger.source}`;
      return [{ us, frame: frameAtMicroseconds(table, us), letter, label: `${label}${value}${source}` }];
    })
    .sort((a, b) => a.us - b.us);
}

/** The first flag after (or the last before) a frame. */
export function neighbourFlag(flags: readonly EventFlag[], frame: number, direction: 1 | -1): EventFlag | null {
  const found = direction > 0 ? flags.find((flag) => flag.frame > frame) : flags.findLast((flag) => flag.frame < frame);
  return found ?? null;
}
