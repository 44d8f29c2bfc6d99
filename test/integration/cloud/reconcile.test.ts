import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OriginalId } from '#common/evidence/index.ts';
import { adminActor, found } from '#test/support/cloud-bench.ts';
import { createMemoryStore, type MemoryStore, unreachable } from '#test/support/memory-store.ts';
import {
  openReconcileBench,
  putByAnother,
  type ReconcileBench,
  resultFolder,
  told,
} from '#test/support/reconcile-bench.ts';

let store: MemoryStore;
let b: ReconcileBench;
let ids: readonly OriginalId[];

beforeEach(async () => {
  store = createMemoryStore();
  b = await openReconcileBench(store);
  await found(b.cloud);
  ids = [await b.bench.seal(3_000), await b.bench.seal(2_500_000), await b.bench.seal(0, 'damaged')];
  for (const id of ids) await b.bench.until(id, 'verified');
});
afterEach(() => b[Symbol.asyncDispose]());

const name = (id: OriginalId | undefined): Promise<string> =>
  id === undefined ? Promise.reject(new Error('no id')) : b.bench.placement(id).then((placed) => placed?.name ?? '');
const first = (): OriginalId => ids[0] ?? ('' as OriginalId);
const second = (): OriginalId => ids[1] ?? ('' as OriginalId);

/** Where the vault keeps a sealed file. */
const sealed = async (id: OriginalId): Promise<string> => (await b.bench.vault.access(id)).path;

async function eventKinds(): Promise<readonly string[]> {
  return (await b.bench.catalog.audit.page(null, 50)).map(({ event }) => event.kind);
}

describe('a comparison', () => {
  it.each(['quick', 'thorough'] as const)('finds nothing where all is the same, %s', async (mode) => {
    const { run, findings, job } = await b.compare(mode);
    expect(job.state).toBe('done');
    expect(findings).toEqual([]);
    expect(run).toMatchObject({ state: 'done', mode, problems: 0, repairable: 0, remarks: [] });
    expect(run.tallies.same.items).toBe(3);
    expect(run.tallies.same.bytes).toBeGreaterThan(2_503_000);
    expect((await eventKinds()).slice(0, 2)).toEqual(['reconcile.finished', 'reconcile.started']);
  });

  it('reads every byte of both sides only when it is thorough', async () => {
    store.asked.length = 0;
    await b.compare('quick');
    expect(store.asked.filter(({ what, key }) => what === 'get' && key.startsWith('media/'))).toEqual([]);
    await b.compare('thorough');
    expect(new Set(store.asked.flatMap(({ what, key }) => (what === 'get' ? [key] : [])))).toEqual(
      new Set([...store.objects.keys()]),
    );
  });

  it('tells what waits from what is lost', async () => {
    await b.cloud.pause(adminActor);
    const waits = await b.bench.seal(100);
    await b.bench.until(waits, 'queued');
    store.objects.delete(b.media(first()));
    store.objects.delete(b.manifest(first()));
    const { run, findings } = await b.compare();
    expect(told(findings).toSorted()).toEqual(
      [`${await name(first())} lost-there`, `${await name(waits)} waiting`].toSorted(),
    );
    expect(run).toMatchObject({ problems: 1, repairable: 1 });
    expect(run.tallies['missing-there'].items).toBe(2);
    expect(findings.find(({ kind }) => kind === 'lost-there')).toMatchObject({
      level: 'serious',
      remedy: 'send-again',
    });
  });

  it('narrows its findings down by class and by what is a problem, in pages', async () => {
    await b.cloud.pause(adminActor);
    for (let n = 0; n < 5; n++) await b.bench.until(await b.bench.seal(10 + n), 'queued');
    store.objects.delete(b.media(first()));
    await b.compare();
    const page = (changes: object) =>
      b.reconcile.findings({ class: null, problems: false, offset: 0, limit: 500, ...changes });
    expect((await page({})).total).toBe(6);
    expect(await page({ class: 'different' })).toEqual({ items: [], total: 0 });
    const problems = await page({ problems: true });
    expect([problems.total, problems.items.map(({ kind }) => kind)]).toEqual([1, ['media-lost']]);
    const pages = await Promise.all([0, 2, 4].map((offset) => page({ offset, limit: 2 })));
    expect(new Set(pages.flatMap(({ items }) => items.map(({ object }) => object))).size).toBe(6);
  });

  it('keeps its result sealed: no name stands in clear', async () => {
    store.objects.delete(b.media(first()));
    await b.compare();
    const folder = resultFolder(b.bench);
    const kept = readdirSync(folder).map((file) => readFileSync(join(folder, file)).toString('latin1'));
    expect(kept.length).toBe(2);
    expect(kept.join('')).not.toMatch(/file-1|media|lost/);
    for (const file of readdirSync(folder)) writeFileSync(join(folder, file), 'rubbish');
    expect((await b.reconcile.status()).run).toBeNull();
  });

  it('names what no Plainview puts there, and files without a manifest, and deletes none of it', async () => {
    const someone = 'h67mjke0wygdr9vg01wvrcergpkrkh33';
    await store.put('media/README', new Uint8Array(5));
    await store.put(`media/${someone}`, new Uint8Array(7));
    const { findings } = await b.compare('quick', true);
    expect(told(findings).toSorted()).toEqual(['media/README foreign', `media/${someone} orphan-media`]);
    expect(findings.every(({ class: which, remedy }) => which === 'error' && remedy === null)).toBe(true);
    expect(store.objects.has(`media/${someone}`) && store.objects.has('media/README')).toBe(true);
  });

  it('refuses a store that was exchanged for another, and one that lists out of order', async () => {
    const identity = store.objects.get('plainview-store.json');
    store.objects.delete('plainview-store.json');
    expect((await b.compare().catch((error: unknown) => error)) instanceof Error).toBe(true);
    const { job } = await b.reconcile.status();
    expect(job).toMatchObject({ state: 'failed', error: { code: 'tampered' } });
    if (identity !== undefined) store.objects.set('plainview-store.json', identity);
    const list = store.list.bind(store);
    store.list = async (prefix, options) => {
      const page = await list(prefix, options);
      return { ...page, objects: page.objects.toReversed() };
    };
    const { job: second } = await b.compare();
    expect(second).toMatchObject({ state: 'failed', error: { code: 'verification-failed' } });
    expect((await b.result()).run).toMatchObject({ state: 'failed', error: { code: 'verification-failed' } });
  });

  it('is refused without a store and while another runs, and ends when the store is left', async () => {
    let go: (() => void) | null = null;
    store.fault = ({ what }) => (what === 'list' ? new Promise((resolve) => (go = resolve)) : undefined);
    const started = await b.reconcile.start({ mode: 'quick', repair: false, goOn: false }, adminActor);
    await expect.poll(() => go).not.toBeNull();
    const again = b.reconcile.start({ mode: 'quick', repair: false, goOn: false }, adminActor);
    await expect(again).rejects.toMatchObject({ code: 'conflict' });
    await b.cloud.disconnect({ reason: 'a trial' }, adminActor);
    expect((await b.jobs.finished(started.id)).state).not.toBe('done');
    const without = b.reconcile.start({ mode: 'quick', repair: false, goOn: false }, adminActor);
    await expect(without).rejects.toMatchObject({ code: 'not-ready' });
  });
});

