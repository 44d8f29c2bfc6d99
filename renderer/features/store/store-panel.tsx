import { IconArrowBarToUp, IconCloudPlus, IconSchool } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Placement } from '#common/evidence/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { navigate, useAction, useCloud, useCloudControl, useMay, useSession } from '#renderer/state/index.ts';
import { ActionButton, EmptyState, ErrorPanel, Hint, Panes, RowsPlaceholder } from '#renderer/ui/index.ts';
import { QueueTable } from './queue-table.tsx';
import classes from './store.module.css';
import { StoreFacts } from './store-facts.tsx';
import { QueueItem } from './store-item.tsx';
import { MissingNote, StoreState, UnconfirmedNote } from './store-state.tsx';
import { Traffic } from './traffic.tsx';
import { TroublesNote } from './troubles-note.tsx';
import { useQueue } from './use-queue.ts';
import { useStoreCommands } from './use-store-commands.ts';

/** What draws where an item is, the same way everywhere. `in-full` with everything that is known of it. */
export type PlaceView = (item: Placement, how: 'mark' | 'in-full') => ReactNode;

/** The department's store: how it stands, what travels, what waits. */
export function StorePanel({ renderPlace }: { readonly renderPlace: PlaceView }) {
  const { t } = useTranslation('store');
  const { agency } = useSession();
  const cloud = useCloudControl();
  const status = useCloud((state) => state.status);
  const failure = useCloud((state) => state.statusFailure);
  if (agency.kind === 'training') {
    return (
      <EmptyState icon={<IconSchool size={32} stroke={1.25} aria-hidden />} title={t('training.title')}>
        {t('training.hint')}
      </EmptyState>
    );
  }
  if (status === null) {
    const words = failure === null ? null : errorWords(failure);
    if (words === null) return <RowsPlaceholder label={t('asking')} rows={6} />;
    return (
      <div className={classes.inset}>
        <ErrorPanel error={words} onRetry={() => void cloud.refresh()} />
      </div>
    );
  }
  return status.connection === null ? <NoStore /> : <StoreInUse renderPlace={renderPlace} />;
}

/** Nothing is set up: what a store is for, and the next step for whoever may take it. */
function NoStore() {
  const { t } = useTranslation('store');
  useStoreCommands(null);
  const setUp = useAction('store.set-up');
  const mayManage = useMay('store.manage');
  const sentences = t('offer.sentences', { returnObjects: true });
  return (
    <div className={classes.offer}>
      <IconCloudPlus size={32} stroke={1.25} aria-hidden />
      <h2>{t('offer.title')}</h2>
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {mayManage ? (
        <div>
          <ActionButton action={setUp} variant="filled" />
        </div>
      ) : (
        <Hint>{t('offer.notYours')}</Hint>
      )}
    </div>
  );
}

function StoreInUse({ renderPlace }: { readonly renderPlace: PlaceView }) {
  const { t } = useTranslation('store');
  const status = useCloud((state) => state.status);
  const { queue, more, reload } = useQueue();
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const selected = queue.items.find((item) => item.id === selectedId) ?? null;
  useStoreCommands(selected, reload);
  const sendFirst = useAction('store.send-first');
  const renderMark = useMemo(() => (item: Placement) => renderPlace(item, 'mark'), [renderPlace]);
  if (status === null) return null;
  return (
    <Panes
      id="store"
      sideLabel={t('queue.inspector')}
      side={
        <>
          {selected !== null && <QueueItem item={selected} place={renderPlace(selected, 'in-full')} />}
          <StoreFacts status={status} />
        </>
      }
      main={
        <>
          <StoreState status={status} />
          <UnconfirmedNote status={status} />
          <MissingNote count={status.missing.items} />
          <TroublesNote troubles={status.troubles} />
          <Traffic status={status} title={t('traffic.title')} />
          <section className={classes.queue} aria-label={t('queue.title')}>
            <header className={classes.queueHead}>
              <h2>{t('queue.title')}</h2>
              <Hint>{queue.total === null ? '' : t('queue.count', { count: queue.total })}</Hint>
              <span className={classes.queueAction}>
                <ActionButton action={sendFirst} icon={<IconArrowBarToUp size={16} aria-hidden />} />
              </span>
            </header>
            <QueueTable
              queue={queue}
              selected={selectedId}
              onSelect={(item) => setSelectedId(item.id)}
              onOpen={openItem}
              onMore={more}
              onRetry={reload}
              renderPlace={renderMark}
            />
          </section>
        </>
      }
    />
  );
}

/** To the recording an item belongs to; what lies in the damaged tray has none. */
function openItem({ recordingId }: Placement): void {
  if (recordingId !== null) navigate({ screen: 'recording', recordingId });
}
