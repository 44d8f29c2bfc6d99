import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logStart } from '#common/changes/index.ts';
import {
  checkpointLength,
  headKey,
  joinCheckpoint,
  logKey,
  openHead,
  openLogObject,
  sealHead,
  sealLogObject,
  splitCheckpoint,
} from '#core/cloud/feed/log-format.ts';
import { storeKeys } from '#core/cloud/keys.ts';

const { objectKey } = storeKeys(Uint8Array.from({ length: 32 }, (_, index) => index));
const { subtle } = globalThis.crypto;
const writer = '0'.repeat(26);
const page = readFileSync(new URL('../../../assets/formats/store-layout.md', import.meta.url), 'utf8');

/** The values of the page's last table, in their order. */
const vectors = page
  .slice(page.lastIndexOf('| value | |'))
  .split('\n')
  .flatMap((line) => /^\| .+ \| `(.+)` \|$/.exec(line)?.[1] ?? []);
const [objectName, object, hash, held, headName, head, headHeld] = vectors as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

/** Opens a framed object by the words of the page: Web Crypto and no line of ours. */
async function openByThePage(name: string, base64: string): Promise<string> {
  const framed = Uint8Array.from(Buffer.from(base64, 'base64'));
  const sealed = framed.slice(4);
  expect(new DataView(framed.buffer).getUint32(0)).toBe(sealed.length);
  const key = await subtle.importKey('raw', Uint8Array.from(objectKey), 'HKDF', false, ['deriveBits']);
  const params = { name: 'HKDF', hash: 'SHA-256', salt: sealed.slice(1, 33), info: new TextEncoder().encode(name) };
  const segmentKey = await subtle.deriveBits(params, key, 256);
  const aes = await subtle.importKey('raw', segmentKey, 'AES-GCM', false, ['decrypt']);
  const iv = new Uint8Array(12);
  iv.set(sealed.slice(33, 40));
  iv[11] = 1;
  return new TextDecoder().decode(await subtle.decrypt({ name: 'AES-GCM', iv }, aes, sealed.slice(40)));
}

describe('the logs of the layout page', () => {
  it('are opened by its words alone, and by us', async () => {
    expect(await openByThePage(objectName, object)).toBe(held);
    expect(await openByThePage(headName, head)).toBe(headHeld);
    const bytes = Uint8Array.from(Buffer.from(object, 'base64'));
    expect(Buffer.from(await subtle.digest('SHA-256', bytes)).toString('hex')).toBe(hash);
    expect([logKey(writer, 1), headKey(writer)]).toEqual([objectName, headName]);
    expect(openLogObject(objectKey, writer, 1, bytes)).toEqual({ good: true, value: JSON.parse(held) as unknown });
    const opened = openHead(objectKey, writer, Buffer.from(head, 'base64'));
    expect(opened).toEqual({ good: true, value: JSON.parse(headHeld) as unknown });
    expect(JSON.parse(headHeld)).toMatchObject({ hash, seq: 1 });
  });
});

describe('an object of a log', () => {
  const entries = [{ kind: 'operation', at: `019abcdef0120000-${writer}`, body: { some: 'thing' } }];
  const { sealed } = sealLogObject(objectKey, writer, logStart, entries);

  it('cut off anywhere is truncated, changed anywhere does not open, and opens nowhere but in its place', () => {
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        expect(openLogObject(objectKey, writer, 1, sealed.slice(0, at))).toMatchObject({ fault: 'truncated' });
        const harmed = Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ flip : byte));
        expect(openLogObject(objectKey, writer, 1, harmed)).toMatchObject({ good: false });
      }),
      { numRuns: 300 },
    );
    const elsewhere = [
      openLogObject(objectKey, writer, 2, sealed),
      openLogObject(objectKey, 'z'.repeat(26), 1, sealed),
      openHead(objectKey, writer, sealed),
    ];
    for (const opened of elsewhere) expect(opened).toMatchObject({ good: false, fault: 'changed' });
  });

  it('of a kind that is not known yet is kept as it is; what is sealed and no log is not understood', () => {
    const later = [{ kind: 'something-later', at: `019abcdef0120000-${writer}`, body: [1, null, { a: 'b' }] }];
    const object = sealLogObject(objectKey, writer, logStart, later);
    expect(openLogObject(objectKey, writer, 1, object.sealed)).toMatchObject({ good: true, value: { entries: later } });
    const broken = [{ kind: 'operation', at: 'yesterday', body: null }];
    const wrong = sealLogObject(objectKey, writer, logStart, broken);
    expect(openLogObject(objectKey, writer, 1, wrong.sealed)).toMatchObject({ good: false, fault: 'not-understood' });
  });
});

describe('a checkpoint', () => {
  it('is its objects one after the other, and nothing else passes for one', () => {
    const objects = Array.from({ length: checkpointLength }, (_, seq) =>
      sealHead(objectKey, { writer, seq, hash, name: 'n'.repeat(seq), at: 1, seen: {} }),
    );
    const joined = joinCheckpoint(objects);
    expect(
      splitCheckpoint(joined)?.map((piece) => Buffer.compare(piece, objects.shift() ?? new Uint8Array(0))),
    ).toEqual(Array.from({ length: checkpointLength }, () => 0));
    expect(splitCheckpoint(Buffer.concat([joined, joined]))).toBeNull();
    fc.assert(
      fc.property(fc.nat(joined.length - 1), (at) => {
        expect(splitCheckpoint(joined.subarray(0, at))).toBeNull();
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => splitCheckpoint(bytes) === null));
  });
});
