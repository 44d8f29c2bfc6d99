import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export default defineConfig({
  root: join(root, 'renderer'),
  // Relative addresses, so that the same files are served from http://127.0.0.1 and from the desktop shell's own scheme.
  base: './',
  plugins: [react()],
  build: {
    outDir: join(root, 'out/renderer'),
    emptyOutDir: true,
    target: 'chrome140',
    // The content security policy refuses data: addresses for scripts and fonts; every asset is a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  server: { host: '127.0.0.1' },
});
