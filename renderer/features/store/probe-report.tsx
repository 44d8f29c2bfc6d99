import { Button } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleX,
  type IconProps,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoreCheck, StoreReport } from '#common/contract/index.ts';
import { Card, Hint, ProgressBar, Section, StateMark, useNow, useRoughTime } from '#renderer/ui/index.ts';
import classes from './store.module.css';

const icons: Readonly<Record<StoreCheck['outcome'], ComponentType<IconProps>>> = {
  good: IconCircleCheck,
  missing: IconCircleMinus,
  worry: IconAlertTriangle,
  bad: IconCircleX,
  untried: IconCircleDashed,
};

/** While the store is asked: for how long, that it is all right to go elsewhere, and a way to stop waiting. */
export function ProbeUnderWay({ since, onStop }: { readonly since: number; readonly onStop: () => void }) {
  const { t } = useTranslation('store');
  const { length } = useRoughTime();
  const now = useNow(1_000);
  const words = t('probe.asking', { length: length(now - since) });
  return (
    <Card label={t('probe.title')}>
      <div className={classes.asking}>
        <StateMark tone="working">{words}</StateMark>
        <Button variant="default" onClick={onStop}>
          {t('probe.stop')}
        </Button>
      </div>
      <ProgressBar share={null} label={t('probe.title')} />
      <Hint>{t('probe.askingHint')}</Hint>
    </Card>
  );
}

/** Everything that was tried, each with its outcome in a word and in a sentence, and what lies there. */
export function ProbeReport({ report }: { readonly report: StoreReport }) {
  const { t } = useTranslation('store');
  // What could not be tried says nothing of its own: one line is enough for all of it.
  const untried = report.checks.filter(({ outcome }) => outcome === 'untried');
  const tried = report.checks.filter(({ outcome }) => outcome !== 'untried');
  return (
    <Card label={t('probe.title')}>
      <Section
        title={t('probe.title')}
        aside={
          <StateMark tone={report.usable ? 'verified' : 'failed'}>
            {t(report.usable ? 'probe.usable' : 'probe.unusable')}
          </StateMark>
        }
      >
        <ul className={classes.checks}>
          {tried.map((check) => (
            <Check key={check.name} check={check} />
          ))}
        </ul>
        {untried.length > 0 && (
          <Hint>
            {t('probe.untried', {
              count: untried.length,
              names: untried.map(({ name }) => t(`probe.name.${name}`)).join(', '),
            })}
          </Hint>
        )}
      </Section>
      <Section title={t('probe.holdsTitle')}>
        <p>{t(`probe.holds.${report.holds}`)}</p>
      </Section>
    </Card>
  );
}

function Check({ check }: { readonly check: StoreCheck }) {
  const { t } = useTranslation('store');
  const Icon = icons[check.outcome];
  return (
    <li className={classes.check} data-outcome={check.outcome}>
      <Icon size={16} stroke={1.75} aria-hidden />
      <span className={classes.checkName}>{t(`probe.name.${check.name}`)}</span>
      <span className={classes.checkOutcome}>{t(`probe.outcome.${check.outcome}`)}</span>
      <span className={classes.checkWords}>{check.words}</span>
    </li>
  );
}
