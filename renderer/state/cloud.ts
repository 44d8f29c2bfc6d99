import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ReplyOf, RequestOf, StoreReport, StoreStatus, StoreTarget } from '#common/contract/index.ts';
import { type Client, noteProblem } from '#renderer/bridge/index.ts';

/** Something asked of the station that may take long because a store answers slowly or not at all. */
export type Asked<T> =
  | { readonly state: 'none' }
  | { readonly state: 'asked'; readonly since: number }
  | { readonly state: 'answered'; readonly value: T }
  | { readonly state: 'failed'; readonly cause: unknown };

/** The set-up form as it was left: texts as typed. Forgotten at sign-out with everything else here. */
export type StoreDraft = {
  readonly kind: StoreTarget['kind'];
  readonly location: string;
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly pathStyle: boolean;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly authority: string;
  readonly proxy: string;
};

/** What was tried, and what came of it. */
export type Trial = { readonly request: RequestOf<'store.probe'>; readonly report: StoreReport };

/** A recovery secret that is shown and not yet confirmed from paper. */
export type UnconfirmedSecret = { readonly secret: string; readonly target: StoreTarget; readonly foundedAt: number };

/** The department's store as the station last told, and what this window asks about it. */
export type Cloud = {
  /** Null until the station told, and in the training agency, which has no store. */
  readonly status: StoreStatus | null;
  /** What went wrong when the station was last asked for it; null when it answered. */
  readonly statusFailure: unknown;
  readonly draft: StoreDraft | null;
  readonly trial: Asked<Trial>;
  readonly connecting: Asked<null>;
  readonly unconfirmed: UnconfirmedSecret | null;
};

/**
 * Follows the store while somebody is signed in, and holds what must outlive a screen: a trial that takes minutes, and the
 * recovery secret of a store that was founded, until it is confirmed.
 */
export type CloudControl = {
  readonly store: StoreApi<Cloud>;
  readonly refresh: () => Promise<void>;
  readonly setDraft: (draft: StoreDraft | null) => void;
  readonly tryStore: (request: RequestOf<'store.probe'>) => Promise<void>;
  /** Lets a trial go; an answer that still comes is ignored. */
  readonly forgetTrial: () => void;
  /** True when the store is in use now. */
  readonly connect: (request: RequestOf<'store.connect'>) => Promise<boolean>;
  readonly forgetConnecting: () => void;
  /** Asks for the secret of a store that was founded here and never confirmed: the window may have died over it. */
  readonly showSecret: () => Promise<void>;
  /** Shows the station that the secret stands on paper. Throws what it answers. */
  readonly confirmSecret: (groups: RequestOf<'store.confirmRecovery'>['groups']) => Promise<void>;
  readonly stop: () => void;
};

const empty: Cloud = {
  status: null,
  statusFailure: null,
  draft: null,
  trial: { state: 'none' },
  connecting: { state: 'none' },
  unconfirmed: null,
};

export function createCloud(client: Client): CloudControl {
  const store = createStore<Cloud>(() => empty);
  const { setState } = store;
  let trialRound = 0;
  let told = 0;

  const refresh = async (): Promise<void> => {
    const before = told;
    try {
      const status: ReplyOf<'store.status'> = await client.call('store.status', {});
      // An event that came meanwhile is newer than the answer.
      if (told === before) setState({ status, statusFailure: null });
    } catch (statusFailure) {
      setState({ statusFailure });
      noteProblem(statusFailure);
    }
  };

  const stops = [
    client.onEvent((event) => {
      if (event.kind !== 'store.changed') return;
      told++;
      setState({ status: event.status, statusFailure: null });
    }),
    client.onConnection((connection) => {
      if (connection.state === 'open') void refresh();
    }),
  ];
  void refresh();

  return {
    store,
    refresh,
    setDraft: (draft) => setState({ draft }),
    tryStore: async (request) => {
      const round = ++trialRound;
      const settle = (trial: Cloud['trial']): void => {
        if (round === trialRound) setState({ trial });
      };
      setState({ trial: { state: 'asked', since: Date.now() }, connecting: { state: 'none' } });
      try {
        settle({ state: 'answered', value: { request, report: await client.call('store.probe', request) } });
      } catch (cause) {
        settle({ state: 'failed', cause });
      }
    },
    forgetTrial: () => {
      trialRound++;
      setState({ trial: { state: 'none' } });
    },
    connect: async (request) => {
      if (store.getState().connecting.state === 'asked') return false;
      setState({ connecting: { state: 'asked', since: Date.now() } });
      try {
        const { recoverySecret } = await client.call('store.connect', request);
        setState({
          connecting: { state: 'none' },
          trial: { state: 'none' },
          draft: null,
          unconfirmed:
            recoverySecret === null ? null : { secret: recoverySecret, target: request.target, foundedAt: Date.now() },
        });
      } catch (cause) {
        setState({ connecting: { state: 'failed', cause } });
        return false;
      }
      await refresh();
      return true;
    },
    forgetConnecting: () => setState({ connecting: { state: 'none' } }),
    showSecret: async () => {
      const { recoverySecret } = await client.call('store.recoverySecret', {});
      const connection = store.getState().status?.connection;
      if (connection === null || connection === undefined) return;
      const { target, connectedAt } = connection;
      setState({ unconfirmed: { secret: recoverySecret, target, foundedAt: connectedAt } });
    },
    confirmSecret: async (groups) => {
      await client.call('store.confirmRecovery', { groups });
      setState({ unconfirmed: null });
      await refresh();
    },
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}
