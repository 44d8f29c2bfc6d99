import { join } from 'node:path';
import type { Finding, ReconcileMode, ReconcileRun } from '#common/contract/index.ts';
import type { Job } from '#common/evidence/index.ts';
import type { Cloud, CloudOptions } from '#core/cloud/cloud.ts';
import { manifestKey, mediaKey, type StoreKeys, storeKeys } from '#core/cloud/keys.ts';
import { type OriginalManifest, sealManifest } from '#core/cloud/manifest.ts';
import { createReconcile, type Reconcile } from '#core/cloud/reconcile/desk.ts';
import { createJobs, type Jobs } from '#core/jobs/index.ts';
import { randomBytes, sha256Hex, silentLogger } from '#core/kernel/index.ts';
import { sealInMemory } from '#core/vault/index.ts';
import { aRecording, aSegment } from './catalog.ts';
import { adminActor, type CloudBench, openCloudBench } from './cloud-bench.ts';
import type { MemoryStore } from './memory-store.ts';

/** What one comparison said. */
export type Compared = { readonly job: Job; readonly run: ReconcileRun; readonly findings: readonly Finding[] };

/** A cloud with a comparison on top, everything real but the store. */
export type ReconcileBench = AsyncDisposable & {
  readonly bench: CloudBench;
  readonly cloud: Cloud;
  readonly jobs: Jobs;
  readonly reconcile: Reconcile;
  readonly keys: () => StoreKeys;
  readonly media: (id: string) => string;
  readonly manifest: (id: string) => string;
  readonly compare: (mode?: ReconcileMode, repair?: boolean) => Promise<Compared>;
  /** The result as it stands. */
  readonly result: () => Promise<Pick<Compared, 'run' | 'findings'>>;
};

/** Only what was found, in few words: name, kind and whether it was repaired. */
export function told(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ name, kind, outcome }) =>
    [name, kind, ...(outcome === null ? [] : [outcome.done ? 'repaired' : 'not repaired'])].join(' '),
  );
}

export async function openReconcileBench(
  store: MemoryStore | undefined,
  options: Partial<CloudOptions> = {},
  waitsMs: readonly number[] = [],
): Promise<ReconcileBench> {
  const bench = await openCloudBench();
  const cloud = await bench.cloud(store, options);
  const { catalog, vault, clock } = bench;
  const jobs = createJobs({ catalog, clock, logger: silentLogger });
  const reconcile = createReconcile({
    catalog,
    vault,
    jobs,
    cloud,
    clock,
    waitsMs,
    folder: bench.folder,
    key: new Uint8Array(32).fill(9),
  });
  await jobs.start();
  const keys = (): StoreKeys => storeKeys(bench.secrets.kept.get('store-root') ?? new Uint8Array(0));

  async function result(): Promise<Pick<Compared, 'run' | 'findings'>> {
    const { run } = await reconcile.status();
    if (run === null) throw new Error('There is no result.');
    const asked = { class: null, problems: false, offset: 0, limit: 500 };
    return { run, findings: (await reconcile.findings(asked)).items };
  }

  return {
    bench,
    cloud,
    jobs,
    reconcile,
    keys,
    media: (id) => mediaKey(keys().nameOf(id)),
    manifest: (id) => manifestKey(keys().nameOf(id)),
    compare: async (mode = 'quick', repair = false) => {
      const job = await reconcile.start({ mode, repair, goOn: false }, adminActor);
      return { job: await jobs.finished(job.id), ...(await result()) };
    },
    result,
    [Symbol.asyncDispose]: async () => {
      await jobs.stop();
      await bench[Symbol.asyncDispose]();
    },
  };
}

/** The folder with what a comparison keeps. */
export function resultFolder({ folder }: CloudBench): string {
  return join(folder, 'comparison');
}

/** What a program puts there that knows the layout and keeps no log: sealed files and manifests. Gives their names. */
export async function putByAnother(
  { keys }: ReconcileBench,
  store: MemoryStore,
  sizes: readonly number[],
): Promise<readonly string[]> {
  const names: string[] = [];
  for (const [index, size] of sizes.entries()) {
    const bytes = randomBytes(size);
    const fileKey = randomBytes(32);
    const segment = aSegment({ fileName: `cruiser-${index}.mp4`, sha256: sha256Hex(bytes), sizeBytes: size });
    const { evidenceId } = segment;
    const sealed = sealInMemory(fileKey, evidenceId, bytes);
    const name = keys().nameOf(evidenceId);
    const recording = aRecording({ title: 'From a cruiser', segments: [segment] });
    const manifest: OriginalManifest = {
      format: 'plainview original',
      version: 1,
      sealedId: evidenceId,
      fileKey: Buffer.from(fileKey).toString('base64'),
      plaintextSha256: segment.sha256,
      plaintextSize: size,
      ciphertextSha256: sha256Hex(sealed),
      ciphertextSize: sealed.length,
      madeAt: 1,
      belongsTo: { kind: 'recording', recording: { ...recording, segments: [segment] } },
    };
    await store.put(mediaKey(name), sealed);
    await store.put(manifestKey(name), sealManifest(keys().objectKey, manifestKey(name), manifest));
    names.push(name);
  }
  return names;
}
