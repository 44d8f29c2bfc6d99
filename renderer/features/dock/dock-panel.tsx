import { IconDownload, IconUsb } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { errorWords } from '#renderer/bridge/index.ts';
import {
  type Command,
  useAction,
  useClient,
  useCommands,
  useDesk,
  useDeskControl,
  useNotices,
  useSession,
} from '#renderer/state/index.ts';
import { ActionButton, EmptyState, ErrorPanel, Hint, RowsPlaceholder } from '#renderer/ui/index.ts';
import classes from './dock.module.css';
import { DockCard } from './dock-card.tsx';
import { WatchedFolders } from './watched-folders.tsx';

/** Every camera that is docked and every watched folder. `renderJob` draws the progress of a dock's job. */
export function DockPanel({ renderJob }: { readonly renderJob: (jobId: string) => ReactNode }) {
  const { t } = useTranslation('dock');
  const { agency } = useSession();
  const desk = useDeskControl();
  const docks = useDesk((state) => state.docks);
  const load = useDesk((state) => state.docksLoad);
  useDockCommands();
  const offloadAll = useAction('dock.offload-all');
  const words = load.state === 'failed' ? errorWords(load.cause) : null;
  return (
    <div className={classes.scroll}>
      <div className={classes.panel}>
        <div className={classes.bar}>
          <Hint>{t('readOnly')}</Hint>
          <ActionButton action={offloadAll} variant="filled" icon={<IconDownload size={16} aria-hidden />} />
        </div>
        {words !== null && <ErrorPanel error={words} onRetry={() => void desk.refresh()} />}
        {load.state === 'loading' && docks.length === 0 && <RowsPlaceholder label={t('loading')} rows={6} />}
        {load.state === 'ready' && docks.length === 0 && (
          <EmptyState icon={<IconUsb size={32} stroke={1.25} aria-hidden />} title={t('none')}>
            {t('noneHint')}
          </EmptyState>
        )}
        <ul className={classes.cards}>
          {docks.map((dock) => (
            <DockCard
              key={dock.id}
              dock={dock}
              zone={agency.zone}
              progress={dock.jobId === null ? null : renderJob(dock.jobId)}
            />
          ))}
        </ul>
        <WatchedFolders />
      </div>
    </div>
  );
}

function useDockCommands(): void {
  const { t } = useTranslation('dock');
  const client = useClient();
  const notices = useNotices();
  const docks = useDesk((state) => state.docks);
  const commands = useMemo((): readonly Command[] => {
    const ready = docks.filter((dock) => dock.state === 'ready');
    return [
      {
        id: 'dock.offload-all',
        title: t('command.offloadAll'),
        group: t('group'),
        shortcuts: ['shift+o'],
        permission: 'evidence.offload',
        disabledBecause: ready.length === 0 ? t('command.nothingNew') : null,
        run: async () => {
          const results = await Promise.allSettled(
            ready.map((dock) => client.call('dock.offload', { dockId: dock.id })),
          );
          for (const result of results) if (result.status === 'rejected') notices.sayError(result.reason);
        },
      },
    ];
  }, [t, docks, client, notices]);
  useCommands(commands);
}
