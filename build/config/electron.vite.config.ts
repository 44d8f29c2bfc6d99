import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'electron-vite';
import { pageConfig } from './vite.config.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What becomes a file of its own in out/main: the app, and every worker that main.ts starts beside itself. */
export const mainEntries = {
  main: join(root, 'main/main.ts'),
  catalog: join(root, 'main/core/catalog/catalog-worker.ts'),
  seal: join(root, 'main/core/vault/seal-worker.ts'),
  media: join(root, 'main/core/media/media-worker.ts'),
  render: join(root, 'main/core/render/render-worker.ts'),
  guard: join(root, 'main/core/release/guard-worker.ts'),
  cloud: join(root, 'main/core/cloud/cloud-worker.ts'),
} as const;

export default defineConfig({
  main: {
    build: {
      outDir: join(root, 'out/main'),
      emptyOutDir: true,
      target: 'node24',
      rolldownOptions: {
        input: mainEntries,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: join(root, 'out/preload'),
      emptyOutDir: true,
      rolldownOptions: {
        input: { preload: join(root, 'preload/preload.ts') },
        // A sandboxed preload is one CommonJS file.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    ...pageConfig,
    build: { ...pageConfig.build, rolldownOptions: { input: join(root, 'renderer/index.html') } },
  },
});
