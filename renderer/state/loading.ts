import { useCallback, useEffect, useRef, useState } from 'react';
import type { MethodName, ReplyOf, RequestOf } from '#common/contract/index.ts';
import { useClient } from './station.tsx';

/** Something asked of the core. `value` of the last good answer stays while it is asked again. */
export type Loaded<T> =
  | { readonly state: 'loading'; readonly value: T | null }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly value: T | null; readonly cause: unknown };

/** Asks once when shown and again when the parameters change or `reload` is called. */
export function useLoaded<M extends MethodName>(
  method: M,
  params: RequestOf<M>,
): readonly [Loaded<ReplyOf<M>>, reload: () => void] {
  const client = useClient();
  const [loaded, setLoaded] = useState<Loaded<ReplyOf<M>>>({ state: 'loading', value: null });
  const [round, setRound] = useState(0);
  const wanted = JSON.stringify(params);
  useEffect(() => {
    let gone = false;
    setLoaded((before) => ({ state: 'loading', value: before.value }));
    client.call(method, JSON.parse(wanted) as RequestOf<M>).then(
      (value) => {
        if (!gone) setLoaded({ state: 'ready', value });
      },
      (cause: unknown) => {
        if (!gone) setLoaded((before) => ({ state: 'failed', value: before.value, cause }));
      },
    );
    return () => {
      gone = true;
    };
  }, [client, method, wanted, round]);
  return [loaded, useCallback(() => setRound((n) => n + 1), [])];
}

/** One deed at a time, for buttons and forms: whether it is under way and what it threw last. */
export type Deed<A extends readonly unknown[]> = {
  readonly busy: boolean;
  readonly failure: unknown;
  /** Runs it unless it is running. True when it was done. */
  readonly run: (...args: A) => Promise<boolean>;
  readonly clear: () => void;
};

export function useDeed<A extends readonly unknown[]>(work: (...args: A) => Promise<void>): Deed<A> {
  const [state, setState] = useState<{ readonly busy: boolean; readonly failure: unknown }>({
    busy: false,
    failure: null,
  });
  const busy = useRef(false);
  const latest = useRef(work);
  useEffect(() => {
    latest.current = work;
  });
  const run = useCallback(async (...args: A) => {
    if (busy.current) return false;
    busy.current = true;
    setState({ busy: true, failure: null });
    try {
      await latest.current(...args);
      setState({ busy: false, failure: null });
      return true;
    } catch (failure) {
      setState({ busy: false, failure });
      return false;
    } finally {
      busy.current = false;
    }
  }, []);
  const clear = useCallback(() => setState({ busy: false, failure: null }), []);
  return { ...state, run, clear };
}
