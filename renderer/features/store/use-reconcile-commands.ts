import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReconcileMode } from '#common/contract/index.ts';
import { type Command, useClient, useCommands, useConnection } from '#renderer/state/index.ts';
import type { Comparison } from './use-reconcile.ts';

/** True while somebody works on it. */
export function isUnderWay({ job }: Comparison): boolean {
  return job !== null && ['queued', 'running', 'paused', 'parked'].includes(job.state);
}

/** What can be done with a comparison; `onDone` is told when something was begun or ended. */
export function useReconcileCommands(comparison: Comparison | null, onDone: () => void): void {
  const { t } = useTranslation('reconcile');
  const client = useClient();
  const away = useConnection().state !== 'open';
  const commands = useMemo((): readonly Command[] => {
    const group = t('title');
    const busy = comparison !== null && isUnderWay(comparison);
    const run = comparison?.run ?? null;
    const permission = 'store.manage';
    const disabledBecause = away ? t('command.away') : busy ? t('command.underWay') : null;
    const start = async (mode: ReconcileMode, goOn: boolean): Promise<void> => {
      await client.call('reconcile.start', { mode, repair: false, goOn });
      onDone();
    };
    const begin = (id: string, mode: ReconcileMode, shortcut: string): Command => ({
      id,
      title: t(`command.${mode}`),
      group,
      shortcuts: [shortcut],
      permission,
      disabledBecause,
      run: () => start(mode, false),
    });
    return [
      begin('reconcile.quick', 'quick', 'c'),
      begin('reconcile.thorough', 'thorough', 'b'),
      {
        id: 'reconcile.repair',
        title: t('command.repair'),
        group,
        shortcuts: ['r'],
        permission,
        disabledBecause: disabledBecause ?? ((run?.repairable ?? 0) === 0 ? t('command.nothingToRepair') : null),
        run: async () => {
          await client.call('reconcile.repair', {});
          onDone();
        },
      },
      ...(run !== null && (run.state === 'stopped' || run.state === 'failed')
        ? [
            {
              id: 'reconcile.go-on',
              title: t('command.goOn'),
              group,
              permission,
              disabledBecause,
              run: () => start(run.mode, true),
            } as const,
          ]
        : []),
      ...(busy && comparison.job !== null
        ? [
            {
              id: 'reconcile.stop',
              title: t('command.stop'),
              group,
              shortcuts: ['s'],
              disabledBecause: away ? t('command.away') : null,
              run: async () => {
                if (comparison.job === null) return;
                await client.call('jobs.cancel', { jobId: comparison.job.id });
                onDone();
              },
            } as const,
          ]
        : []),
    ];
  }, [t, client, away, comparison, onDone]);
  useCommands(commands);
}
