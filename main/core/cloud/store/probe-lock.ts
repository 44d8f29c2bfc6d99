import { ExpectedError } from '#common/errors/index.ts';
import { randomBytes } from '#core/kernel/index.ts';
import { MissingRight } from './errors.ts';
import type { Finding, Trial } from './probe-trial.ts';
import { inWords } from './probe-words.ts';

/** Long enough for one request of a slow store, short enough to be waited for: nothing of a probe stays. */
const lockedMs = 5_000;

const without = 'Without it whoever holds an access key can delete.';

/** Locks a small object of the probe for a few seconds and tries to delete it all the same. */
export async function tryLock(trial: Trial): Promise<Finding> {
  const { store, signal, key } = trial;
  if (store.kind === 'folder') {
    return {
      outcome: 'missing',
      words: 'A folder cannot refuse deletion for a time. Protect it by the rights of its file server.',
    };
  }
  const lock = await store.objectLock({ signal });
  if (lock.state === 'off' && !trial.fixed) {
    return {
      outcome: 'missing',
      words: `The bucket has no Object Lock. ${without} It can be turned on only when a bucket is made.`,
    };
  }
  const name = trial.fixed ? key('small') : key('locked');
  if (!trial.fixed) {
    await store.put(name, randomBytes(64), { signal });
    const until = Math.ceil((trial.storeTime() + lockedMs) / 1000) * 1000;
    // Noted before it is asked for: the answer may be lost.
    trial.heldUntil = until + 1_000;
    try {
      await store.retain(name, until, { signal });
    } catch (error) {
      if (!(error instanceof ExpectedError) || error.code === 'store-unreachable') throw error;
      trial.heldUntil = 0;
      const words = error instanceof MissingRight ? `${inWords(error)} ${without}` : inWords(error);
      return { outcome: 'missing', words };
    }
    const retainUntil = (await store.head(name, { signal }))?.retainUntil ?? null;
    if (retainUntil !== null && retainUntil < until) {
      return {
        outcome: 'worry',
        words: 'The store took a date until which deletion is refused and keeps an earlier one.',
      };
    }
  }
  const itself = itselfInWords(lock.state === 'on' ? lock.defaultDays : null, trial.fixed);
  switch (await store.tryDelete(name, { signal })) {
    case 'held':
      return {
        outcome: 'good',
        words: `The store refuses to delete what it was asked to keep: it was tried.${itself}`,
      };
    case 'not-allowed':
      return {
        outcome: 'good',
        words: `The store takes a date until which deletion is refused. That it refuses could not be tried, because this access may delete nothing for good anyway.${itself}`,
      };
    case 'deleted':
      return {
        outcome: 'bad',
        words:
          'The store took a date until which deletion is refused, and deleted the object before it. Its promise cannot be relied on.',
      };
  }
}

function itselfInWords(days: number | null, fixed: boolean): string {
  if (!fixed) return '';
  const time = days === null ? 'for a time' : `for ${days} ${days === 1 ? 'day' : 'days'}`;
  return ` It locks every new object ${time} by itself: the few small objects of this trial stay that long, and nothing that is sent can be taken back.`;
}
