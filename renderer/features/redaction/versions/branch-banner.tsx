import { Button } from '@mantine/core';
import { IconGitCompare } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RedactionProject } from '#common/evidence/index.ts';
import { Hint, StateMark } from '#renderer/ui/index.ts';
import { useVersionDetail } from './use-versions.ts';
import classes from './versions.module.css';

/** Says that there are other versions of this redaction, of whom and when, and leads to comparing them. */
export function BranchBanner({
  project,
  unsent,
  onCompare,
}: {
  readonly project: RedactionProject;
  /** Changes of this window are not saved yet: they would not be in what is compared. */
  readonly unsent: boolean;
  readonly onCompare: () => void;
}) {
  const { t } = useTranslation('redaction');
  const detail = useVersionDetail();
  const { branches } = project;
  if (branches.length === 0) return null;
  return (
    <section className={classes.banner} aria-label={t('versions.compare')}>
      <StateMark tone="attention">{t('versions.banner', { count: branches.length })}</StateMark>
      <ul>
        {branches.map((branch) => (
          <li key={branch.head}>{detail(branch)}</li>
        ))}
      </ul>
      <Hint>{t('versions.bannerHint')}</Hint>
      <div>
        <Button
          variant="default"
          disabled={unsent}
          leftSection={<IconGitCompare size={16} aria-hidden />}
          onClick={onCompare}
        >
          {t('versions.open')}
        </Button>
      </div>
      {unsent && <Hint>{t('versions.unsent')}</Hint>}
    </section>
  );
}
