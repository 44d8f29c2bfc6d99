import type { MethodName, ParsedRequestOf, ReplyOf, StoreReport, StoreStatus } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { Placement, Recording, Whereabouts } from '#common/evidence/index.ts';
import { writeRecoverySecret } from '#common/evidence/recovery-secret.ts';
import { noStore } from '#core/cloud/types.ts';
import { damagedItem, scriptedNow, sha } from './fixtures.ts';

const minute = 60_000;

/** What founding a store shows. */
export const scriptedRecoverySecret = writeRecoverySecret(
  Uint8Array.from({ length: 32 }, (_, n) => (n * 71 + 13) & 255),
);

/** Recording number `n` and the store: every state occurs among the first thirty, most are verified. */
function whereabouts(n: number): Whereabouts | null {
  if (n === 2 || n === 20) return null;
  if (n === 3) return { state: 'uploading', since: scriptedNow - 2 * minute, attempts: 1 };
  if (n === 14)
    return {
      state: 'missing',
      since: scriptedNow - 90 * minute,
      reason: 'The store gave back other bytes than it was given, three times. Look at the store, then send it again.',
    };
  if (n % 23 === 7)
    return { state: 'only-in-cloud', at: scriptedNow - 40 * minute, ciphertextSha256: sha(`sealed ${n}`) };
  if (n < 10) {
    return {
      state: 'queued',
      since: scriptedNow - 11 * minute,
      attempts: n === 5 ? 3 : 0,
      notBefore: n === 5 ? scriptedNow + 4 * minute : null,
      error:
        n === 5
          ? {
              family: 'expected',
              code: 'verification-failed',
              message: 'The store gave back other bytes than it was given.',
              subject: 'the store',
              nextStep: 'It is sent again by itself.',
              reference: null,
            }
          : null,
    };
  }
  return {
    state: 'verified',
    at: scriptedNow - n * 31 * minute,
    ciphertextSha256: sha(`sealed ${n}`),
    retainUntil: n % 4 === 0 ? scriptedNow + 365 * 24 * 60 * minute : null,
  };
}

/** Where the originals of these recordings are. */
export function placementsOf(recordings: readonly Recording[]): readonly Placement[] {
  return recordings.flatMap((recording, n) => {
    const where = whereabouts(n);
    if (where === null) return [];
    const files = [
      ...recording.segments.map(({ evidenceId, fileName, sizeBytes }) => ({ id: evidenceId, fileName, sizeBytes })),
      ...recording.sidecars.map(({ sidecarId, fileName, sizeBytes }) => ({ id: sidecarId, fileName, sizeBytes })),
    ];
    return files.map(({ id, fileName, sizeBytes }) => ({
      id,
      recordingId: recording.id,
      name: fileName,
      sizeBytes: sizeBytes + 40 + 16 * Math.ceil(sizeBytes / 1_048_560),
      where,
    }));
  });
}

/** One original of the damaged tray that waits its turn. */
export function damagedPlacement(n: number): Placement {
  const item = damagedItem(n);
  return {
    id: item.id,
    recordingId: null,
    name: item.fileName,
    sizeBytes: item.sizeBytes + 56,
    where: { state: 'queued', since: scriptedNow - 50 * minute, attempts: 0, notBefore: null, error: null },
  };
}

/** A store that is being sent to while the placements stand as given. */
export function busyStore(placements: readonly Placement[]): StoreStatus {
  const of = (...states: Whereabouts['state'][]): readonly Placement[] =>
    placements.filter(({ where }) => states.includes(where.state));
  const bytes = (items: readonly Placement[]): number => items.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const waiting = of('queued', 'uploading');
  const verified = of('verified');
  return {
    connection: {
      target: {
        kind: 's3',
        endpoint: 'https://store.millbrook.example',
        region: 'us-east-1',
        bucket: 'millbrook-evidence',
        prefix: 'plainview/',
        pathStyle: true,
        accessKeyId: 'AKIAMILLBROOK',
        authority: null,
        proxy: null,
      },
      place: 'millbrook-evidence at store.millbrook.example',
      connectedAt: scriptedNow - 30 * 24 * 60 * minute,
      limits: { bytesPerSecond: 4_000_000, quiet: { from: '07:00', until: '18:30' } },
      retentionDays: 365,
      objectLock: true,
      recovery: 'confirmed',
    },
    activity: 'working',
    error: null,
    lastContactAt: scriptedNow - 1_200,
    nextTryAt: null,
    waiting: { items: waiting.length, bytes: bytes(waiting) },
    verified: { items: verified.length, bytes: bytes(verified) },
    missing: { items: of('missing').length },
    cache: {
      limits: { bytes: 50_000_000_000, days: 90 },
      onlyInCloud: { items: of('only-in-cloud').length, bytes: bytes(of('only-in-cloud')) },
      keptBytes: 310_000_000,
      pinned: { items: 0, bytes: 0 },
    },
    rate: 3_870_000,
    remainingMs: Math.round((bytes(waiting) / 3_870_000) * 1000),
    current: of('uploading')
      .slice(0, 2)
      .map(({ id, name, sizeBytes }, index) => ({
        id,
        name,
        phase: index === 0 ? ('Uploading' as const) : ('Checking' as const),
        sentBytes: Math.round(sizeBytes * (index === 0 ? 0.41 : 1)),
        sizeBytes,
      })),
    troubles: [],
  };
}

