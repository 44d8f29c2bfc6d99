import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WireError } from '#common/errors/index.ts';
import type { OriginalId } from '#common/evidence/index.ts';
import { createCarrier } from '#core/cloud/carrier.ts';
import type { Cloud } from '#core/cloud/cloud.ts';
import { manifestKey, mediaKey, storeKeys } from '#core/cloud/keys.ts';
import { openManifest } from '#core/cloud/manifest.ts';
import { sha256Hex } from '#core/kernel/index.ts';
import { adminActor, type CloudBench, openCloudBench, waitFor } from '#test/support/cloud-bench.ts';
import type { Coming, Fault } from '#test/support/fault-store/faults.ts';
import { openStoreOn, targetOf } from '#test/support/fault-store/open.ts';
import { type FaultStore, openFaultStore } from '#test/support/fault-store/server.ts';

const mebibyte = 1024 * 1024;
const firstPart = 8 * mebibyte;
const stallMs = 700;
let bench: CloudBench;
let server: FaultStore;

beforeEach(async () => {
  bench = await openCloudBench();
  server = await openFaultStore();
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const prefix = 'station/';
const keys = () => storeKeys(bench.secrets.kept.get('store-root') ?? new Uint8Array(0));
const keptAt = (key: string): Buffer => server.bucket.objects.get(prefix + key)?.bytes ?? Buffer.alloc(0);
const sealedOf = async (id: OriginalId): Promise<Buffer> => readFileSync((await bench.vault.access(id)).path);
const eventsOf = async (kind: string) =>
  (await bench.catalog.audit.page(null, 1000)).map(({ event }) => event).filter((event) => event.kind === kind);
const receivedOfMedia = (): number =>
  server.received.reduce((sum, { what, bytes }) => sum + (what === 'part' ? bytes : 0), 0);

async function connected(): Promise<Cloud> {
  const cloud = await bench.cloud(undefined, {
    lanes: 1,
    openCarrier: () =>
      Promise.resolve(
        createCarrier(openStoreOn(server, stallMs), () =>
          Promise.resolve({ usable: true, checks: [], holds: 'nothing' }),
        ),
      ),
  });
  const { secretAccessKey } = server.access;
  await cloud.connect({ target: targetOf(server), secretAccessKey, recoverySecret: null }, adminActor);
  return cloud;
}

/** What the person is told while it waits for its next try; time passes only afterwards. */
function told(cloud: Cloud, id: OriginalId): Promise<WireError> {
  return waitFor(async () => {
    const where = (await bench.placement(id))?.where;
    return (await cloud.status()).error ?? (where?.state === 'queued' ? where.error : null);
  }, 'words about what went wrong');
}

async function verified(id: OriginalId): Promise<void> {
  await waitFor(
    async () => {
      bench.clock.time += 60_000;
      return (await bench.placement(id))?.where.state === 'verified' ? true : null;
    },
    `${id} to be verified`,
    90_000,
  );
}

/** Nothing else makes an original verified: what lies there is what was sealed, and its manifest opens it. */
async function expectSafe(id: OriginalId, cloud: Cloud): Promise<void> {
  const sealed = await sealedOf(id);
  const name = keys().nameOf(id);
  expect(Buffer.compare(keptAt(mediaKey(name)), sealed)).toBe(0);
  const manifest = openManifest(keys().objectKey, manifestKey(name), keptAt(manifestKey(name)));
  expect(manifest).toMatchObject({ sealedId: id, ciphertextSha256: sha256Hex(sealed) });
  expect((await bench.placement(id))?.where).toMatchObject({ ciphertextSha256: sha256Hex(sealed) });
  expect(await eventsOf('original.stored')).toHaveLength(1);
  expect((await cloud.status()).error).toBeNull();
}

/** Fails the first request that matches, once. */
function once(matches: (coming: Coming) => boolean, fault: Fault): { happened: boolean } {
  const state = { happened: false };
  server.script = (coming) => {
    if (state.happened || !matches(coming)) return null;
    state.happened = true;
    return fault;
  };
  return state;
}

const ofPart = (number: number) => (coming: Coming) => coming.part === number;
const ofMedia = (what: Coming['what']) => (coming: Coming) =>
  coming.what === what && coming.key.startsWith(`${prefix}media/`);
const ofManifest = (what: Coming['what']) => (coming: Coming) =>
  coming.what === what && coming.key.startsWith(`${prefix}manifests/`);

type Case = readonly [what: string, matches: (coming: Coming) => boolean, fault: Fault, code: string, words: RegExp];

const cut = /The connection to the store was cut\./;
const ownFault = /fault of its own \(500\)/;

const troubles: readonly Case[] = [
  ['a part cut off at once', ofPart(2), { does: 'cut-request', after: 0 }, 'store-unreachable', cut],
  ['a part cut off in its middle', ofPart(2), { does: 'cut-request', after: 300_000 }, 'store-unreachable', cut],
  ['a part whose answer is lost', ofPart(2), { does: 'lose-answer' }, 'store-unreachable', cut],
  ['a part that is never answered', ofPart(2), { does: 'stall' }, 'store-unreachable', /did not answer in time/],
  ['a store that asks to slow down', ofPart(2), { does: 'slow-down' }, 'store-busy', /asks to slow down/],
  ['a store with a fault of its own', ofPart(2), { does: 'fail' }, 'store-unreachable', ownFault],
  ['access withdrawn in the middle', ofPart(2), { does: 'refuse' }, 'store-refused', /s3:PutObject is missing/],
  [
    'a part damaged on its way',
    ofPart(2),
    { does: 'corrupt-request', at: 400_000 },
    'verification-failed',
    /other bytes than were sent/,
  ],
  [
    'a part cut short by a proxy',
    ofPart(2),
    { does: 'truncate-request', to: 400_000 },
    'verification-failed',
    /other bytes than were sent/,
  ],
  ['a beginning whose answer is lost', ofMedia('begin'), { does: 'lose-answer' }, 'store-unreachable', cut],
  ['an end whose answer is lost', ofMedia('complete'), { does: 'lose-answer' }, 'store-unreachable', cut],
  ['an end that fails', ofMedia('complete'), { does: 'fail' }, 'store-unreachable', ownFault],
  [
    'an end that is never answered',
    ofMedia('complete'),
    { does: 'stall' },
    'store-unreachable',
    /did not answer in time/,
  ],
  ['a read-back cut off', ofMedia('get'), { does: 'cut-answer', after: 5_000_000 }, 'store-unreachable', cut],
  [
    'a read-back that stops',
    ofMedia('get'),
    { does: 'stall-answer', after: 5_000_000 },
    'store-unreachable',
    /did not answer in time|did not move/,
  ],
  ['a read-back refused', ofMedia('get'), { does: 'refuse' }, 'store-refused', /s3:GetObject is missing/],
  ['a manifest cut off', ofManifest('put'), { does: 'cut-request', after: 100 }, 'store-unreachable', cut],
  ['a manifest whose answer is lost', ofManifest('put'), { does: 'lose-answer' }, 'store-unreachable', cut],
];

describe('the person is told, nothing is lost, and at most one part is sent again for', () => {
  it.each(troubles)('%s', async (_what, matches, fault, code, words) => {
    const id = await bench.seal(9 * mebibyte);
    const state = once(matches, fault);
    const cloud = await connected();
    const error = await told(cloud, id);
    expect(state.happened).toBe(true);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(words);
    expect(error.nextStep).not.toBeNull();
    expect((await bench.placement(id))?.where.state).not.toBe('verified');
    await verified(id);
    await expectSafe(id, cloud);
    const { length } = await sealedOf(id);
    expect(receivedOfMedia() - length).toBeLessThanOrEqual(length - firstPart);
    expect(server.bucket.uploads.size).toBe(0);
  });
});

const liars: readonly Case[] = [
  [
    'a part that rots in the store',
    ofPart(2),
    { does: 'corrupt-kept', at: 100_000 },
    'verification-failed',
    /other bytes/,
  ],
  [
    'a part that the store keeps cut short',
    ofPart(2),
    { does: 'truncate-kept', to: 500_000 },
    'verification-failed',
    /acknowledged \d+ bytes and has \d+/,
  ],
  [
    'an object that rots',
    ofMedia('complete'),
    { does: 'corrupt-kept', at: 9_000_000 },
    'verification-failed',
    /other bytes/,
  ],
  [
    'an object that is kept cut short',
    ofMedia('complete'),
    { does: 'truncate-kept', to: 9_000_000 },
    'verification-failed',
    /has 9000000/,
  ],
  [
    'a read-back that is damaged',
    ofMedia('get'),
    { does: 'corrupt-answer', at: 77 },
    'verification-failed',
    /other bytes/,
  ],
  [
    'a read-back that is cut short',
    ofMedia('get'),
    { does: 'truncate-answer', to: 77 },
    'verification-failed',
    /sent 77 bytes|fewer/,
  ],
  [
    'a manifest that rots',
    ofManifest('put'),
    { does: 'corrupt-kept', at: 77 },
    'verification-failed',
    /another manifest/,
  ],
];

describe('verified is never said of', () => {
  it.each(liars)('%s', async (_what, matches, fault, code, words) => {
    const id = await bench.seal(9 * mebibyte);
    const state = once(matches, fault);
    const cloud = await connected();
    const error = await told(cloud, id);
    expect(state.happened).toBe(true);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(words);
    expect(await eventsOf('original.stored')).toEqual([]);
    expect((await bench.placement(id))?.where.state).not.toBe('verified');
    await verified(id);
    await expectSafe(id, cloud);
  });
});

const harmless: readonly (readonly [string, (coming: Coming) => boolean, Fault])[] = [
  ['a beginning that arrives twice', ofMedia('begin'), { does: 'twice' }],
  ['a part that arrives twice', ofPart(2), { does: 'twice' }],
  ['an end that arrives twice', ofMedia('complete'), { does: 'twice' }],
  ['a manifest that arrives twice', ofManifest('put'), { does: 'twice' }],
  ['a part without a name', ofPart(2), { does: 'empty-etag' }],
  ['a manifest without a name', ofManifest('put'), { does: 'empty-etag' }],
];

describe('nobody is troubled by', () => {
  it.each(harmless)('%s', async (_what, matches, fault) => {
    const id = await bench.seal(9 * mebibyte);
    const state = once(matches, fault);
    const cloud = await connected();
    await bench.until(id, 'verified');
    expect(state.happened).toBe(true);
    await expectSafe(id, cloud);
    expect(receivedOfMedia()).toBe((await sealedOf(id)).length);
  });
});

describe('a store that lets nobody in', () => {
  it.each([
    ['because its clock is off', () => (server.skewMs = 20 * 60_000), /20 minutes off: this station is behind/],
    [
      'because the secret key was replaced',
      () => (server.access = { ...server.access, secretAccessKey: 'new' }),
      /secret key does not belong/,
    ],
    [
      'because the access key is gone',
      () => (server.access = { ...server.access, accessKeyId: 'NEW' }),
      /does not know this access key/,
    ],
  ])('%s says so, and goes on when it is right again', async (_what, harm, words) => {
    const { access } = server;
    const target = targetOf(server);
    const cloud = await bench.cloud(undefined, {
      lanes: 1,
      openCarrier: () =>
        Promise.resolve(
          createCarrier(openStoreOn({ ...server, access }, stallMs), () =>
            Promise.resolve({ usable: true, checks: [], holds: 'nothing' }),
          ),
        ),
    });
    await cloud.connect({ target, secretAccessKey: access.secretAccessKey, recoverySecret: null }, adminActor);
    harm();
    const id = await bench.seal(9 * mebibyte);
    const error = await told(cloud, id);
    expect(error).toMatchObject({ code: 'store-refused', message: expect.stringMatching(words) as string });
    expect(receivedOfMedia()).toBe(0);
    server.access = access;
    server.skewMs = 0;
    await verified(id);
    await expectSafe(id, cloud);
  });
});
