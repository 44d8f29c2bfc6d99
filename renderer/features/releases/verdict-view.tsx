import { IconCircleX, IconShieldCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Verdict } from '#common/evidence/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import { CodeText, Facts, formatBytes, formatCount, StateMark } from '#renderer/ui/index.ts';
import classes from './releases.module.css';

/** What the machine proved or refuted about a finished file, check by check, with the frame that failed. */
export function VerdictView({ verdict, zone }: { readonly verdict: Verdict; readonly zone: string }) {
  const { t } = useTranslation('releases');
  // What failed is read first.
  const checks = verdict.checks.toSorted((a, b) => Number(a.passed) - Number(b.passed));
  return (
    <div className={classes.verdict}>
      {verdict.passed ? (
        <StateMark tone="verified">{t('verdict.passed', { count: verdict.checks.length })}</StateMark>
      ) : (
        <p>{t('verdict.failed')}</p>
      )}
      <ul className={classes.checks}>
        {checks.map((check) => {
          const Icon = check.passed ? IconShieldCheck : IconCircleX;
          return (
            <li key={check.name} className={classes.check} data-passed={check.passed}>
              <Icon
                size={16}
                stroke={1.75}
                role="img"
                aria-label={check.passed ? t('render.passed') : t('render.failed')}
              />
              <div>
                <div>{t(`check.${check.name}`)}</div>
                <div className={classes.dim}>
                  {check.detail}
                  {check.frame !== null && ` · ${t('verdict.atFrame', { frame: formatCount(check.frame) })}`}
                </div>
              </div>
            </li>
          );
        })}
      </ul>
      <Facts
        facts={[
          { name: t('verdict.at'), value: formatWallTime(verdict.checkedAt, zone) },
          { name: t('verdict.frames'), value: formatCount(verdict.frames) },
          { name: t('verdict.regions'), value: formatCount(verdict.regions) },
          { name: t('verdict.size'), value: formatBytes(verdict.sizeBytes) },
          { name: t('verdict.hash'), value: <CodeText text={verdict.sha256} name={t('verdict.hash')} /> },
        ]}
      />
    </div>
  );
}
