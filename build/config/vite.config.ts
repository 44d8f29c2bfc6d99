import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type UserConfig } from 'vite';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The page, for every shell: served from the root of an origin of its own, under a policy that allows nothing inline. */
export const pageConfig: UserConfig = {
  root: join(root, 'renderer'),
  base: '/',
  plugins: [react()],
  build: {
    outDir: join(root, 'out', 'renderer'),
    emptyOutDir: true,
    target: 'chrome140',
    // An inlined font or picture would be a data: address, an inlined polyfill a script the policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
};

export default defineConfig(pageConfig);
