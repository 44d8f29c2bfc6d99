import type { Change, StoreStatus } from '#common/contract/index.ts';
import type { WireError } from '#common/errors/index.ts';
import type { Placement } from '#common/evidence/index.ts';
import * as fixtures from './fixtures.ts';
import { busyDepartment, emptyDepartment, training } from './scripts.ts';
import type { Script } from './server.ts';

const { scriptedNow } = fixtures;
const minute = 60_000;
const hour = 60 * minute;

const busy = busyDepartment([], 120);
const officer = fixtures.people[1];
if (officer === undefined) throw new Error('The script has lost its officer.');
const asOfficer = fixtures.sessionOf(officer, 'department');

const trouble = (code: WireError['code'], message: string, nextStep: string): WireError => ({
  family: 'expected',
  code,
  message,
  subject: 'https://store.millbrook.example',
  nextStep,
  reference: null,
});
const unreachable = trouble('store-unreachable', 'The store does not answer.', 'It is tried again by itself.');

const with_ = (script: Script, status: Partial<StoreStatus>): Script => ({
  ...script,
  store: { ...script.store, current: [], rate: null, remainingMs: null, ...status },
});

/** A department whose queue has so many items, all waiting for their next try. */
function longQueue(count: number): Script {
  const items = Array.from({ length: count }, (_, n): Placement => {
    const recording = fixtures.recording(n % 120, 0);
    return {
      id: fixtures.id('evidence', `queue ${n}`),
      recordingId: recording.id,
      name: `BWC-${String((n % 17) + 1).padStart(2, '0')}_20261122_${String(n).padStart(5, '0')}.mp4`,
      sizeBytes: 48_000_000 + n * 90_000,
      where: {
        state: 'queued',
        since: scriptedNow - 9 * hour - n * 1_000,
        attempts: n < 4 ? 7 : 0,
        notBefore: n < 4 ? scriptedNow + 4 * minute + n * 10_000 : null,
        error: n < 4 ? unreachable : null,
      },
    };
  });
  const others = busy.changes.filter(({ kind }) => kind !== 'placement');
  const queue = fixtures.changes(items.map((value) => ({ kind: 'placement' as const, value })));
  const changes = [...others, ...queue].map((change, index): Change => ({ ...change, seq: index + 1 }));
  return with_(
    { ...busy, changes },
    {
      activity: 'waiting',
      error: unreachable,
      lastContactAt: scriptedNow - 19 * hour,
      nextTryAt: scriptedNow + 4 * minute,
      waiting: { items: count, bytes: items.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) },
      missing: { items: 0 },
    },
  );
}

/** Nothing travels and nothing is missing: what was on its way is queued again. */
const atRest: Script = {
  ...busy,
  changes: busy.changes.map((change): Change => {
    if (change.kind !== 'placement' || change.value === null) return change;
    const { state } = change.value.where;
    if (state !== 'uploading' && state !== 'missing') return change;
    const since = scriptedNow - 11 * minute;
    return {
      ...change,
      value: { ...change.value, where: { state: 'queued', since, attempts: 0, notBefore: null, error: null } },
    };
  }),
};

const verifiedOnly = busy.changes.filter(
  (change) => change.kind !== 'placement' || change.value?.where.state === 'verified',
);

const unconfirmed = with_(busy, {
  connection: busy.store.connection === null ? null : { ...busy.store.connection, recovery: 'unconfirmed' },
});

/** The store of a department in every state a person meets. */
export const storeScenes = {
  notSetUp: emptyDepartment,
  notSetUpForOfficer: { ...emptyDepartment, session: asOfficer },
  working: busy,
  unconfirmed,
  unconfirmedForOfficer: { ...unconfirmed, session: asOfficer },
  workingForOfficer: { ...busy, session: asOfficer },
  allVerified: with_(
    { ...busy, changes: verifiedOnly },
    { activity: 'idle', waiting: { items: 0, bytes: 0 }, missing: { items: 0 } },
  ),
  paused: with_(atRest, { activity: 'paused', missing: { items: 0 } }),
  quiet: with_(atRest, { activity: 'quiet', missing: { items: 0 } }),
  unreachable: longQueue(10_000),
  refused: with_(atRest, {
    activity: 'waiting',
    error: trouble(
      'store-refused',
      'The store refuses these credentials: the access key is not known there.',
      'Ask whoever runs the store for a new access key, then disconnect the store and set it up again with it.',
    ),
    nextTryAt: scriptedNow + 15 * minute,
    missing: { items: 0 },
  }),
  withoutObjectLock: with_(busy, {
    connection:
      busy.store.connection === null ? null : { ...busy.store.connection, objectLock: false, retentionDays: null },
  }),
  troubled: with_(
    { ...busy, changes: verifiedOnly },
    {
      activity: 'idle',
      waiting: { items: 0, bytes: 0 },
      missing: { items: 0 },
      troubles: [
        {
          kind: 'rolled-back',
          object: 'heads/7m2k9c4x1z8w5t3r6q0p2n4v8b',
          writer: '7m2k9c4x1z8w5t3r6q0p2n4v8b',
          writerName: 'Annex station',
          since: scriptedNow - 3 * hour,
          words:
            'The log of Annex station in the store ends before what was there already. What came from there before stays as it is, and all other stations go on. Ask who runs the store, and compare the station with the store.',
        },
        {
          kind: 'clock-ahead',
          object: 'writers/3f8d2s6a9g1h4j7k0m5z8x2c6v/log/0000000042',
          writer: '3f8d2s6a9g1h4j7k0m5z8x2c6v',
          writerName: 'Cruiser 12',
          since: scriptedNow - 20 * minute,
          words:
            "The clock of Cruiser 12 is more than an hour ahead of this computer's. Set both right: what is written there counts as later than what is written here.",
        },
      ],
    },
  ),
  training: training([]),
} as const satisfies Readonly<Record<string, Script>>;