describe('a store that goes away in between', () => {
  it('is waited for, and given up with what was found until then', async () => {
    await b[Symbol.asyncDispose]();
    store = createMemoryStore();
    b = await openReconcileBench(store, {}, [5, 5]);
    await found(b.cloud);
    let failures = 2;
    store.fault = ({ what }) => {
      if (what === 'list' && failures-- > 0) throw unreachable();
    };
    expect((await b.compare()).run.state).toBe('done');
    store.fault = ({ what }) => {
      if (what === 'list') throw unreachable();
    };
    expect((await b.compare()).run).toMatchObject({ state: 'failed', error: { code: 'store-unreachable' } });
    store.fault = null;
    const job = await b.reconcile.start({ mode: 'quick', repair: false, goOn: true }, adminActor);
    await b.jobs.finished(job.id);
    expect((await b.result()).run).toMatchObject({ state: 'done', error: null });
  });

  it('can be cancelled, and keeps what it has', async () => {
    let asked = 0;
    store.fault = ({ what }) => (what === 'list' && asked++ > 0 ? new Promise(() => undefined) : undefined);
    const job = await b.reconcile.start({ mode: 'quick', repair: false, goOn: false }, adminActor);
    await expect.poll(() => asked).toBeGreaterThan(1);
    await b.jobs.cancel(job.id, adminActor);
    expect((await b.result()).run).toMatchObject({ state: 'stopped', error: null });
  });
});

