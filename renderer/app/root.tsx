import { MantineProvider } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { errorWords } from '#renderer/bridge/index.ts';
import { WelcomeScreen } from '#renderer/screens/welcome-screen.tsx';
import {
  DeskProvider,
  listenForShortcuts,
  type Station,
  StationProvider,
  useSessionState,
  useStation,
} from '#renderer/state/index.ts';
import { EmptyState, ErrorPanel, layersId, theme } from '#renderer/ui/index.ts';
import { ErrorBoundary } from './frame/error-boundary.tsx';
import { Frame } from './frame/frame.tsx';
import { NoticeList } from './frame/notice-list.tsx';
import classes from './root.module.css';

/** The window: everything from the first screen to signing out. */
export function Root({ station }: { readonly station: Station }) {
  return (
    <MantineProvider
      theme={theme}
      forceColorScheme="dark"
      withCssVariables={false}
      withGlobalClasses={false}
      withStaticClasses={false}
    >
      <StationProvider station={station}>
        <ErrorBoundary>
          <Phases />
        </ErrorBoundary>
        <NoticeList />
        <Layers />
      </StationProvider>
    </MantineProvider>
  );
}

/** Where tooltips, lists of choices and dialogs are drawn: above everything, inside a landmark. */
function Layers() {
  const { t } = useTranslation();
  return <section id={layersId} aria-label={t('layers')} />;
}

function Phases() {
  const { t } = useTranslation();
  const { commands, mac, session } = useStation();
  const state = useSessionState();
  useEffect(() => listenForShortcuts(commands, window, mac), [commands, mac]);
  switch (state.phase) {
    case 'starting':
      return (
        <main className={classes.centre} aria-busy>
          <span className={classes.dim}>{t('starting')}</span>
        </main>
      );
    case 'unreachable': {
      const words = errorWords(state.cause);
      return (
        <main className={classes.centre}>
          {words === null ? (
            <EmptyState title={t('unreachable')} />
          ) : (
            <ErrorPanel error={words} onRetry={() => void session.start()} />
          )}
        </main>
      );
    }
    case 'signed-out':
      return <WelcomeScreen status={state.status} endedBecause={state.endedBecause} />;
    case 'signed-in':
      return (
        <DeskProvider key={state.session.account.id}>
          <Frame />
        </DeskProvider>
      );
  }
}
