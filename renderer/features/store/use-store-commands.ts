import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Placement } from '#common/evidence/index.ts';
import {
  type Command,
  navigate,
  type StorePage,
  useClient,
  useCloud,
  useCloudControl,
  useCommands,
  useNotices,
} from '#renderer/state/index.ts';

const pages: readonly {
  readonly page: StorePage;
  readonly id: string;
  readonly title: 'limits' | 'cache' | 'retention' | 'disconnect' | 'compare';
}[] = [
  { page: 'limits', id: 'store.limits', title: 'limits' },
  { page: 'cache', id: 'store.cache', title: 'cache' },
  { page: 'retention', id: 'store.retention', title: 'retention' },
  { page: 'disconnect', id: 'store.disconnect', title: 'disconnect' },
  { page: 'compare', id: 'store.compare', title: 'compare' },
];

/** What can be done on the screen of the store. `onSent` is told when the order of the queue was changed. */
export function useStoreCommands(selected: Placement | null, onSent?: () => void): void {
  const { t } = useTranslation('store');
  const client = useClient();
  const notices = useNotices();
  const connected = useCloud(({ status }) => status !== null && status.connection !== null);
  const paused = useCloud(({ status }) => status?.activity === 'paused');
  const unconfirmed = useCloud(({ status }) => status?.connection?.recovery === 'unconfirmed');
  const cloud = useCloudControl();
  const commands = useMemo((): readonly Command[] => {
    const group = t('group');
    if (!connected) {
      const run = (): void => navigate({ screen: 'store-page', page: 'set-up' });
      return [{ id: 'store.set-up', title: t('command.setUp'), group, permission: 'store.manage', run }];
    }
    const state = selected?.where.state;
    return [
      {
        id: 'store.pause',
        title: t(paused ? 'command.resume' : 'command.pause'),
        group,
        shortcuts: ['p'],
        permission: 'store.manage',
        run: async () => {
          await client.call(paused ? 'store.resume' : 'store.pause', {});
        },
      },
      {
        id: 'store.send-first',
        title: t(state === 'missing' ? 'command.sendAgain' : 'command.sendFirst'),
        group,
        shortcuts: ['f'],
        permission: 'evidence.offload',
        disabledBecause:
          state === undefined
            ? t('command.nothingSelected')
            : state === 'uploading'
              ? t('command.alreadyTravels')
              : state === 'queued' || state === 'missing'
                ? null
                : t('command.notSendable'),
        run: async () => {
          if (selected === null) return;
          await client.call('store.sendFirst', { ids: [selected.id] });
          notices.say('done', t('queue.sentFirst', { name: selected.name }));
          onSent?.();
        },
      },
      ...(unconfirmed ? [showSecret(t('command.showSecret'), group, cloud.showSecret)] : []),
      ...pages.map(
        ({ page, id, title }): Command => ({
          id,
          title: t(`command.${title}`),
          group,
          permission: 'store.manage',
          run: () => navigate({ screen: 'store-page', page }),
        }),
      ),
    ];
  }, [t, client, notices, connected, paused, unconfirmed, cloud, selected, onSent]);
  useCommands(commands);
}

function showSecret(title: string, group: string, run: () => Promise<void>): Command {
  return { id: 'store.show-secret', title, group, permission: 'store.manage', run };
}
