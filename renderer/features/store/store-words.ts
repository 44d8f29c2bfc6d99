import type { TFunction } from 'i18next';
import type { StoreStatus, StoreTarget } from '#common/contract/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import { formatBytes, type Tone } from '#renderer/ui/index.ts';

/** How the store stands: one word group with its tone, and sentences that say the rest. */
export type StoreWords = { readonly tone: Tone; readonly title: string; readonly sentences: readonly string[] };

type Words = {
  readonly t: TFunction<'store'>;
  readonly zone: string;
  readonly now: number;
  /** A rough length: `4 min`. */
  readonly length: (milliseconds: number) => string;
};

/** Network trouble that ends by itself: said calmly. Anything else needs somebody to look. */
function endsByItself(status: StoreStatus): boolean {
  const code = status.error?.code ?? null;
  return status.error === null || code === 'store-unreachable' || code === 'store-busy';
}

/** The state of a store in use, in words. */
export function storeWords(status: StoreStatus, words: Words): StoreWords {
  const { t } = words;
  const waits = waitingSentence(status, t);
  switch (status.activity) {
    case 'none':
      return { tone: 'waiting', title: t('state.none'), sentences: [] };
    case 'paused':
      return { tone: 'attention', title: t('state.paused'), sentences: [waits, t('state.resumeHint')] };
    case 'quiet': {
      const until = status.connection?.limits.quiet?.until ?? '';
      return { tone: 'waiting', title: t('state.quiet', { until }), sentences: [waits] };
    }
    case 'working':
      return { tone: 'working', title: t('state.working'), sentences: [waits] };
    case 'waiting':
      return {
        ...troubleWords(status, words),
        sentences: [...troubleSentences(status), waits, nextTry(status, words)],
      };
    case 'idle':
      return idleWords(status, words);
  }
}

function troubleWords(status: StoreStatus, { t, zone }: Words): Pick<StoreWords, 'tone' | 'title'> {
  const { error, lastContactAt } = status;
  if (error === null) return { tone: 'waiting', title: t('state.idleWaiting') };
  if (error.code === 'store-busy') return { tone: 'waiting', title: t('state.busy') };
  if (error.code !== 'store-unreachable') return { tone: 'attention', title: error.message };
  const since = lastContactAt === null ? null : formatWallTime(lastContactAt, zone);
  return {
    tone: 'waiting',
    title: since === null ? t('state.neverReached') : t('state.unreachableSince', { at: since }),
  };
}

function troubleSentences(status: StoreStatus): readonly string[] {
  const { error } = status;
  if (error === null || error.code === 'store-busy' || error.code === 'store-unreachable') return [];
  return error.nextStep === null ? [] : [error.nextStep];
}

function idleWords(status: StoreStatus, words: Words): StoreWords {
  const { t } = words;
  if (status.error !== null || status.waiting.items > 0) {
    return {
      ...troubleWords(status, words),
      sentences: [...troubleSentences(status), waitingSentence(status, t)],
    };
  }
  if (status.verified.items === 0) {
    return { tone: 'waiting', title: t('state.ready'), sentences: [t('state.readySentence')] };
  }
  const items = t('state.items', { count: status.verified.items });
  const sentence = t('state.verifiedSentence', { items, bytes: formatBytes(status.verified.bytes) });
  // What is missing there is not verified there: the green shield is for when all is well.
  const well = status.missing.items === 0 && status.troubles.length === 0;
  return { tone: well ? 'verified' : 'waiting', title: t('state.verified'), sentences: [sentence] };
}

function waitingSentence({ waiting }: StoreStatus, t: TFunction<'store'>): string {
  if (waiting.items === 0) return t('state.nothingWaits');
  return t('state.wait', { count: waiting.items, bytes: formatBytes(waiting.bytes) });
}

function nextTry({ nextTryAt }: StoreStatus, { t, now, length }: Words): string {
  if (nextTryAt === null) return '';
  return nextTryAt <= now ? t('state.nextTryNow') : t('state.nextTry', { length: length(nextTryAt - now) });
}

/** The same in a few words, for the top bar. */
export function storeMark(status: StoreStatus, t: TFunction<'store'>): { readonly tone: Tone; readonly text: string } {
  const { activity, waiting, missing, verified, connection } = status;
  if (connection === null) return { tone: 'waiting', text: t('bar.none') };
  if (missing.items > 0) return { tone: 'failed', text: t('bar.missing', { count: missing.items }) };
  if (!endsByItself(status)) return { tone: 'attention', text: t('bar.attention') };
  const queued = waiting.items > 0 ? ` · ${t('bar.queued', { count: waiting.items })}` : '';
  if (status.error !== null) return { tone: 'waiting', text: t('bar.unreachable') + queued };
  if (activity === 'paused') return { tone: 'attention', text: t('bar.paused') + queued };
  if (activity === 'quiet') return { tone: 'waiting', text: t('bar.quiet') + queued };
  if (activity === 'working') return { tone: 'working', text: t('bar.uploading', { count: waiting.items }) };
  if (waiting.items > 0) return { tone: 'waiting', text: t('bar.queued', { count: waiting.items }) };
  return verified.items > 0 ? { tone: 'verified', text: t('bar.verified') } : { tone: 'waiting', text: t('bar.ready') };
}

/** What a person types to confirm that it is this place: the bucket, or the folder. */
export function placeName(target: StoreTarget): string {
  return target.kind === 's3' ? target.bucket : target.location;
}

/** Everything that is needed to find the place again, on one line; holds no secret. */
export function placeInFull(target: StoreTarget): string {
  if (target.kind === 'folder') return target.location;
  return [target.endpoint ?? `Amazon S3, ${target.region}`, target.bucket, target.prefix].filter(Boolean).join(' · ');
}
