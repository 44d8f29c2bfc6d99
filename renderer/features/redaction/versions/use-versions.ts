import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplyOf } from '#common/contract/index.ts';
import type { Branch, RedactionProject } from '#common/evidence/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import { useClient, useSession } from '#renderer/state/index.ts';
import type { Version } from './versions.ts';

type Answer = ReplyOf<'redaction.branches'>;

/** What can be compared: the version that is worked with and the others, or why there is nothing to compare. */
export type Versions =
  | { readonly state: 'closed' }
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly cause: unknown }
  | { readonly state: 'single' }
  | { readonly state: 'several'; readonly trunk: Version; readonly others: readonly [Version, ...Version[]] };

/** Of whom a version is, when it was saved last, and how many saves it has. */
export function useVersionDetail(): (branch: Pick<Branch, 'names' | 'savedAt' | 'saves'>) => string {
  const { t } = useTranslation('redaction');
  const { zone } = useSession().agency;
  return useCallback(
    ({ names, savedAt, saves }) =>
      t('versions.detail', { names: names.join(', '), at: formatWallTime(savedAt, zone), count: saves }),
    [t, zone],
  );
}

/** Asks for the versions of a redaction while they are looked at, and again when they become others. Null: nobody looks. */
export function useVersions(project: RedactionProject | null): {
  readonly versions: Versions;
  readonly retry: () => void;
  /** Makes one what is worked with; the others that were shown are left behind. */
  readonly choose: (chosen: Version, reason: string) => Promise<void>;
} {
  const { t } = useTranslation('redaction');
  const client = useClient();
  const detail = useVersionDetail();
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [round, setRound] = useState(0);
  const projectId = project?.id ?? null;
  const known = project === null ? '' : JSON.stringify([project.head, project.branches.map(({ head }) => head)]);
  useEffect(() => {
    if (projectId === null) {
      setAnswer(null);
      return undefined;
    }
    let gone = false;
    setFailure(null);
    client.call('redaction.branches', { projectId }).then(
      (value) => {
        if (!gone) setAnswer(value);
      },
      (cause: unknown) => {
        if (!gone) setFailure(cause);
      },
    );
    return () => {
      gone = true;
    };
  }, [client, projectId, known, round]);
  const versions = useMemo((): Versions => {
    if (projectId === null) return { state: 'closed' };
    if (failure !== null) return { state: 'failed', cause: failure };
    if (answer === null) return { state: 'loading' };
    const { trunk, branches } = answer;
    const of = branches.length;
    const [first, ...rest] = branches.map(
      (branch, index): Version => ({
        ...branch,
        trunk: false,
        title: of === 1 ? t('versions.other') : t('versions.otherOf', { number: index + 1, of }),
        detail: detail(branch),
      }),
    );
    if (trunk === null || first === undefined) return { state: 'single' };
    const current = { ...trunk, trunk: true, title: t('versions.current'), detail: detail(trunk) };
    return { state: 'several', trunk: current, others: [first, ...rest] };
  }, [projectId, failure, answer, t, detail]);
  return {
    versions,
    retry: useCallback(() => setRound((before) => before + 1), []),
    choose: useCallback(
      async (chosen, reason) => {
        if (projectId === null || answer === null || answer.trunk === null) return;
        const heads = [answer.trunk.head, ...answer.branches.map(({ head }) => head)];
        await client.call('redaction.choose', { projectId, heads, chosen: chosen.head, reason });
      },
      [client, projectId, answer],
    ),
  };
}
