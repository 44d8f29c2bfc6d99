import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomBytes } from '#core/kernel/index.ts';
import { tempFolder } from '#test/support/catalog.ts';
import { byOutcome, probing, wordsOf } from '#test/support/probing.ts';
import { newBucket, noGateway, sharedGateway, storeIn } from '#test/support/rados-bucket.ts';
import type { RadosGateway } from '#test/support/rados-gateway.ts';
import { type Authority, httpProxy, makeAuthority, stallingAfter, tlsBefore } from '#test/support/store-line.ts';

const mebibyte = 1024 * 1024;
const patience = { connectMs: 1_000, stallMs: 1_500 };

describe.skipIf(noGateway())('the way to a real Ceph gateway', () => {
  let gateway: RadosGateway;
  let port: number;
  let bucket: string;
  let ours: Authority;
  let theirs: Authority;
  const temp = tempFolder();
  beforeAll(async () => {
    gateway = await sharedGateway();
    port = Number(new URL(gateway.endpoint).port);
    bucket = await newBucket(gateway);
    ours = makeAuthority(temp.path, 'ours');
    theirs = makeAuthority(temp.path, 'theirs');
  });
  afterAll(() => temp.dispose());

  it('goes through TLS with a private authority', async () => {
    await using line = await tlsBefore(port, ours);
    const endpoint = `https://127.0.0.1:${line.port}`;
    const report = await probing(storeIn(gateway, bucket, { endpoint, authority: ours.certificate }));
    expect(report.usable).toBe(true);
    expect(byOutcome(report).good).toContain('multipart');
  });

  it('ends where the certificate is signed by nobody that is trusted, or by another authority', async () => {
    await using line = await tlsBefore(port, ours);
    const endpoint = `https://127.0.0.1:${line.port}`;
    for (const authority of [null, theirs.certificate]) {
      const report = await probing(storeIn(gateway, bucket, { endpoint, authority }));
      expect(report).toMatchObject({ usable: false, holds: 'unknown' });
      expect(byOutcome(report).bad).toEqual(['reach']);
      expect(wordsOf(report, 'reach')).toContain("The store's certificate is signed by nobody that is trusted.");
      expect(wordsOf(report, 'reach')).toContain('never work around this');
    }
  });

  it('ends where the certificate is for another name, and where there is no TLS', async () => {
    await using line = await tlsBefore(port, ours);
    const named = { endpoint: `https://localhost:${line.port}`, authority: ours.certificate };
    expect(wordsOf(await probing(storeIn(gateway, bucket, named)), 'reach')).toContain(
      "The store's certificate is for another name.",
    );
    const plain = { endpoint: `https://127.0.0.1:${port}`, authority: ours.certificate };
    expect(wordsOf(await probing(storeIn(gateway, bucket, plain)), 'reach')).toContain('The store speaks no TLS');
  });

  it('says so when what was entered as an authority is none', () => {
    const broken = ours.certificate.replace(/[A-Za-z0-9]{20}/, 'A'.repeat(20));
    for (const authority of ['not a certificate', broken]) {
      expect(() => storeIn(gateway, bucket, { endpoint: `https://127.0.0.1:${port}`, authority })).toThrow(
        'What was entered as the certificate authority is no certificate.',
      );
    }
  });

  it('goes through a proxy, with its name and password, without TLS and with', async () => {
    await using proxy = await httpProxy('open sesame');
    await using line = await tlsBefore(port, ours);
    const way = `http://plainview:open%20sesame@127.0.0.1:${proxy.port}`;
    expect((await probing(storeIn(gateway, bucket, { proxy: way }))).usable).toBe(true);
    expect(proxy.seen.length).toBeGreaterThan(10);
    expect(proxy.seen.every((one) => one.includes(` ${gateway.endpoint}/`))).toBe(true);
    proxy.seen.length = 0;
    const tls = { endpoint: `https://127.0.0.1:${line.port}`, authority: ours.certificate, proxy: way };
    expect((await probing(storeIn(gateway, bucket, tls))).usable).toBe(true);
    expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT 127.0.0.1:${line.port}`]));
  });

  it('ends at a proxy that does not let it through, in words and without the password', async () => {
    await using proxy = await httpProxy('open sesame');
    await using line = await tlsBefore(port, ours);
    const way = `http://plainview:wrong@127.0.0.1:${proxy.port}`;
    const plain = await probing(storeIn(gateway, bucket, { proxy: way }));
    expect(wordsOf(plain, 'reach')).toContain('The proxy asks for a name and password.');
    const tls = { endpoint: `https://127.0.0.1:${line.port}`, authority: ours.certificate, proxy: way };
    const tunnel = await probing(storeIn(gateway, bucket, tls));
    expect(wordsOf(tunnel, 'reach')).toContain('The proxy let nothing through to the store.');
    expect(JSON.stringify([plain, tunnel])).not.toContain('wrong@');
    const gone = await probing(storeIn(gateway, bucket, { proxy: 'http://127.0.0.1:9' }));
    expect(byOutcome(gone).bad).toEqual(['reach']);
  });

  it('gives up a store that takes the call and never answers, within its patience', async () => {
    await using line = await stallingAfter(0, port);
    const store = storeIn(gateway, bucket, { endpoint: `http://127.0.0.1:${line.port}` }, { patience });
    const began = performance.now();
    await expect(store.head('anything')).rejects.toMatchObject({ code: 'store-unreachable' });
    await expect(store.put('anything', randomBytes(8 * mebibyte))).rejects.toMatchObject({ code: 'store-unreachable' });
    expect(performance.now() - began).toBeLessThan(2 * patience.stallMs + 4_000);
    await store.close();
  });

  it('gives up a store that stalls in the middle of a body, either way', async () => {
    const direct = storeIn(gateway, bucket);
    await direct.put('large', randomBytes(12 * mebibyte));
    for (const work of ['get', 'put'] as const) {
      await using line = await stallingAfter(3 * mebibyte, port);
      const store = storeIn(gateway, bucket, { endpoint: `http://127.0.0.1:${line.port}` }, { patience });
      const began = performance.now();
      const moving = work === 'get' ? store.get('large') : store.put('other', randomBytes(12 * mebibyte));
      await expect(moving, work).rejects.toMatchObject({ code: 'store-unreachable' });
      expect(performance.now() - began, work).toBeLessThan(patience.stallMs + 4_000);
      await store.close();
    }
    expect(await direct.head('other')).toBeNull();
    await direct.remove('large');
    await direct.close();
  });

  it('tells where a probe stalled, and the next one clears away what stayed', async () => {
    await using line = await stallingAfter(2 * mebibyte, port);
    const store = storeIn(gateway, bucket, { endpoint: `http://127.0.0.1:${line.port}` }, { patience });
    const began = performance.now();
    const report = await probing(store, { clearingMs: 2_000 });
    expect(performance.now() - began).toBeLessThan(12_000);
    expect(report.usable).toBe(false);
    expect(byOutcome(report).bad).toEqual(['multipart']);
    expect(wordsOf(report, 'multipart')).toContain('The store did not answer in time.');
    expect(wordsOf(report, 'list')).toBe('Not tried, because the store stopped answering.');
    expect(wordsOf(report, 'delete')).toContain('could not be removed now; the next trial does it');
    const direct = storeIn(gateway, bucket);
    expect((await direct.list('plainview-probe/')).objects.length).toBeGreaterThan(0);
    const hour = { now: () => Date.now() + 3_600_000 };
    await probing({ ...direct, clockSkew: () => 0 }, { clock: hour });
    const after = storeIn(gateway, bucket);
    expect((await after.list('plainview-probe/')).objects).toEqual([]);
    expect(await after.listUploads('')).toEqual([]);
    await after.close();
  });
});
