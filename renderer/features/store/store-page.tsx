import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { navigate, type StorePage as Page, useCloud, useSession } from '#renderer/state/index.ts';
import { EmptyState, RowsPlaceholder } from '#renderer/ui/index.ts';
import { CachePage } from './cache-page.tsx';
import { DisconnectPage } from './disconnect-page.tsx';
import { LimitsPage } from './limits-page.tsx';
import { ReconcilePage } from './reconcile-page.tsx';
import { RetentionPage } from './retention-page.tsx';
import { SetUpPage } from './set-up-page.tsx';

/** One decision about the store on a page of its own. What is typed there stays as the store's state changes around it. */
export function StorePage({ page }: { readonly page: Page }) {
  const { t } = useTranslation('store');
  const { agency } = useSession();
  const status = useCloud((cloud) => cloud.status);
  const failed = useCloud((cloud) => cloud.statusFailure !== null);
  if (agency.kind === 'training') return <EmptyState title={t('training.title')}>{t('training.hint')}</EmptyState>;
  if (status === null && !failed) return <RowsPlaceholder label={t('asking')} rows={6} />;
  if (page === 'set-up' && status?.connection === null) return <SetUpPage />;
  if (status === null || status.connection === null || page === 'set-up') {
    return (
      <EmptyState
        title={t(status === null ? 'bar.unknown' : page === 'set-up' ? 'setUp.already' : 'offer.title')}
        action={
          <Button variant="default" onClick={() => navigate({ screen: 'store' })}>
            {t('command.back')}
          </Button>
        }
      >
        {page === 'set-up' ? t('setUp.alreadyHint') : undefined}
      </EmptyState>
    );
  }
  switch (page) {
    case 'limits':
      return <LimitsPage limits={status.connection.limits} />;
    case 'cache':
      return <CachePage limits={status.cache?.limits ?? { bytes: null, days: null }} />;
    case 'retention':
      return <RetentionPage connection={status.connection} />;
    case 'disconnect':
      return <DisconnectPage status={status} />;
    case 'compare':
      return <ReconcilePage />;
  }
}
