import type { StoreStatus, StoreTarget } from '#common/contract/index.ts';
import type { PlacementSummary, StoreSettings } from '#core/catalog/index.ts';
import { createRateMeter, type RateMeter } from '#core/jobs/index.ts';
import type { Clock } from '#core/kernel/index.ts';
import { usualCache } from './arrivals/choose.ts';
import { placeOf } from './connect.ts';
import type { EngineState } from './engine.ts';
import type { Feed } from './feed/feed.ts';
import type { QuietHours } from './limits.ts';

/** Puts together what the desk is told. Measures the rate between two tellings. */
export interface StatusTeller {
  tell(
    settings: StoreSettings,
    summary: PlacementSummary,
    state: EngineState,
    known: {
      readonly troubles: StoreStatus['troubles'];
      readonly kept: Pick<NonNullable<StoreStatus['cache']>, 'keptBytes' | 'pinned'>;
      readonly unconfirmed: boolean;
    },
  ): StoreStatus;
}

/** The logs are looked at when nothing is sent too: what they learn of the way to the store is worth as much. */
export function withFeed(state: EngineState, feed: Feed | null): EngineState {
  if (feed === null) return state;
  const { error, lookedAt } = feed.state();
  const { lastContactAt } = state;
  return {
    ...state,
    error: state.error ?? error,
    lastContactAt: lookedAt === null || (lastContactAt !== null && lastContactAt > lookedAt) ? lastContactAt : lookedAt,
  };
}

export function createStatusTeller(clock: Clock, quietHours: QuietHours): StatusTeller {
  let meter: RateMeter | null = null;

  function activityOf(settings: StoreSettings, waiting: number, state: EngineState): StoreStatus['activity'] {
    if (settings.paused) return 'paused';
    if (state.quiet) return 'quiet';
    if (state.travelling.length > 0) return 'working';
    return waiting > 0 ? 'waiting' : 'idle';
  }

  /** Null where quiet hours come in between: nobody knows what is added until they end. */
  function untilQuiet(remainingMs: number | null, settings: StoreSettings): number | null {
    if (remainingMs === null) return null;
    const now = clock.now();
    const change = quietHours.nextChange(settings.limits, now);
    return change !== null && now + remainingMs > change ? null : remainingMs;
  }

  function nextTry(
    activity: StoreStatus['activity'],
    settings: StoreSettings,
    summary: PlacementSummary,
    { retryAt }: EngineState,
  ): number | null {
    if (activity === 'quiet') return quietHours.nextChange(settings.limits, clock.now());
    if (activity !== 'waiting') return null;
    return retryAt ?? summary.nextAt;
  }

  return {
    tell: (settings, summary, state, { troubles, kept, unconfirmed }) => {
      const { target, connectedAt, limits, retentionDays, objectLock } = settings;
      const waiting = {
        items: summary.queued.items + summary.uploading.items,
        bytes: summary.queued.bytes + summary.uploading.bytes,
      };
      const activity = activityOf(settings, waiting.items, state);
      if (activity === 'working') meter ??= createRateMeter(clock);
      else meter = null;
      const behind = state.travelling.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
      const left = Math.max(0, waiting.bytes - behind);
      const speed = meter?.update(state.sentBytes, state.sentBytes + left) ?? { rate: null, remainingMs: null };
      return {
        connection: {
          target: withoutPassword(target),
          place: placeOf(target),
          connectedAt,
          limits,
          retentionDays,
          objectLock,
          recovery: unconfirmed ? 'unconfirmed' : 'confirmed',
        },
        activity,
        error: state.error,
        lastContactAt: state.lastContactAt,
        nextTryAt: nextTry(activity, settings, summary, state),
        waiting,
        verified: summary.verified,
        missing: { items: summary.missing.items },
        cache: { limits: settings.cache ?? usualCache, onlyInCloud: summary.onlyInCloud, ...kept },
        rate: speed.rate,
        remainingMs: untilQuiet(speed.remainingMs, settings),
        current: [...state.travelling],
        troubles,
      };
    },
  };
}

/** Everybody who is signed in sees the status; the proxy's password is for the way to the store alone. */
function withoutPassword(target: StoreTarget): StoreTarget {
  if (target.kind !== 's3' || target.proxy === null) return target;
  const proxy = new URL(target.proxy);
  proxy.password = '';
  return { ...target, proxy: proxy.href };
}
