import { IconLock } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Permission } from '#common/access/index.ts';
import { AuditScreen } from '#renderer/screens/audit-screen.tsx';
import { DockScreen } from '#renderer/screens/dock-screen.tsx';
import { LibraryScreen } from '#renderer/screens/library-screen.tsx';
import { PeopleScreen } from '#renderer/screens/people-screen.tsx';
import { ReleaseScreen } from '#renderer/screens/release-screen.tsx';
import { ReleasesScreen } from '#renderer/screens/releases-screen.tsx';
import { StorePageScreen } from '#renderer/screens/store-page-screen.tsx';
import { StoreScreen } from '#renderer/screens/store-screen.tsx';
import { type Route, useMay } from '#renderer/state/index.ts';
import { EmptyState } from '#renderer/ui/index.ts';

// The player and its canvas are large; the other screens open without them.
const ReviewScreen = lazy(async () => ({
  default: (await import('#renderer/screens/review-screen.tsx')).ReviewScreen,
}));

const needs: Readonly<Record<Route['screen'], Permission>> = {
  dock: 'evidence.view',
  library: 'evidence.view',
  recording: 'evidence.view',
  releases: 'evidence.view',
  release: 'release.create',
  store: 'evidence.view',
  'store-page': 'store.manage',
  people: 'people.manage',
  audit: 'audit.read',
};

/** The screen of the current route, if the person's role opens it. */
export function CurrentScreen({ route }: { readonly route: Route }) {
  const { t } = useTranslation();
  const allowed = useMay(needs[route.screen]);
  if (!allowed) {
    return (
      <EmptyState icon={<IconLock size={32} stroke={1.25} aria-hidden />} title={t('notAllowed.title')}>
        {t('notAllowed.hint')}
      </EmptyState>
    );
  }
  switch (route.screen) {
    case 'dock':
      return <DockScreen />;
    case 'library':
      return <LibraryScreen />;
    case 'releases':
      return <ReleasesScreen />;
    case 'release':
      return <ReleaseScreen renderId={route.renderId} />;
    case 'store':
      return <StoreScreen />;
    case 'store-page':
      return <StorePageScreen page={route.page} />;
    case 'people':
      return <PeopleScreen />;
    case 'audit':
      return <AuditScreen />;
    case 'recording':
      return (
        <Suspense fallback={null}>
          <ReviewScreen recordingId={route.recordingId} />
        </Suspense>
      );
  }
}
