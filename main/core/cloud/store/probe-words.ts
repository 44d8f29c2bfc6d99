import type { ExpectedError } from '#common/errors/index.ts';
import type { Excess } from './insight.ts';
import type { Finding, Trial } from './probe-trial.ts';

/** What happened and what to do, as one text. */
export function inWords(error: ExpectedError): string {
  return error.nextStep === null ? error.message : `${error.message} ${error.nextStep}`;
}

const sameMs = 5_000;
/** Where most stores begin to refuse. */
const refusedMs = 15 * 60_000;

function length(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (seconds < 120) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}

/** How far the clocks are apart. A store may refuse everything because of it, so that reaching it failed. */
export function clockFinding(trial: Trial, reach: Finding | undefined): Finding {
  const skew = trial.store.clockSkew() ?? trial.skew;
  if (skew === null) return { outcome: 'untried', words: 'Not tried, because the store gave no time.' };
  const apart = Math.abs(skew);
  if (apart <= sameMs) return { outcome: 'good', words: 'The clocks of this station and the store agree.' };
  const who = skew > 0 ? 'behind' : 'ahead of';
  const said = `The clock of this station is ${length(skew)} ${who} the store's.`;
  const next = 'Set it by a time server. If it is right, tell whoever looks after the store.';
  if (apart >= refusedMs && reach?.outcome === 'bad') {
    return { outcome: 'bad', words: `${said} The store refuses everything because of it. ${next}` };
  }
  const limit = apart >= refusedMs ? '' : ' Stores refuse everything from 15 minutes on.';
  return { outcome: 'worry', words: `${said}${limit} ${next}` };
}

const excessWords: Readonly<Record<Excess, string>> = {
  rules:
    'it may read the rules of the bucket as its owner may, and may well be able to change them and so have evidence deleted (not tried: to try it would be to do it)',
  'other-prefixes': 'it sees what lies in the bucket outside the prefix',
  'other-buckets': 'it sees other buckets of the same owner',
  'everybody-reads': 'everybody, without any key, may read in this bucket',
  'everybody-writes': 'everybody who reaches this place may write there and remove what is there',
};

/** What was found of rights beyond those that are needed. */
export function excessFinding(found: readonly Excess[]): Finding {
  if (found.length === 0) {
    return { outcome: 'good', words: 'Nothing more is allowed than is needed, as far as looking shows it.' };
  }
  const what = found.map((one) => excessWords[one]).join('; ');
  return {
    outcome: 'worry',
    words: `More is allowed than is needed: ${what}. Have an access made for Plainview alone, for this place alone.`,
  };
}

/** Too wide and too narrow in one. */
export function rightsFinding(wide: Finding | undefined, missing: ReadonlySet<string>): Finding {
  const finding = wide ?? { outcome: 'untried', words: 'Not tried.' };
  if (missing.size === 0) return finding;
  const narrow = `Too little is allowed: ${[...missing].join('; ')} ${missing.size === 1 ? 'is' : 'are'} missing.`;
  return {
    outcome: 'bad',
    words: finding.outcome === 'worry' ? `${narrow} ${finding.words}` : narrow,
  };
}
