import { IconArrowsDiff, IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { StoreStatus } from '#common/contract/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import { useAction, useSession } from '#renderer/state/index.ts';
import {
  ActionButton,
  Facts,
  formatByteRate,
  formatBytes,
  Hint,
  Section,
  StateMark,
  useNow,
  useRoughTime,
} from '#renderer/ui/index.ts';
import classes from './store.module.css';

/** What is true of the store: where it is, since when, what is verified there, how it is limited and protected. */
export function StoreFacts({ status }: { readonly status: StoreStatus }) {
  const { t } = useTranslation('store');
  const { zone } = useSession().agency;
  const { ago } = useRoughTime();
  const now = useNow(5_000);
  const limits = useAction('store.limits');
  const keeping = useAction('store.cache');
  const retention = useAction('store.retention');
  const disconnect = useAction('store.disconnect');
  const compare = useAction('store.compare');
  const { connection, lastContactAt, verified, cache } = status;
  if (connection === null) return null;
  return (
    <>
      <Section title={t('facts.title')}>
        <Facts
          facts={[
            { name: t('facts.kind'), value: t(`facts.kinds.${connection.target.kind}`) },
            { name: t('facts.place'), value: connection.place },
            { name: t('facts.connectedAt'), value: formatWallTime(connection.connectedAt, zone) },
            {
              name: t('facts.lastContact'),
              value:
                lastContactAt === null ? (
                  t('facts.noContact')
                ) : (
                  <span title={formatWallTime(lastContactAt, zone)}>{ago(now - lastContactAt)}</span>
                ),
            },
            {
              name: t('facts.verified'),
              value: (
                <StateMark tone={verified.items > 0 ? 'verified' : 'waiting'}>
                  {t('facts.verifiedValue', { count: verified.items, bytes: formatBytes(verified.bytes) })}
                </StateMark>
              ),
            },
          ]}
        />
      </Section>
      <Section
        title={t('facts.limits')}
        aside={<ActionButton action={limits} variant="subtle" label={t('facts.change')} />}
      >
        <Limits limits={connection.limits} />
      </Section>
      {cache !== null && (
        <Section
          title={t('facts.cache')}
          aside={<ActionButton action={keeping} variant="subtle" label={t('facts.change')} />}
        >
          <Cache cache={cache} />
        </Section>
      )}
      <Section
        title={t('facts.retention')}
        aside={connection.objectLock && <ActionButton action={retention} variant="subtle" label={t('facts.change')} />}
      >
        {connection.objectLock ? (
          <p>
            {connection.retentionDays === null
              ? t('facts.noRetention')
              : t('facts.retentionDays', { count: connection.retentionDays })}
          </p>
        ) : (
          <Hint>{t('facts.noObjectLock')}</Hint>
        )}
      </Section>
      <div className={classes.sideEnd}>
        <ActionButton action={compare} variant="default" icon={<IconArrowsDiff size={16} aria-hidden />} />
        <ActionButton action={disconnect} variant="default" icon={<IconPlugConnectedX size={16} aria-hidden />} />
      </div>
    </>
  );
}

/** What others put into the store, and how much of it is here. */
function Cache({ cache }: { readonly cache: NonNullable<StoreStatus['cache']> }) {
  const { t } = useTranslation('store');
  const { limits, onlyInCloud, keptBytes, pinned } = cache;
  const { bytes, days } = limits;
  return (
    <ul>
      <li>{t('facts.onlyInCloud', { count: onlyInCloud.items, bytes: formatBytes(onlyInCloud.bytes) })}</li>
      <li>
        {bytes === null
          ? t('facts.kept', { bytes: formatBytes(keptBytes) })
          : t('facts.keptOf', { bytes: formatBytes(keptBytes), most: formatBytes(bytes) })}
      </li>
      {pinned.items > 0 && <li>{t('facts.pinned', { count: pinned.items, bytes: formatBytes(pinned.bytes) })}</li>}
      {days !== null && <li>{t('facts.keptFor', { count: days })}</li>}
    </ul>
  );
}

function Limits({ limits }: { readonly limits: NonNullable<StoreStatus['connection']>['limits'] }) {
  const { t } = useTranslation('store');
  const { bytesPerSecond, quiet } = limits;
  if (bytesPerSecond === null && quiet === null) return <Hint>{t('facts.noLimits')}</Hint>;
  return (
    <ul>
      {bytesPerSecond !== null && <li>{t('facts.rateLimit', { rate: formatByteRate(bytesPerSecond) })}</li>}
      {quiet !== null && <li>{t('facts.quiet', quiet)}</li>}
    </ul>
  );
}
