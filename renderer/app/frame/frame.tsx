import { useState } from 'react';
import { RecoverySheet } from '#renderer/features/store/index.ts';
import { navigate, useCloud, useRoute } from '#renderer/state/index.ts';
import { AppCommands } from './app-commands.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import classes from './frame.module.css';
import type { Layer } from './layer.ts';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { CurrentScreen } from './screens.tsx';
import { ShortcutSheet } from './shortcut-sheet.tsx';
import { StatusStrip } from './status-strip.tsx';
import { TopBar } from './top-bar.tsx';

/** Everything around the work area, for somebody who is signed in. */
export function Frame() {
  const route = useRoute();
  const [layer, setLayer] = useState<Layer>(null);
  const unconfirmed = useCloud((state) => state.unconfirmed);
  // Nothing else is reachable until it is confirmed from paper.
  if (unconfirmed !== null) {
    return <RecoverySheet unconfirmed={unconfirmed} onConfirmed={() => navigate({ screen: 'store' })} />;
  }
  return (
    <div className={classes.frame}>
      <AppCommands layer={layer} onLayer={setLayer} />
      <Rail route={route} />
      <TopBar />
      <ConnectionBanner />
      <main className={classes.work}>
        <ErrorBoundary key={JSON.stringify(route)}>
          <CurrentScreen route={route} />
        </ErrorBoundary>
      </main>
      <StatusStrip open={layer === 'work'} onClose={() => setLayer(null)} />
      {layer === 'palette' && <Palette onClose={() => setLayer(null)} />}
      {layer === 'shortcuts' && <ShortcutSheet onClose={() => setLayer(null)} />}
    </div>
  );
}
