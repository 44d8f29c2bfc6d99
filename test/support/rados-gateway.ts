import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, openSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** What Debian's packages radosgw, ceph-mon, ceph-osd and ceph-common bring. */
const programs = ['radosgw', 'radosgw-admin', 'ceph-mon', 'ceph-osd', 'ceph', 'ceph-authtool', 'monmaptool'];
const startsWithinMs = 120_000;

export type GatewayUser = { readonly name: string; readonly accessKeyId: string; readonly secretAccessKey: string };

/** A Ceph RADOS Gateway on loopback. `stranger` owns nothing: what it may do, a bucket policy says. */
export type RadosGateway = {
  readonly endpoint: string;
  readonly region: string;
  readonly department: GatewayUser;
  readonly stranger: GatewayUser;
};

/** Why there can be no gateway here, for people; null when there can. */
export function gatewayMissing(): string | null {
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length === 0) return null;
  return `NOT TESTED against a real Ceph gateway: ${missing.join(', ')} missing (Debian: radosgw ceph-mon ceph-osd ceph-common).`;
}

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * The gateway whose files are in `folder`, which exists; whoever comes first starts it. It ends, and the folder with it, when
 * `stopRadosGateway` is called or the process `owner` is gone, however that ended.
 */
export async function radosGateway(folder: string, owner: number): Promise<RadosGateway> {
  if (claim(join(folder, 'claimed'))) {
    const keeper = fileURLToPath(new URL('rados-gateway-keeper.ts', import.meta.url));
    const log = openSync(join(folder, 'keeper.log'), 'a');
    spawn(process.execPath, [keeper, folder, String(owner)], { detached: true, stdio: ['ignore', log, log] }).unref();
  }
  const until = performance.now() + startsWithinMs;
  while (!existsSync(join(folder, 'ready.json'))) {
    if (performance.now() > until || existsSync(join(folder, 'failed'))) {
      throw new Error(`The Ceph gateway did not start:\n${readFileSync(join(folder, 'keeper.log'), 'utf8')}`);
    }
    await sleep(100);
  }
  return JSON.parse(readFileSync(join(folder, 'ready.json'), 'utf8')) as RadosGateway;
}

/** Ends what was started in `folder`, if anything, and removes the folder. */
export async function stopRadosGateway(folder: string): Promise<void> {
  const pidFile = join(folder, 'keeper.pid');
  if (!existsSync(pidFile)) return;
  process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGTERM');
  for (let waited = 0; existsSync(folder) && waited < 10_000; waited += 50) await sleep(50);
}

function claim(path: string): boolean {
  try {
    openSync(path, 'wx');
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
