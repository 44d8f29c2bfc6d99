import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildPageIfOutdated } from '../../build/scripts/page-build.ts';
import { stopRadosGateway } from './rados-gateway.ts';

declare module 'vitest' {
  // biome-ignore lint/style/useConsistentTypeDefinitions: only an interface can be added to.
  interface ProvidedContext {
    /** Where the run's Ceph gateway lives, started by the first test that wants it, and whose end is its end. */
    readonly gateway: { readonly folder: string; readonly owner: number };
  }
}

/** Tests drive the page as it is shipped: built once before they begin. What they share ends with them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'plainview-gateway-'));
  project.provide('gateway', { folder, owner: process.pid });
  await buildPageIfOutdated((line) => console.log(line));
  return async () => {
    await stopRadosGateway(folder);
    rmSync(folder, { recursive: true, force: true });
  };
}
