import { useTranslation } from 'react-i18next';
import type { StoreStatus } from '#common/contract/index.ts';
import { useCloud } from '#renderer/state/index.ts';
import { formatByteRate, formatBytes, ProgressBar, StateMark, Steps, useRoughTime } from '#renderer/ui/index.ts';
import classes from './store.module.css';

/** Rate and time left of all that travels, as far as they are known. */
function paceOf(
  status: StoreStatus,
  t: (key: 'traffic.rateUnknown' | 'traffic.leftUnknown') => string,
  left: (ms: number) => string,
) {
  return [
    status.rate === null ? t('traffic.rateUnknown') : formatByteRate(status.rate),
    status.remainingMs === null ? t('traffic.leftUnknown') : left(status.remainingMs),
  ];
}

/** What travels now: each item's way in the fixed words, and how far it is. */
export function Traffic({ status, title }: { readonly status: StoreStatus; readonly title: string }) {
  const { t } = useTranslation('store');
  const { left } = useRoughTime();
  if (status.current.length === 0) return null;
  return (
    <section className={classes.traffic} aria-label={title}>
      <header className={classes.trafficHead}>
        <h2>{title}</h2>
        <span className={classes.dim}>{paceOf(status, t, left).join(' · ')}</span>
      </header>
      <ul>
        {status.current.map((item) => (
          <Transfer key={item.id} item={item} />
        ))}
      </ul>
    </section>
  );
}

function Transfer({ item }: { readonly item: StoreStatus['current'][number] }) {
  const { t } = useTranslation('store');
  return (
    <li className={classes.transfer}>
      <div className={classes.transferHead}>
        <span className={classes.transferName} title={item.name}>
          {item.name}
        </span>
        <Steps
          names={[
            t('traffic.steps.queued'),
            t('traffic.steps.uploading'),
            t('traffic.steps.checking'),
            t('traffic.steps.verified'),
          ]}
          current={item.phase === 'Uploading' ? 1 : 2}
          label={t('traffic.stepsOf', { name: item.name })}
        />
        <span className={classes.transferBytes}>
          {t('traffic.bytes', { done: formatBytes(item.sentBytes), total: formatBytes(item.sizeBytes) })}
        </span>
      </div>
      <ProgressBar
        share={item.sizeBytes > 0 ? item.sentBytes / item.sizeBytes : null}
        label={t('traffic.progressOf', { name: item.name })}
      />
    </li>
  );
}

/** The traffic with the store in one line of the status strip; nothing while there is none. */
export function StoreStrip() {
  const { t } = useTranslation('store');
  const { left } = useRoughTime();
  const status = useCloud((cloud) => cloud.status);
  if (status === null || status.connection === null) return null;
  const { current, waiting, verified, missing } = status;
  const [first] = current;
  if (first !== undefined) {
    const name = t('traffic.strip', { count: current.length, name: first.name, more: current.length - 1 });
    return (
      <span className={classes.strip}>
        <StateMark tone="working">{name}</StateMark>
        <span className={classes.stripParts}>{paceOf(status, t, left).join(' · ')}</span>
      </span>
    );
  }
  if (waiting.items > 0) {
    return (
      <span className={classes.strip}>
        <StateMark tone="waiting">
          {t('traffic.stripQueued', { count: waiting.items, bytes: formatBytes(waiting.bytes) })}
        </StateMark>
      </span>
    );
  }
  if (verified.items === 0 || missing.items > 0) return null;
  return (
    <span className={classes.strip}>
      <StateMark tone="verified">{t('traffic.stripVerified', { count: verified.items })}</StateMark>
    </span>
  );
}

/** What travels to the store, among the work under way. */
export function StoreWork() {
  const { t } = useTranslation('store');
  const status = useCloud((cloud) => cloud.status);
  if (status === null || status.current.length === 0) return null;
  return <Traffic status={status} title={t('traffic.toStore')} />;
}