describe('a repair', () => {
  it('queues what the store lost, and it is verified there again', async () => {
    const before = store.objects.get(b.media(second()))?.bytes;
    for (const key of [b.media(second()), b.manifest(second())]) store.objects.delete(key);
    const { run, findings } = await b.compare('quick', true);
    expect(told(findings)).toEqual([`${await name(second())} lost-there repaired`]);
    expect(run).toMatchObject({ problems: 0, repaired: 1, repairable: 0 });
    await expect.poll(() => store.objects.get(b.manifest(second())) !== undefined, { timeout: 20_000 }).toBe(true);
    await b.bench.until(second(), 'verified');
    expect(store.objects.get(b.media(second()))?.bytes).toEqual(before);
    expect((await b.compare('thorough')).findings).toEqual([]);
    expect(await eventKinds()).toEqual(expect.arrayContaining(['reconcile.found', 'reconcile.repaired']));
  });

  it('puts a lost manifest again without sending the file, after reading the file back', async () => {
    store.objects.delete(b.manifest(second()));
    store.asked.length = 0;
    const { findings } = await b.compare('quick', true);
    expect(told(findings)).toEqual([`${await name(second())} manifest-lost repaired`]);
    const puts = store.asked.flatMap(({ what, key }) => (what.startsWith('put') && /^m/.test(key) ? [key] : []));
    expect(puts).toEqual([b.manifest(second())]);
    expect(store.asked.some(({ what, key }) => what === 'get' && key === b.media(second()))).toBe(true);
    expect((await b.compare('thorough')).findings).toEqual([]);
  });

  it('comes afterwards too, from the result that is kept, and looks at each again', async () => {
    for (const id of [first(), second()]) store.objects.delete(b.manifest(id));
    const kept = store.objects.get(b.media(first()));
    await b.compare();
    // In between somebody harmed the file of one.
    if (kept !== undefined) kept.bytes = Uint8Array.from(kept.bytes, (byte, at) => (at === 900 ? byte ^ 1 : byte));
    const job = await b.reconcile.repair(adminActor);
    expect((await b.jobs.finished(job.id)).state).toBe('done');
    const { run, findings } = await b.result();
    expect(told(findings).toSorted()).toEqual(
      [
        `${await name(first())} manifest-lost not repaired`,
        `${await name(second())} manifest-lost repaired`,
      ].toSorted(),
    );
    expect(run).toMatchObject({ problems: 1, repaired: 1 });
    expect(store.objects.has(b.manifest(first()))).toBe(false);
  });

  it('says that what the vault lost is in the store, and makes it readable from there', async () => {
    rmSync(await sealed(second()));
    const { findings } = await b.compare('quick', true);
    expect(told(findings)).toEqual([`${await name(second())} lost-here repaired`]);
    expect(await b.bench.placement(second())).toMatchObject({ where: { state: 'only-in-cloud' } });
    expect(await b.bench.vault.cache.stat(second())).toMatchObject({ keptBytes: 0, whole: false });
    const again = await b.compare('thorough');
    expect([told(again.findings), again.run.problems]).toEqual([[`${await name(second())} only-in-cloud`], 0]);
  });

  it('marks nothing when the whole vault is gone: its disk is not connected', async () => {
    rmSync(join(b.bench.folder, 'vault', 'objects'), { recursive: true });
    const { run, findings } = await b.compare('quick', true);
    expect(findings.map(({ kind, remedy, outcome }) => [kind, remedy, outcome])).toEqual(
      ids.map(() => ['lost-here', null, null]),
    );
    expect(run.remarks.map(({ kind }) => kind)).toEqual(['vault-empty']);
    expect(await b.bench.placement(first())).toMatchObject({ where: { state: 'verified' } });
  });

  it('takes what another program put there into the library, once its file is proved', async () => {
    const [name, second] = await putByAnother(b, store, [5_000, 6_000]);
    const bytes = store.objects.get(`media/${second}`);
    if (bytes !== undefined) bytes.bytes = Uint8Array.from(bytes.bytes, (byte, at) => (at === 99 ? byte ^ 1 : byte));
    const { findings, run } = await b.compare('quick', true);
    const outcomes = Object.fromEntries(findings.map(({ object, kind, outcome }) => [object, [kind, outcome?.done]]));
    expect(outcomes).toEqual({ [name ?? '']: ['arrival', true], [second ?? '']: ['arrival', false] });
    expect(run.problems).toBe(1);
    const recordings = await b.bench.catalog.recordings.all();
    expect(recordings.some(({ title }) => title === 'From a cruiser')).toBe(true);
    expect(await eventKinds()).toContain('original.arrived');
    expect(told((await b.compare('thorough')).findings).toSorted()).toEqual(
      ['cruiser-0.mp4 only-in-cloud', 'cruiser-1.mp4 media-differs'].toSorted(),
    );
  });

  it('gives up the half-finished uploads that nobody owns, and no others', async () => {
    await store.beginUpload(b.media(first()), 8 << 20);
    await store.beginUpload('media/h67mjke0wygdr9vg01wvrcergpkrkh33', 8 << 20);
    const { findings } = await b.compare('quick', true);
    expect(findings.map(({ kind, outcome }) => [kind, outcome?.done])).toEqual([
      ['upload-left', true],
      ['upload-left', true],
    ]);
    expect(store.uploads.size).toBe(0);
  });

  it('leaves a damaged file of this station alone, whole in the store or not', async () => {
    truncateSync(await sealed(second()), 1_000);
    const { findings } = await b.compare('quick', true);
    expect(findings).toMatchObject([{ kind: 'damaged-here', remedy: 'restore', outcome: null }]);
    const media = store.objects.get(b.media(second()));
    if (media !== undefined) media.bytes = media.bytes.slice(0, 5_000);
    const again = await b.compare('quick', true);
    expect(again.findings).toMatchObject([{ kind: 'damaged-everywhere', remedy: null, outcome: null }]);
    expect(store.objects.get(b.media(second()))?.bytes.length).toBe(5_000);
    expect(readFileSync(await sealed(second())).length).toBe(1_000);
  });
});
