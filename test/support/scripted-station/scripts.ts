import type { Change } from '#common/contract/index.ts';
import type { Placement } from '#common/evidence/index.ts';
import { noStore } from '#core/cloud/types.ts';
import * as fixtures from './fixtures.ts';
import type { Script } from './server.ts';
import { busyStore, damagedPlacement, placementsOf } from './store.ts';

const [admin, officer] = fixtures.people;
if (admin === undefined || officer === undefined) throw new Error('The script has lost its people.');

/** Nothing was ever done at this station. */
export const firstRun: Script = {
  department: false,
  session: null,
  changes: [],
  docks: [],
  jobs: [],
  watching: [],
  auditLength: 0,
  filesOnDock: 0,
  posters: [],
  store: noStore,
};

/** A department with nothing in it yet; its administrator is signed in. */
export const emptyDepartment: Script = {
  ...firstRun,
  department: true,
  session: fixtures.sessionOf(admin, 'department'),
};

/** A department on a busy afternoon: docks in every state, 1,200 recordings, renders that passed and failed. */
export function busyDepartment(posters: readonly Uint8Array[], recordings = 1_200): Script {
  const jobs = busyJobs();
  const things = [...catalog(recordings, posters.length)];
  const placements = things.flatMap(({ kind, value }) => (kind === 'placement' ? [value as Placement] : []));
  return {
    department: true,
    session: fixtures.sessionOf(admin ?? officer ?? fail(), 'department'),
    changes: fixtures.changes(things),
    docks: busyDocks(jobs.offload.id),
    jobs: Object.values(jobs),
    watching: ['/srv/uploads/cruisers'],
    auditLength: 1_500,
    filesOnDock: 10_000,
    posters,
    store: busyStore(placements),
  };
}

/** The same afternoon in the training agency, as an officer. */
export function training(posters: readonly Uint8Array[]): Script {
  const busy = busyDepartment(posters, 40);
  const changes = busy.changes.filter(({ kind }) => kind !== 'placement');
  return { ...busy, changes, store: noStore, session: fixtures.sessionOf(officer ?? fail(), 'training') };
}

function fail(): never {
  throw new Error('The script has lost its people.');
}

function busyJobs() {
  const offload = fixtures.job('BWC-07', {
    progress: {
      phase: 'Copying',
      items: { done: 12, total: 30 },
      bytes: { done: 12_400_000_000, total: 31_900_000_000 },
      rate: 214_000_000,
      remainingMs: 182_000,
      current: 'DCIM/100MEDIA/OkaforRosalind_20261123_BWC-07-00012.mp4',
    },
  });
  const render = fixtures.job('Traffic stop, Route 7', {
    kind: 'render',
    progress: {
      phase: 'Rendering',
      items: { done: 940, total: 2098 },
      bytes: null,
      rate: 61,
      remainingMs: 19_000,
      current: null,
    },
  });
  const failed = fixtures.job('BWC-11', {
    state: 'failed',
    progress: null,
    finishedAt: fixtures.scriptedNow - 60_000,
    error: {
      family: 'expected',
      code: 'source-gone',
      message: 'The camera was unplugged while it was being read.',
      subject: 'BWC-11',
      nextStep: 'Plug it in again; what is missing is copied then.',
      reference: null,
    },
  });
  return { offload, render, failed };
}

function busyDocks(jobId: Script['jobs'][number]['id']): Script['docks'] {
  const { dock } = fixtures;
  return [
    dock('BWC-07', {
      state: 'offloading',
      jobId,
      counts: { fresh: 18, known: 112, damaged: 1, refused: 0, other: 0 },
      freshBytes: 19_500_000_000,
    }),
    dock('BWC-02', {
      counts: { fresh: 9_214, known: 700, damaged: 60, refused: 26, other: 0 },
      freshBytes: 86_300_000_000,
    }),
    dock('BWC-11', {
      state: 'gone',
      problem: 'The camera was unplugged while it was being read. Plug it in again; what is missing is copied then.',
      counts: { fresh: 4, known: 20, damaged: 0, refused: 0, other: 0 },
    }),
    dock('BWC-15', {
      counts: { fresh: 3, known: 0, damaged: 0, refused: 0, other: 0 },
      freshBytes: 2_100_000_000,
      clockDoubt: 'its files say 2017; the clock was probably reset',
    }),
    dock('BWC-04', { state: 'nothing-new', counts: { fresh: 0, known: 88, damaged: 0, refused: 0, other: 0 } }),
    dock('BACKUP', {
      state: 'not-a-camera',
      profile: null,
      device: null,
      problem: 'No device profile fits what is on this drive.',
    }),
    dock('NO NAME', {
      state: 'unreadable',
      profile: null,
      device: null,
      problem: 'The drive cannot be read: input/output error. Try another reader; do not format the card.',
    }),
    dock('cruisers', {
      kind: 'folder',
      location: '/srv/uploads/cruisers',
      state: 'scanning',
      profile: { id: 'generic-dcim', name: 'Generic DCIM' },
      device: null,
    }),
  ];
}

function* catalog(count: number, posters: number): Generator<Pick<Change, 'kind'> & { value: { id: string } }> {
  const recordings = Array.from({ length: count }, (_, n) => fixtures.recording(n, posters));
  for (const value of recordings.toReversed()) yield { kind: 'recording', value };
  for (let n = 0; n < 6; n++) yield { kind: 'damaged', value: fixtures.damagedItem(n) };
  for (const value of placementsOf(recordings)) yield { kind: 'placement', value };
  yield { kind: 'placement', value: damagedPlacement(0) };
  const projects = recordings.slice(8, 12).map((recording, n) => fixtures.project(n, recording));
  for (const value of projects) yield { kind: 'project', value };
  const [first, second, third] = projects;
  if (first === undefined || second === undefined || third === undefined) return;
  const passed = fixtures.render(0, first, { state: 'passed', verdict: fixtures.verdict(null, 0) });
  yield { kind: 'render', value: passed };
  yield {
    kind: 'render',
    value: fixtures.render(1, second, { state: 'failed', verdict: fixtures.verdict('coverage', 1), error: null }),
  };
  yield { kind: 'render', value: fixtures.render(2, third, { state: 'rendering' }) };
  yield {
    kind: 'render',
    value: fixtures.render(3, third, {
      state: 'failed',
      verdict: null,
      error: {
        family: 'expected',
        code: 'destination-full',
        message: 'The disk is full.',
        subject: 'the vault',
        nextStep: 'Free some space and render again.',
        reference: 'r-4471',
      },
    }),
  };
  yield {
    kind: 'release',
    value: fixtures.release(0, passed, {
      state: 'ready',
      fileName: 'millbrook-release-2026-114.zip',
      sizeBytes: 33_100_000,
      sha256: fixtures.sha('package'),
    }),
  };
  yield { kind: 'release', value: fixtures.release(1, passed, { state: 'building' }) };
}
