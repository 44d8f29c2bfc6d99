import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Finding, FindingClass, ReplyOf } from '#common/contract/index.ts';
import { useClient, useDesk, useLoaded } from '#renderer/state/index.ts';

const pageSize = 200;
/** The job tells up to five times a second how far it is; the counts follow at this pace. */
const pace = 1_500;

export type Comparison = ReplyOf<'reconcile.status'>;

/** The newest comparison, followed while it runs. The job's own state is as new as the desk's. */
export function useComparison(): {
  readonly comparison: Comparison | null;
  readonly failure: unknown;
  readonly reload: () => void;
} {
  const [status, reload] = useLoaded('reconcile.status', {});
  const told = useDesk(({ jobs }) => jobs.find(({ kind }) => kind === 'reconcile') ?? null);
  const last = useRef(0);
  useEffect(() => {
    if (told === null) return;
    const ended = told.finishedAt !== null;
    const wait = ended ? 0 : Math.max(0, last.current + pace - performance.now());
    const timer = setTimeout(() => {
      last.current = performance.now();
      reload();
    }, wait);
    return () => clearTimeout(timer);
  }, [told, reload]);
  const { value } = status;
  // Commands hang on it, so it is another only when something of it is.
  const comparison = useMemo(() => (value === null ? null : { run: value.run, job: told ?? value.job }), [value, told]);
  return {
    comparison,
    failure: status.state === 'failed' ? status.cause : null,
    reload,
  };
}

/** What of the findings is shown. */
export type Narrowed = { readonly class: FindingClass | null; readonly problems: boolean };

export type Findings = {
  readonly items: readonly Finding[];
  /** Null: asked, no answer yet. */
  readonly total: number | null;
  readonly failure: unknown;
};

/** The findings that are wanted: the first page at once, more as the end comes into view, all of it again when `round` changes. */
export function useFindings(
  { class: which, problems }: Narrowed,
  round: string,
): { readonly findings: Findings; readonly more: () => void; readonly reload: () => void } {
  const client = useClient();
  const [findings, setFindings] = useState<Findings>({ items: [], total: null, failure: null });
  const [wanted, setWanted] = useState(pageSize);
  const [again, setAgain] = useState(0);
  useEffect(() => setWanted(pageSize), [which, problems]);
  useEffect(() => {
    let gone = false;
    const load = async (): Promise<void> => {
      const items: Finding[] = [];
      let total = 0;
      for (let offset = 0; offset < wanted; offset += pageSize) {
        const asked = { class: which, problems, offset, limit: pageSize };
        const page = await client.call('reconcile.findings', asked);
        total = page.total;
        items.push(...page.items);
        if (page.items.length < pageSize) break;
      }
      if (!gone) setFindings({ items, total, failure: null });
    };
    load().catch((failure: unknown) => {
      if (!gone) setFindings((before) => ({ ...before, failure }));
    });
    return () => {
      gone = true;
    };
  }, [client, which, problems, wanted, round, again]);
  const { items, total } = findings;
  const more = useCallback(() => {
    if (total !== null && items.length < total && wanted <= items.length) setWanted(items.length + pageSize);
  }, [items.length, total, wanted]);
  return { findings, more, reload: useCallback(() => setAgain((n) => n + 1), []) };
}
