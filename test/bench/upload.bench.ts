import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { OriginalId } from '#common/evidence/index.ts';
import type { Carrier, CarrierOpener } from '#core/cloud/carrier.ts';
import { openS3Store } from '#core/cloud/store/s3-store.ts';
import { threadCarriers } from '#core/cloud/thread-carrier.ts';
import { randomBytes, silentLogger } from '#core/kernel/index.ts';
import { sealInMemory } from '#core/vault/index.ts';
import { adminActor, type CloudBench, openCloudBench, waitFor } from '#test/support/cloud-bench.ts';
import { gatewayMissing, type RadosGateway, radosGateway, stopRadosGateway } from '#test/support/rados-gateway.ts';

// Our engine against `rclone copy` into the same Ceph gateway: the same sizes, part size and parts under way at once. What counts
// for us is the encryption, which a station does when it offloads and is timed by itself here, and the sending: reading sealed
// originals, proving each segment by decrypting it, taking its hashes, keeping the ledger. Afterwards we read all of it back from
// the store, which rclone does not: that is reported and not counted. Interleaved, the order reversed on every other repetition,
// and the ratio is the median of those of the pairs: a gateway has moods.

const mebibyte = 1024 * 1024;
/** As many as travel at once, so that none is read back while another is sent. */
const lanes = 2;
const fileBytes = 320 * mebibyte + 12_345;
const partMebibytes = 8;
const repetitions = 5;
const isRoot = process.getuid?.() === 0;
const bucket = 'bench';
const cloudEntry = new URL('../../main/core/cloud/cloud-worker.ts', import.meta.url);

/** From Debian when that can be; a benchmark without its other side is none. */
function ensurePrograms(): void {
  const wanted = ['rclone', 'radosgw', 'ceph-mon', 'ceph-osd', 'ceph-common'];
  if (!missesSomething()) return;
  if (isRoot)
    execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...wanted], { stdio: 'inherit' });
  if (missesSomething())
    throw new Error(`This benchmark needs rclone and a Ceph gateway. On Debian: apt install ${wanted.join(' ')}`);
}

function missesSomething(): boolean {
  try {
    execFileSync('rclone', ['version'], { stdio: 'ignore' });
  } catch {
    return true;
  }
  return gatewayMissing() !== null;
}

function targetIn(gateway: RadosGateway) {
  const { endpoint, region, department } = gateway;
  const common = { bucket, prefix: '', pathStyle: true, authority: null, proxy: null };
  return { kind: 's3', endpoint, region, accessKeyId: department.accessKeyId, ...common } as const;
}

/** Empties the bucket, and has the gateway give back its memory at once instead of in two hours. */
async function clear(gateway: RadosGateway, folder: string): Promise<void> {
  const store = openS3Store({ target: targetIn(gateway), secretAccessKey: gateway.department.secretAccessKey });
  for (const { key } of (await store.list('')).objects) {
    if (key !== 'plainview-store.json') await store.remove(key);
  }
  await store.close();
  const tool = ['-c', join(folder, 'ceph.conf'), 'gc', 'process', '--include-all'];
  execFileSync('radosgw-admin', tool, { stdio: 'ignore' });
}

/** Everything on disk and nothing in memory. */
function settle(): void {
  execFileSync('sync');
  if (isRoot) writeFileSync('/proc/sys/vm/drop_caches', '3');
}

function makePlain(folder: string): void {
  for (let file = 0; file < lanes; file++) {
    const descriptor = openSync(join(folder, `original-${file}.mp4`), 'wx');
    for (let left = fileBytes; left > 0; ) left -= writeSync(descriptor, randomBytes(Math.min(left, mebibyte)));
    closeSync(descriptor);
  }
}

function timeRclone(gateway: RadosGateway, plain: string): number {
  const { accessKeyId, secretAccessKey } = gateway.department;
  const start = performance.now();
  execFileSync(
    'rclone',
    [
      ...['copy', plain, `:s3:${bucket}/plain`, '--config', '/dev/null', '--transfers', String(lanes)],
      ...['--s3-provider', 'Ceph', '--s3-endpoint', gateway.endpoint, '--s3-force-path-style'],
      ...['--s3-no-check-bucket', '--s3-upload-cutoff', `${partMebibytes}M`, '--s3-chunk-size', `${partMebibytes}M`],
      ...['--s3-upload-concurrency', '1'],
    ],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      // Nothing of whoever runs this: a proxy or an authority of theirs has no business on loopback.
      env: {
        PATH: process.env['PATH'],
        RCLONE_S3_ACCESS_KEY_ID: accessKeyId,
        RCLONE_S3_SECRET_ACCESS_KEY: secretAccessKey,
      },
    },
  );
  return (performance.now() - start) / 1000;
}