const report: StoreReport = {
  usable: true,
  checks: [
    { name: 'reach', outcome: 'good', words: 'The store answers.' },
    { name: 'clock', outcome: 'good', words: 'The clocks agree within two seconds.' },
    { name: 'write', outcome: 'good', words: 'Objects can be put.' },
    { name: 'read-back', outcome: 'good', words: 'What was put comes back the same.' },
    { name: 'ranges', outcome: 'good', words: 'Parts of an object can be read.' },
    { name: 'multipart', outcome: 'good', words: 'An upload can be continued after a cut.' },
    {
      name: 'conditional-put',
      outcome: 'missing',
      words: 'The store overwrites without asking. Plainview looks first.',
    },
    { name: 'wrong-md5', outcome: 'good', words: 'Harmed bytes are refused.' },
    { name: 'versioning', outcome: 'good', words: 'Earlier versions are kept.' },
    { name: 'object-lock', outcome: 'good', words: 'The store can refuse deletion until a date.' },
    { name: 'list', outcome: 'good', words: 'Objects can be listed.' },
    { name: 'delete', outcome: 'good', words: 'What was put for the trial was removed.' },
    {
      name: 'permissions',
      outcome: 'worry',
      words: 'These credentials may also delete the bucket. Ask for narrower ones.',
    },
  ],
  holds: 'nothing',
};

type StoreMethod = Extract<MethodName, `store.${string}`>;
type StoreAnswers = { readonly [M in StoreMethod]: (params: ParsedRequestOf<M>) => ReplyOf<M> };

/** Answers as a department's station does. `tell` passes every change of the state on; `placements` reads the feed. */
export function storeAnswers(
  from: StoreStatus,
  placements: () => readonly Placement[],
  tell: (status: StoreStatus) => void,
): StoreAnswers {
  let status = from;
  const change = (next: Partial<StoreStatus>): Record<string, never> => {
    status = { ...status, ...next };
    tell(status);
    return {};
  };
  const connected = (): NonNullable<StoreStatus['connection']> => {
    if (status.connection === null) throw new ExpectedError('not-ready', 'No store is in use.');
    return status.connection;
  };
  const order: readonly Whereabouts['state'][] = ['uploading', 'queued', 'missing'];
  return {
    'store.status': () => status,
    'store.probe': ({ target }) => {
      if (target.kind === 's3' && target.bucket === 'nowhere') {
        throw new ExpectedError('store-unreachable', 'The store does not answer.', {
          subject: target.endpoint ?? 'Amazon S3',
          nextStep: 'Check the address and the network.',
        });
      }
      return report;
    },
    'store.connect': ({ target, recoverySecret }) => {
      if (status.connection !== null) throw new ExpectedError('already-exists', 'A store is in use already.');
      change({
        connection: {
          target,
          place: target.kind === 'folder' ? target.location : target.bucket,
          connectedAt: scriptedNow,
          limits: { bytesPerSecond: null, quiet: null },
          retentionDays: null,
          objectLock: true,
          recovery: recoverySecret === null ? 'unconfirmed' : 'confirmed',
        },
        activity: 'idle',
      });
      return { recoverySecret: recoverySecret === null ? scriptedRecoverySecret : null };
    },
    'store.recoverySecret': () => ({ recoverySecret: scriptedRecoverySecret }),
    'store.confirmRecovery': ({ groups }) => {
      const right = scriptedRecoverySecret.split('-');
      const wrong = groups.find(({ number, text }) => text.trim().toUpperCase() !== right[number - 1]);
      if (wrong !== undefined) throw new ExpectedError('key-wrong', `Group ${wrong.number} is not right.`);
      return change({ connection: { ...connected(), recovery: 'confirmed' } });
    },
    'store.disconnect': () => change(noStore),
    'store.setLimits': (limits) => change({ connection: { ...connected(), limits } }),
    'store.setRetention': ({ days }) => change({ connection: { ...connected(), retentionDays: days } }),
    'store.pause': () => change({ activity: 'paused', rate: null, remainingMs: null }),
    'store.resume': () => change({ activity: 'working' }),
    'store.queue': ({ offset, limit }) => {
      const items = placements()
        .filter(({ where }) => order.includes(where.state))
        .toSorted((a, b) => order.indexOf(a.where.state) - order.indexOf(b.where.state));
      return { items: items.slice(offset, offset + limit), total: items.length };
    },
    'store.pin': () => ({}),
    'store.unpin': () => ({}),
    'store.setCache': () => ({}),
    'store.sendFirst': () => ({}),
  };
}
