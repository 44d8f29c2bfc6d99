import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildPageIfOutdated } from '../../build/scripts/page-build.ts';
import { chromiumProgram } from './launched-station.ts';
import { stopRadosGateway } from './rados-gateway.ts';

declare module 'vitest' {
  // biome-ignore lint/style/useConsistentTypeDefinitions: only an interface can be added to.
  interface ProvidedContext {
    /** Where the run's Ceph gateway lives, started by the first test that wants it, and whose end is its end. */
    readonly gateway: { readonly folder: string; readonly owner: number };
  }
}

/** What tests run besides Node: the program, Debian's package, and what for. */
const tools = [
  ['ffmpeg', 'ffmpeg', 'making media and looking into results'],
  ['ffprobe', 'ffmpeg', 'looking into results'],
  ['ssh-keygen', 'openssh-client', 'checking signatures as an outsider does'],
  ['unzip', 'unzip', 'opening packages as an outsider does'],
  ['python3', 'python3', 'making packages no tool of ours would make'],
  ['mkfs.ext4', 'e2fsprogs', 'cameras on a file system of their own'],
  ['ip', 'iproute2', 'the whole job without a network'],
  ['radosgw', 'radosgw', 'a real S3 store'],
  ['ceph-mon', 'ceph-mon', 'a real S3 store'],
  ['ceph-osd', 'ceph-osd', 'a real S3 store'],
  ['ceph', 'ceph-common', 'a real S3 store'],
] as const;

function isInstalled(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const names = process.platform === 'win32' ? [`${program}.exe`] : [program];
  return folders.some((folder) =>
    names.some((name) => {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }),
  );
}

/** Says what is missing before anything fails for it. Tests drive the page as it is shipped: built once before they begin. What they share ends with them. */
export function setup(project: TestProject): () => Promise<void> {
  const missing = tools.filter(([program]) => !isInstalled(program));
  for (const [program, , what] of missing) console.error(`MISSING ${program}: tests need it for ${what}.`);
  chromiumProgram();
  if (missing.length > 0) {
    const packages = [...new Set(missing.map(([, name]) => name))].join(' ');
    console.error(`Tests that need these fail or are skipped. On Debian: apt install ${packages}`);
  }
  buildPageIfOutdated((line) => console.log(line));
  const folder = mkdtempSync(join(tmpdir(), 'plainview-gateway-'));
  project.provide('gateway', { folder, owner: process.pid });
  return async () => {
    await stopRadosGateway(folder);
    rmSync(folder, { recursive: true, force: true });
  };
}
