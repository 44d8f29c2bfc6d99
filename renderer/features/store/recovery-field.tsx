import { Textarea } from '@mantine/core';
import { IconCheck, IconCircleDashed, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RecoveryGroup, RecoveryReading } from '#common/evidence/recovery-secret.ts';
import classes from './store.module.css';

/** Typing a recovery secret from paper: each group says by itself whether it is as printed. */
export function RecoveryField({
  value,
  reading,
  error,
  hint,
  onChange,
}: {
  readonly value: string;
  readonly reading: RecoveryReading;
  readonly error: string | null;
  readonly hint: string | null;
  readonly onChange: (value: string) => void;
}) {
  const { t } = useTranslation('store');
  const typed = value.trim() !== '';
  return (
    <div className={classes.form}>
      <Textarea
        label={t('recovery.field')}
        description={[hint, t('recovery.fieldHint')].filter(Boolean).join(' ')}
        value={value}
        rows={3}
        maxLength={200}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        error={error}
        classNames={{ input: classes.code ?? '' }}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {typed && (
        <ol className={classes.groups} aria-label={t('recovery.field')}>
          {reading.groups.map((group, index) => (
            <Group key={index} number={index + 1} group={group} />
          ))}
        </ol>
      )}
      <div role="status" className={classes.readingWords}>
        {typed && <ReadingWords reading={reading} />}
      </div>
    </div>
  );
}

function Group({ number, group }: { readonly number: number; readonly group: RecoveryGroup }) {
  const { t } = useTranslation('store');
  const { state, text } = group;
  const Icon = state === 'good' ? IconCheck : state === 'missing' ? IconCircleDashed : IconX;
  const word = t(`recovery.groupState.${state}`);
  return (
    <li className={classes.group} data-state={state}>
      <span className={classes.groupNumber}>{number}</span>
      <code>{text === '' ? '·····' : text}</code>
      <span role="img" aria-label={`${t('recovery.group', { number })}: ${word}`} title={word}>
        <Icon size={16} stroke={2} aria-hidden />
      </span>
    </li>
  );
}

/** The first mistakes in sentences; spoken as they come. The group being typed is not called a mistake. */
function ReadingWords({ reading }: { readonly reading: RecoveryReading }) {
  const { t } = useTranslation('store');
  const last = reading.groups.findLastIndex(({ state }) => state !== 'missing');
  const sentences: string[] = reading.groups.flatMap(({ state }, index) => {
    if (state === 'good' || state === 'missing' || (state === 'incomplete' && index === last)) return [];
    return [t(`recovery.groupProblem.${state}`, { number: index + 1 })];
  });
  if (reading.extra) sentences.push(t('recovery.extra'));
  if (reading.otherVersion) sentences.push(t('recovery.otherVersion'));
  const done = reading.groups.filter(({ state }) => state === 'good').length;
  return (
    <>
      {sentences.map((sentence) => (
        <p key={sentence} className={classes.problem}>
          {sentence}
        </p>
      ))}
      {sentences.length === 0 && (
        <p className={classes.dim}>
          {reading.root === null ? t('recovery.progress', { done }) : t('recovery.complete')}
        </p>
      )}
    </>
  );
}
