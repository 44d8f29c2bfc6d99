import { IconAlertTriangle, IconDeviceDesktop } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { StoreStatus } from '#common/contract/index.ts';
import { useAction, useCloud, useSession } from '#renderer/state/index.ts';
import { ActionButton, StateMark, useNow, useRoughTime } from '#renderer/ui/index.ts';
import classes from './store.module.css';
import { storeMark, storeWords } from './store-words.ts';

/** How the store stands, in one line of words and a few sentences, and the way to stop and go on. */
export function StoreState({ status }: { readonly status: StoreStatus }) {
  const { t } = useTranslation('store');
  const { zone } = useSession().agency;
  const { length } = useRoughTime();
  const now = useNow(1_000);
  const failure = useCloud((cloud) => cloud.statusFailure);
  const pause = useAction('store.pause');
  const { tone, title, sentences } = storeWords(status, { t, zone, now, length });
  // While something travels or waits by itself, an old trouble is worth a line, not a headline.
  const { activity, error } = status;
  const aside = error !== null && ['working', 'paused', 'quiet'].includes(activity) ? error : null;
  return (
    <section className={classes.state} aria-label={t('state.label')}>
      <div className={classes.stateText}>
        <div role="status" className={classes.stateTitle}>
          <StateMark tone={tone}>{title}</StateMark>
        </div>
        <p>{sentences.filter((sentence) => sentence !== '').join(' ')}</p>
        {aside !== null && (
          <p className={classes.dim}>
            {t('state.lastTrouble')}: {aside.message} {aside.nextStep}
          </p>
        )}
        {failure !== null && <p className={classes.dim}>{t('state.stale')}</p>}
      </div>
      <div className={classes.stateAction}>
        <ActionButton action={pause} />
      </div>
    </section>
  );
}

/** Says that something which was in the store is not, or is something else. */
export function MissingNote({ count }: { readonly count: number }) {
  const { t } = useTranslation('store');
  if (count === 0) return null;
  return (
    <div className={classes.warning} role="alert">
      <IconAlertTriangle size={20} stroke={1.75} aria-hidden />
      <div>
        <strong>{t('missing.title', { count })}</strong>
        <p>{t('missing.hint')}</p>
      </div>
    </div>
  );
}

/** Says that the store's recovery secret may stand nowhere but on this station. */
export function UnconfirmedNote({ status }: { readonly status: StoreStatus }) {
  const { t } = useTranslation('store');
  const show = useAction('store.show-secret');
  if (status.connection?.recovery !== 'unconfirmed') return null;
  return (
    <div className={classes.warning} role="alert" data-tone="attention">
      <IconAlertTriangle size={20} stroke={1.75} aria-hidden />
      <div>
        <strong>{t('recovery.note.title')}</strong>
        <p>{t(show === null ? 'recovery.note.hintOthers' : 'recovery.note.hint')}</p>
        <ActionButton action={show} />
      </div>
    </div>
  );
}

/** The store in the top bar: its state in a few words. */
export function StoreMark() {
  const { t } = useTranslation('store');
  const status = useCloud((cloud) => cloud.status);
  const failure = useCloud((cloud) => cloud.statusFailure);
  if (status === null) {
    return <StateMark tone={failure === null ? 'waiting' : 'attention'}>{t('bar.unknown')}</StateMark>;
  }
  const { tone, text } = storeMark(status, t);
  const icon = status.connection === null ? { icon: IconDeviceDesktop } : {};
  return (
    <StateMark tone={tone} {...icon}>
      {text}
    </StateMark>
  );
}
