import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreReport, StoreStatus } from '#common/contract/index.ts';
import type { DamagedItem, OriginalId, Placement } from '#common/evidence/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import { createCarrier } from '#core/cloud/carrier.ts';
import { type Cloud, type CloudOptions, createCloud } from '#core/cloud/cloud.ts';
import { createJobs, type Jobs } from '#core/jobs/index.ts';
import { newId, randomBytes, type SecretStore, sha256Hex, silentLogger } from '#core/kernel/index.ts';
import { createSealPool, openVault, type Vault } from '#core/vault/index.ts';
import {
  aDamagedItem,
  aRecording,
  aSegment,
  type HandClock,
  handClock,
  openTestCatalog,
  tempFolder,
  theStation,
} from './catalog.ts';
import type { MemoryStore } from './memory-store.ts';

export const adminActor = { kind: 'account', accountId: newId('account'), username: 'admin', role: 'admin' } as const;
const sealEntry = new URL('../../main/core/vault/seal-worker.ts', import.meta.url);

/** Secrets in memory; a second station has its own. */
export function memorySecrets(): SecretStore & { readonly kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    get: (name) => Promise.resolve(kept.get(name) ?? null),
    set: (name, secret) => Promise.resolve(void kept.set(name, Uint8Array.from(secret))),
    describe: () => 'memory',
  };
}

/** What a probe finds in a store where everything works. */
export function goodReport(store: MemoryStore): StoreReport {
  const holds = store.objects.size === 0 ? 'nothing' : 'another-plainview';
  const lock = store.lock ? ('good' as const) : ('missing' as const);
  return {
    usable: true,
    checks: [
      { name: 'reach', outcome: 'good', words: 'It answers.' },
      { name: 'object-lock', outcome: lock, words: store.lock ? 'It can refuse.' : 'It cannot refuse.' },
    ],
    holds,
  };
}

/** Everything the cloud stands on, real, but for the store, which is the test's. */
export type CloudBench = AsyncDisposable & {
  readonly folder: string;
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly secrets: ReturnType<typeof memorySecrets>;
  readonly clock: HandClock;
  /** Seals random bytes as an original of a recording, or of the damaged tray. */
  readonly seal: (sizeBytes: number, kind?: 'evidence' | 'damaged') => Promise<OriginalId>;
  /** A cloud on this store, closed at the end. `options.lanes` and such may differ. */
  readonly cloud: (store: MemoryStore | undefined, options?: Partial<CloudOptions>) => Promise<Cloud>;
  readonly placement: (id: OriginalId) => Promise<Placement | null>;
  /** Waits until an original is where it is wanted. */
  readonly until: (id: OriginalId, state: Placement['where']['state']) => Promise<Placement>;
};

export const folderTarget = { kind: 'folder', location: '/srv/store' } as const;

/** Connects a cloud to its store by founding it, and confirms the secret as from paper. Returns the recovery secret. */
export async function found(cloud: Cloud, recoverySecret: string | null = null): Promise<string | null> {
  const shown = await foundOnly(cloud, recoverySecret);
  if (shown !== null) await cloud.confirmRecovery({ groups: twoGroupsOf(shown) }, adminActor);
  return shown;
}

/** The same without confirming. */
export async function foundOnly(cloud: Cloud, recoverySecret: string | null = null): Promise<string | null> {
  const asked = { target: folderTarget, secretAccessKey: null, recoverySecret };
  return (await cloud.connect(asked, adminActor)).recoverySecret;
}

/** What somebody types who has the paper. */
export function twoGroupsOf(secret: string): { number: number; text: string }[] {
  const groups = secret.split('-');
  return [3, 11].map((number) => ({ number, text: groups[number - 1] ?? '' }));
}

export async function waitFor<T>(
  look: () => Promise<T | null> | T | null,
  what: string,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== null) return seen;
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** `keptIn`: a folder that outlives the bench, for one that goes on where another was ended. */
export async function openCloudBench(keptIn?: string): Promise<CloudBench> {
  const temp = keptIn === undefined ? tempFolder() : { path: keptIn, dispose: () => undefined };
  const vaultKey = keptIn === undefined ? randomBytes(32) : new Uint8Array(32).fill(3);
  const clock = handClock();
  const catalog = await openTestCatalog(temp.path, { clock, create: !existsSync(join(temp.path, 'catalog.db')) });
  const sealPool = createSealPool({ entry: sealEntry, logger: silentLogger, threads: 1 });
  const vaultFolder = join(temp.path, 'vault');
  mkdirSync(vaultFolder, { recursive: true });
  const vault = openVault({ folder: vaultFolder, vaultKey, sealPool, clock });
  const secrets = memorySecrets();
  const clouds: Cloud[] = [];
  const working: Jobs[] = [];
  let files = 0;

  const placement: CloudBench['placement'] = async (id) => (await catalog.placements.get(id))?.placement ?? null;

  return {
    folder: temp.path,
    catalog,
    vault,
    secrets,
    clock,
    seal: async (sizeBytes, kind = 'evidence') => {
      const bytes = randomBytes(sizeBytes);
      const sha256 = sha256Hex(bytes);
      const name = `file-${++files}.mp4`;
      const id = newId(kind);
      await vault.sealBytes(id, bytes);
      const thing =
        kind === 'evidence'
          ? ({
              put: 'recording',
              value: aRecording({
                segments: [aSegment({ evidenceId: id as never, fileName: name, sha256, sizeBytes })],
              }),
            } as const)
          : ({
              put: 'damaged',
              value: aDamagedItem({ id: id as DamagedItem['id'], fileName: name, sha256, sizeBytes }),
            } as const);
      const key = { deviceId: 'cam', sourcePath: name, sizeBytes, modifiedMs: 1 };
      const source = { put: 'source-file', value: { ...key, sha256, sealedId: id } } as const;
      await catalog.commit({ actor: theStation, writes: [thing, source], events: [] });
      return id;
    },
    cloud: async (store, options = {}) => {
      const jobs = createJobs({ catalog, clock, logger: silentLogger });
      const cloud = createCloud({
        catalog,
        vault,
        secrets,
        zone: 'America/New_York',
        stationName: 'Front desk',
        jobs,
        prepareLater: () => Promise.resolve(),
        clock,
        logger: silentLogger,
        openCarrier: () => {
          if (store === undefined) throw new Error('A cloud needs a store.');
          return Promise.resolve(createCarrier(store, () => Promise.resolve(goodReport(store))));
        },
        ...options,
      });
      clouds.push(cloud);
      await jobs.start();
      working.push(jobs);
      await cloud.start();
      return cloud;
    },
    placement,
    until: (id, state) =>
      waitFor(async () => {
        const found = await placement(id);
        return found?.where.state === state ? found : null;
      }, `${id} to be ${state}`),
    [Symbol.asyncDispose]: async () => {
      for (const cloud of clouds) await cloud.close();
      for (const jobs of working) await jobs.stop();
      await sealPool.close();
      await catalog.close();
      temp.dispose();
    },
  };
}

/** What the desk is told, as it comes. */
export function collectStatus(cloud: Cloud): { readonly seen: StoreStatus[]; readonly stop: () => void } {
  const seen: StoreStatus[] = [];
  return { seen, stop: cloud.onStatus((status) => void seen.push(status)) };
}
