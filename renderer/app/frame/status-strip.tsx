import { Tooltip } from '@mantine/core';
import { IconAnchor, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { JobList, JobStrip } from '#renderer/features/jobs/index.ts';
import { StoreStrip, StoreWork } from '#renderer/features/store/index.ts';
import { useAction, useCatalogState, useDesk } from '#renderer/state/index.ts';
import { ActionIconButton, formatCount, StateMark, useNow, useRoughTime } from '#renderer/ui/index.ts';
import classes from './status-strip.module.css';

/** What is safe: work under way, what must stay plugged in, how new the library is, and when the audit log was last anchored. */
export function StatusStrip({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation(['app', 'jobs']);
  const work = useAction('app.work');
  return (
    <footer className={classes.strip}>
      {open && (
        <section className={classes.workPanel} aria-label={t('jobs:title')}>
          <header className={classes.workHead}>
            <h2>{t('jobs:title')}</h2>
            <ActionIconButton
              action={{ title: t('jobs:hide'), shortcut: 'Escape', disabledBecause: null, run: onClose }}
              icon={<IconX size={16} aria-hidden />}
            />
          </header>
          <StoreWork />
          <JobList />
        </section>
      )}
      <button type="button" className={classes.stripWork} aria-expanded={open} onClick={work?.run}>
        <JobStrip />
        <StoreStrip />
      </button>
      <div className={classes.stripEnd}>
        <CopyState />
        <AnchorAge />
      </div>
    </footer>
  );
}

function CopyState() {
  const { t } = useTranslation();
  const { freshness, durability, draftsAside } = useCatalogState();
  return (
    <>
      {freshness.state === 'filling' && freshness.head > 0 && (
        <StateMark tone="working">
          {t('copy.filling', { done: formatCount(freshness.done), head: formatCount(freshness.head) })}
        </StateMark>
      )}
      {freshness.state === 'behind' && <StateMark tone="attention">{t('copy.behind')}</StateMark>}
      {durability === 'memory' && (
        <Tooltip label={t('copy.memoryHint')} multiline w={280}>
          <span tabIndex={0}>
            <StateMark tone="attention">{t('copy.memory')}</StateMark>
          </span>
        </Tooltip>
      )}
      {draftsAside > 0 && (
        <Tooltip label={t('copy.asideHint')} multiline w={280}>
          <span tabIndex={0}>
            <StateMark tone="attention">{t('copy.aside', { count: draftsAside })}</StateMark>
          </span>
        </Tooltip>
      )}
    </>
  );
}

function AnchorAge() {
  const { t } = useTranslation();
  const at = useDesk((desk) => desk.lastAnchorAt);
  const { ago } = useRoughTime();
  const now = useNow();
  return (
    <Tooltip label={t('anchor.hint')} multiline w={320}>
      <span className={classes.quiet} tabIndex={0}>
        <IconAnchor size={16} stroke={1.75} aria-hidden />
        {at === null ? t('anchor.none') : t('anchor.age', { ago: ago(now - at) })}
      </span>
    </Tooltip>
  );
}
