import type { JobProgress, Phase } from '#common/evidence/index.ts';
import { createRateMeter } from '#core/jobs/index.ts';
import type { Clock } from '#core/kernel/index.ts';
import type { SealProgress } from '#core/vault/index.ts';

/** The progress of one file, from its first byte read to its row in the catalog. */
export interface FileProgress {
  sealing(progress: SealProgress): void;
  /** The catalog has it (or has had it before, or it was kept aside, or could not be read). */
  done(): void;
}

/** Adds up the files of one offload. */
export interface OffloadProgress {
  start(name: string, sizeBytes: number): FileProgress;
  /** One more recording is complete. */
  recordingDone(): void;
}

type Current = { readonly name: string; readonly size: number; phase: Phase; copied: number; verified: number };

/**
 * Each byte counts half when it is copied and half when it is read back and found equal: the time left is told for the whole
 * way. `items` are recordings; the phase is that of the file that has been under way longest.
 */
export function createOffloadProgress(
  clock: Clock,
  totals: { readonly recordings: number; readonly bytes: number },
  report: (progress: JobProgress) => void,
): OffloadProgress {
  const meter = createRateMeter(clock);
  const underWay = new Set<Current>();
  let bytesDone = 0;
  let recordingsDone = 0;

  function tell(): void {
    const [oldest] = underWay;
    let bytes = bytesDone;
    for (const { copied, verified } of underWay) bytes += (copied + verified) / 2;
    bytes = Math.min(totals.bytes, Math.round(bytes));
    const all = oldest === undefined && recordingsDone >= totals.recordings;
    report({
      phase: oldest?.phase ?? (all ? 'Sealed' : 'Copying'),
      items: { done: recordingsDone, total: totals.recordings },
      bytes: { done: bytes, total: totals.bytes },
      ...meter.update(bytes, totals.bytes),
      current: oldest?.name ?? null,
    });
  }

  tell();
  return {
    start: (name, sizeBytes) => {
      const current: Current = { name, size: sizeBytes, phase: 'Copying', copied: 0, verified: 0 };
      underWay.add(current);
      tell();
      return {
        sealing: ({ phase, bytes }) => {
          current.phase = phase;
          current.copied = phase === 'Copying' ? bytes : current.size;
          current.verified = phase === 'Verified' ? bytes : 0;
          tell();
        },
        done: () => {
          if (!underWay.has(current)) return;
          current.phase = 'Sealed';
          current.copied = current.size;
          current.verified = current.size;
          tell();
          underWay.delete(current);
          bytesDone += current.size;
          tell();
        },
      };
    },
    recordingDone: () => {
      recordingsDone += 1;
      tell();
    },
  };
}
