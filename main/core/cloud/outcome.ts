import type { LogicalTime } from '#common/changes/index.ts';
import { ExpectedError, toWireError, type WireError } from '#common/errors/index.ts';
import type { Commit, PlacementRecord } from '#core/catalog/index.ts';
import { originalEntry } from './feed/originals.ts';
import { retryDelay } from './limits.ts';
import type { Sent } from './send-original.ts';

export { isCancelled, isStoreTrouble } from './trouble.ts';

/** After so many read-backs that gave other bytes, a person has to look. */
const mostMismatches = 3;

type Attempt = {
  readonly record: PlacementRecord;
  /** How often it was tried before this attempt. */
  readonly before: number;
  readonly now: number;
  readonly chance: number;
};

function withPlacement(
  record: PlacementRecord,
  where: PlacementRecord['placement']['where'],
  mismatches = record.mismatches,
): Commit['writes'][number] {
  return { put: 'placement', value: { ...record, mismatches, placement: { ...record.placement, where } } };
}

const station = { kind: 'station' } as const;

/** It is being sent. */
export function started({ record, before, now }: Omit<Attempt, 'chance'>): Commit {
  const where = { state: 'uploading', since: now, attempts: before + 1 } as const;
  return { actor: station, writes: [withPlacement(record, where)], events: [] };
}

/** Nothing is known against it: it waits its turn as before. */
export function interrupted({ record, before, now }: Omit<Attempt, 'chance'>): Commit {
  const where = { state: 'queued', since: now, attempts: before, notBefore: null, error: null } as const;
  return { actor: station, writes: [withPlacement(record, where)], events: [] };
}

/** Something about this one went wrong: it waits, longer each time, and says why. */
export function failed({ record, before, now, chance }: Attempt, error: WireError): Commit {
  const attempts = before + 1;
  const notBefore = now + retryDelay(attempts, chance);
  return {
    actor: station,
    writes: [withPlacement(record, { state: 'queued', since: now, attempts, notBefore, error })],
    events: [],
  };
}

/**
 * How an attempt ended: one commit says where it is, forgets the ledger, has the line of the audit log, and tells the other stations at
 * `time`.
 */
export function sent(attempt: Attempt, outcome: Sent, time: LogicalTime): Commit {
  const { record, now } = attempt;
  const { id, sizeBytes } = record.placement;
  const { object } = outcome;
  const forget = { delete: 'upload', id } as const;
  if (outcome.kind === 'verified') {
    const { ciphertextSha256, retainUntil } = outcome;
    return {
      actor: station,
      writes: [
        withPlacement(record, { state: 'verified', at: now, ciphertextSha256, retainUntil }, 0),
        forget,
        { put: 'shared-entry', value: originalEntry(object, time) },
      ],
      events: [{ kind: 'original.stored', id, object, ciphertextSha256, sizeBytes }],
    };
  }
  const mismatches = record.mismatches + 1;
  const { reason } = outcome;
  const events = [{ kind: 'original.missing', id, object, reason }] as const;
  if (mismatches >= mostMismatches) {
    const where = {
      state: 'missing',
      since: now,
      reason: `${reason} That was the third time. Look at the store, then send it again.`,
    } as const;
    return { actor: station, writes: [withPlacement(record, where, mismatches), forget], events };
  }
  const error = toWireError(
    new ExpectedError('verification-failed', `What was sent did not come back the same. ${reason}`, {
      subject: object,
      nextStep: 'It is sent again by itself. If it happens again, the store or the line to it is damaged.',
    }),
  );
  const again = failed(attempt, error).writes;
  const writes = again.map((write) =>
    'put' in write && write.put === 'placement' ? { ...write, value: { ...write.value, mismatches } } : write,
  );
  return { actor: station, writes: [...writes, forget], events };
}
