import type {
  Finding,
  FindingKind,
  MethodName,
  ParsedRequestOf,
  ReconcileRun,
  ReplyOf,
} from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { Job } from '#common/evidence/index.ts';
import { meanings } from '#core/cloud/reconcile/words.ts';
import * as fixtures from './fixtures.ts';

const { scriptedNow } = fixtures;
const none = { items: 0, bytes: 0 };

/** One comparison that ended an hour ago and found nothing. */
const cleanRun: ReconcileRun = {
  mode: 'quick',
  repair: false,
  state: 'done',
  error: null,
  place: 'millbrook-evidence at store.millbrook.example',
  startedAt: scriptedNow - 64 * 60_000,
  startedBy: 'mreyes',
  finishedAt: scriptedNow - 60 * 60_000,
  tallies: {
    same: { items: 8_412, bytes: 6.1e12 },
    'missing-here': none,
    'missing-there': none,
    different: none,
    error: none,
  },
  problems: 0,
  repairable: 0,
  repaired: 0,
  remarks: [],
};

const kinds: readonly FindingKind[] = [
  'lost-there',
  'manifest-lost',
  'media-differs',
  'damaged-here',
  'arrival',
  'orphan-media',
  'waiting',
  'lost-here',
];

/** A finding of each sort in turn. */
function scriptedFinding(n: number): Finding {
  const kind = kinds[n % kinds.length] ?? 'waiting';
  const { class: which, level, words, remedy } = meanings[kind];
  return {
    object: `h67mjke0wygdr9vg01wvrcerg${String(n).padStart(7, '0')}`,
    id: fixtures.id('evidence', `found ${n}`),
    recordingId: null,
    name: `BWC-${String((n % 17) + 1).padStart(2, '0')}_20261122_${String(n).padStart(4, '0')}.mp4`,
    class: which,
    kind,
    level,
    sizeBytes: 48_000_000 + n * 90_000,
    words,
    remedy,
    outcome:
      n === 1 ? { done: true, at: scriptedNow - 60_000, words: 'Its manifest was put again and read back.' } : null,
  };
}

/** What a script says of comparisons. */
export type ScriptedComparison = {
  readonly run: ReconcileRun | null;
  readonly job: Job | null;
  readonly findings: readonly Finding[];
};

export const comparisons = {
  never: { run: null, job: null, findings: [] },
  same: { run: cleanRun, job: null, findings: [] },
  found: {
    run: {
      ...cleanRun,
      tallies: {
        same: { items: 8_312, bytes: 6.0e12 },
        'missing-here': { items: 25, bytes: 2.1e9 },
        'missing-there': { items: 38, bytes: 3.3e9 },
        different: { items: 25, bytes: 1.9e9 },
        error: { items: 12, bytes: 4.4e8 },
      },
      problems: 87,
      repairable: 49,
      repaired: 1,
      remarks: [
        {
          kind: 'rolled-back',
          words: 'The store looks as if it had been set back to an earlier state. Ask whoever runs it.',
        },
      ],
    },
    job: null,
    findings: Array.from({ length: 100 }, (_, n) => scriptedFinding(n)),
  },
  running: {
    run: {
      ...cleanRun,
      mode: 'thorough',
      state: 'running',
      finishedAt: null,
      tallies: { ...cleanRun.tallies, same: { items: 2_000, bytes: 1.2e12 } },
    },
    job: fixtures.job('compare', {
      kind: 'reconcile',
      title: 'millbrook-evidence at store.millbrook.example',
      state: 'running',
      progress: {
        phase: 'Comparing',
        items: { done: 2_000, total: 8_412 },
        bytes: { done: 2.4e12, total: 1.22e13 },
        rate: 92_000_000,
        remainingMs: 1.06e8,
        current: 'BWC-04_20261122_0412.mp4',
      },
    }),
    findings: [],
  },
  failed: {
    run: {
      ...cleanRun,
      state: 'failed',
      error: {
        family: 'expected',
        code: 'store-unreachable',
        message: 'The store does not answer.',
        subject: 'https://store.millbrook.example',
        nextStep: 'Check the network, then go on comparing. What was found so far is kept.',
        reference: null,
      },
    },
    job: null,
    findings: [],
  },
} as const satisfies Readonly<Record<string, ScriptedComparison>>;

type ReconcileMethod = Extract<MethodName, `reconcile.${string}`>;
type Answers = { readonly [M in ReconcileMethod]: (params: ParsedRequestOf<M>) => ReplyOf<M> };

/** Answers as a department's station does; nothing of it changes by itself. */
export function reconcileAnswers({ run, job, findings }: ScriptedComparison): Answers {
  return {
    'reconcile.status': () => ({ run, job }),
    'reconcile.findings': ({ class: which, problems, offset, limit }) => {
      const items = findings.filter(
        (one) =>
          (which === null || one.class === which) &&
          (!problems || (one.level !== 'calm' && one.outcome?.done !== true)),
      );
      return { items: items.slice(offset, offset + limit), total: items.length };
    },
    'reconcile.start': () => ({ jobId: fixtures.id('job', 'compare') }),
    'reconcile.repair': () => {
      if (run === null) throw new ExpectedError('not-found', 'There is nothing to repair.');
      return { jobId: fixtures.id('job', 'repair') };
    },
  };
}