/** Carriers of the product that wait for each other between sending and reading back. */
function phasedCarriers(): {
  readonly open: CarrierOpener;
  readonly sent: () => Promise<void>;
  readonly go: () => void;
} {
  const open = threadCarriers({ entry: cloudEntry, logger: silentLogger });
  let all = Promise.withResolvers<undefined>();
  let gate = Promise.withResolvers<undefined>();
  let waiting = 0;
  return {
    open: async (access) => {
      const carrier: Carrier = await open(access);
      return {
        ...carrier,
        check: async (call) => {
          if (++waiting === lanes) all.resolve(undefined);
          await gate.promise;
          return carrier.check(call);
        },
      };
    },
    sent: async () => {
      await all.promise;
      waiting = 0;
      all = Promise.withResolvers();
    },
    go: () => {
      gate.resolve(undefined);
      gate = Promise.withResolvers();
    },
  };
}

type Times = { readonly encrypt: number; readonly upload: number; readonly readBack: number };

/** What encrypting all of it takes, part by part, with nothing read or written. */
function timeEncryption(): number {
  const [key, part] = [randomBytes(32), randomBytes(partMebibytes * mebibyte)];
  const start = performance.now();
  for (let left = lanes * fileBytes; left > 0; left -= part.length) {
    sealInMemory(key, 'part', part.subarray(0, Math.min(left, part.length)));
  }
  return (performance.now() - start) / 1000;
}

async function openOurs(gateway: RadosGateway, bench: CloudBench): Promise<() => Promise<Times>> {
  const phases = phasedCarriers();
  const cloud = await bench.cloud(undefined, { openCarrier: phases.open, lanes });
  const { secretAccessKey } = gateway.department;
  await cloud.connect({ target: targetIn(gateway), secretAccessKey, recoverySecret: null }, adminActor);
  return async () => {
    await cloud.pause(adminActor);
    const encrypt = timeEncryption();
    const ids: OriginalId[] = [];
    for (let file = 0; file < lanes; file++) ids.push(await bench.seal(fileBytes));
    await waitFor(async () => ((await cloud.status()).waiting.items === lanes ? true : null), 'the queue');
    settle();
    const start = performance.now();
    await cloud.resume(adminActor);
    await phases.sent();
    const middle = performance.now();
    phases.go();
    for (const id of ids) {
      await waitFor(
        async () => ((await bench.placement(id))?.where.state === 'verified' ? true : null),
        'the end',
        600_000,
      );
    }
    const end = performance.now();
    for (const id of ids) rmSync((await bench.vault.access(id)).path);
    return { encrypt, upload: (middle - start) / 1000, readBack: (end - middle) / 1000 };
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function report({ ours, rclone }: { readonly ours: readonly Times[]; readonly rclone: readonly number[] }): string {
  const ratioWith = (time: (times: Times) => number): string =>
    median(ours.map((one, pair) => time(one) / (rclone[pair] ?? Number.NaN))).toFixed(2);
  const upload = median(ours.map((time) => time.upload));
  const seconds = [
    `upload_s=${upload.toFixed(2)}`,
    `encrypt_s=${median(ours.map((time) => time.encrypt)).toFixed(2)}`,
    `rclone_s=${median(rclone).toFixed(2)}`,
    `read_back_s=${median(ours.map((time) => time.readBack)).toFixed(2)}`,
  ].join(' ');
  const rate = ((lanes * fileBytes) / mebibyte / upload).toFixed(0);
  return (
    `BENCH upload ratio=${ratioWith(({ encrypt, upload: sending }) => encrypt + sending)} ` +
    `ratio_without_encryption=${ratioWith((time) => time.upload)} ${seconds} mib_per_s=${rate} ` +
    `files=${lanes} bytes=${lanes * fileBytes} part_mib=${partMebibytes} at_once=${lanes}`
  );
}

export async function run(): Promise<string> {
  ensurePrograms();
  const folder = mkdtempSync(join(process.env['PLAINVIEW_BENCH_FOLDER'] ?? tmpdir(), 'plainview-upload-'));
  const [ceph, plain] = ['ceph', 'plain'].map((name) => join(folder, name)) as [string, string];
  for (const path of [ceph, plain]) mkdirSync(path);
  try {
    makePlain(plain);
    const gateway = await radosGateway(ceph, process.pid);
    const { endpoint, region, department: credentials } = gateway;
    const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    client.destroy();
    await using bench = await openCloudBench();
    const ours = await openOurs(gateway, bench);
    const times: { readonly ours: Times[]; readonly rclone: number[] } = { ours: [], rclone: [] };
    const sides = [
      async () => {
        const time = await ours();
        times.ours.push(time);
        const [encrypt, upload, readBack] = [time.encrypt, time.upload, time.readBack].map((one) => one.toFixed(2));
        process.stdout.write(`ours   ${upload} s, encrypted in ${encrypt} s, read back in ${readBack} s\n`);
      },
      () => {
        settle();
        const time = timeRclone(gateway, plain);
        times.rclone.push(time);
        process.stdout.write(`rclone ${time.toFixed(2)} s\n`);
        return Promise.resolve();
      },
    ];
    for (let repetition = 0; repetition < repetitions; repetition++) {
      for (const side of repetition % 2 === 0 ? sides : sides.toReversed()) {
        await side();
        await clear(gateway, ceph);
      }
    }
    return report(times);
  } finally {
    await stopRadosGateway(ceph);
    rmSync(folder, { recursive: true, force: true });
  }
}
