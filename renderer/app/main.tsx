import '@fontsource/source-sans-3/latin-400.css';
import '@fontsource/source-sans-3/latin-600.css';
import '@fontsource/source-sans-3/latin-ext-400.css';
import '@fontsource/source-sans-3/latin-ext-600.css';
import '@fontsource/source-code-pro/latin-400.css';
import '@mantine/core/styles.layer.css';
import '#renderer/ui/tokens.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { z } from 'zod';
import { createClient, findTransport } from '#renderer/bridge/index.ts';
import { createStation } from '#renderer/state/index.ts';
import { isMac } from '#renderer/ui/index.ts';
import { loadTexts } from './i18n.ts';
import { Root } from './root.tsx';

// The content security policy forbids evaluated code; schemas are then interpreted.
z.config({ jitless: true });

async function start(place: HTMLElement): Promise<void> {
  const texts = await loadTexts();
  const station = createStation(createClient(findTransport()), isMac);
  createRoot(place).render(
    <StrictMode>
      <I18nextProvider i18n={texts}>
        <Root station={station} />
      </I18nextProvider>
    </StrictMode>,
  );
  await station.session.start();
}

const place = document.getElementById('root');
if (place === null) throw new Error('The page has no place for the window.');
void start(place);
