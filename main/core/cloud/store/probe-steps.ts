import type { StoreCheck } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { md5Hex, randomBytes } from '#core/kernel/index.ts';
import { MissingRight } from './errors.ts';
import type { ObjectHead, StoredPart } from './port.ts';
import { tryLock } from './probe-lock.ts';
import type { Finding, Trial } from './probe-trial.ts';
import { excessFinding, inWords } from './probe-words.ts';

type Step = {
  readonly name: StoreCheck['name'];
  /** What must have gone well before. */
  readonly needs: readonly StoreCheck['name'][];
  readonly run: (trial: Trial) => Promise<Finding>;
};

const smallBytes = 4096;
const partSize = 5 * 1024 * 1024;
const lastPart = 1024;
const content = randomBytes(smallBytes);

const good = (words: string): Finding => ({ outcome: 'good', words });
const bad = (words: string): Finding => ({ outcome: 'bad', words });

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

async function reach(trial: Trial): Promise<Finding> {
  const { store, signal, identityKey, root } = trial;
  try {
    const described = await store.head(identityKey, { signal });
    if (described !== null) trial.holds = 'another-plainview';
    else trial.holds = (await store.holdsMoreThan(root, { signal })) ? 'something-else' : 'nothing';
  } catch (error) {
    // It answers and knows this access; what it may not do is tried one by one.
    if (!(error instanceof MissingRight)) throw error;
    trial.missing.add(error.right);
    return good(`${store.describe()} answers, but does not let this access see what lies there.`);
  }
  return good(`${store.describe()} answers.`);
}

async function write(trial: Trial): Promise<Finding> {
  const { store, signal, key, clock } = trial;
  trial.touched = true;
  let put: ObjectHead;
  try {
    put = await store.put(key('small'), content, { signal });
  } catch (error) {
    if (error instanceof MissingRight) trial.touched = false;
    throw error;
  }
  trial.skew = Math.round(put.modifiedAt - clock.now());
  const head = await store.head(key('small'), { signal });
  if (head === null) return bad('The store acknowledged an object and does not have it.');
  if (head.sizeBytes !== smallBytes) {
    return bad(`The store acknowledged ${smallBytes} bytes and has ${head.sizeBytes}.`);
  }
  trial.fixed = head.retainUntil !== null;
  trial.sparing = trial.fixed;
  return good('Objects can be put.');
}

async function readBack({ store, signal, key }: Trial): Promise<Finding> {
  const { bytes } = await store.get(key('small'), { signal });
  return same(bytes, content)
    ? good('What was put comes back the same.')
    : bad('The store gives back other bytes than were put. It cannot be used for evidence.');
}

async function ranges({ store, signal, key }: Trial): Promise<Finding> {
  for (const [start, end] of [
    [0, 1],
    [1000, 2500],
    [smallBytes - 100, smallBytes],
  ] as const) {
    const { bytes, sizeBytes } = await store.get(key('small'), { signal, range: { start, end } });
    if (sizeBytes !== smallBytes || !same(bytes, content.subarray(start, end))) {
      return bad('The store gives other bytes than the range that was asked for. Footage cannot be played from it.');
    }
  }
  return good('Parts of an object can be read, so that footage plays without being fetched whole.');
}

async function multipart({ store, signal, key, sparing }: Trial): Promise<Finding> {
  const name = key('parts');
  const parts = sparing ? [randomBytes(lastPart)] : [randomBytes(partSize), randomBytes(lastPart)];
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const upload = await store.beginUpload(name, partSize, { signal });
  const sent: StoredPart[] = [];
  for (const [index, bytes] of parts.entries()) {
    sent.push(await store.putPart(name, upload, { number: index + 1, bytes }, { signal }));
  }
  const listed = await store.listParts(name, upload, { signal });
  const agreed = sent.every(({ number, sizeBytes, etag }) =>
    listed?.some((part) => part.number === number && part.sizeBytes === sizeBytes && part.etag === etag),
  );
  await store.completeUpload(name, upload, sent, { signal, condition: { ifAbsent: true } });
  const head = await store.head(name, { signal });
  // Across the seam of two parts.
  const start = Math.max(0, size - 2 * lastPart);
  const { bytes } = await store.get(name, { signal, range: { start, end: size } });
  if (head?.sizeBytes !== size || !same(bytes, Buffer.concat(parts).subarray(start))) {
    return bad('What was sent in parts is not there as it was sent.');
  }
  if (!agreed || listed?.length !== sent.length) {
    return {
      outcome: 'worry',
      words:
        'Objects can be sent in parts, but the store does not tell which parts it has: after a cut all of them are sent again.',
    };
  }
  return good('Objects can be sent in parts, and after a cut the store tells which it has.');
}

async function conditionalPut({ store, signal, key, sparing }: Trial): Promise<Finding> {
  const name = key('small');
  const before = await store.head(name, { signal });
  if ((await store.putIf(name, content, { ifAbsent: true }, { signal })) === 'accepted') {
    const risk = 'The store puts an object over another though it was told to put it only where nothing is.';
    return (await store.versioning({ signal })) === 'on'
      ? {
          outcome: 'worry',
          words: `${risk} Plainview looks before it puts, and what two stations put at the same moment is kept as versions: never turn them off.`,
        }
      : bad(`${risk} Two stations could lose each other's changes. Use a store that does it, or turn versions on.`);
  }
  if (before === null || before.etag === null) return good('The store puts nothing over what is there.');
  const another = { ifMatch: md5Hex(randomBytes(8)) };
  if ((await store.putIf(name, content, another, { signal })) === 'accepted') {
    return {
      outcome: 'worry',
      words:
        'The store puts nothing over what is there when it is told so, but does not compare what it replaces. Plainview looks itself before it replaces something.',
    };
  }
  if (!sparing && (await store.putIf(name, content, { ifMatch: before.etag }, { signal })) === 'refused') {
    return {
      outcome: 'worry',
      words:
        'The store puts nothing over what is there when it is told so, but replaces nothing either when it is told what is there.',
    };
  }
  return good('The store puts nothing over what is there, unless it is exactly what was read before.');
}

async function wrongMd5({ store, signal, key }: Trial): Promise<Finding> {
  switch (await store.putWithWrongMd5(key('damaged'), content, { signal })) {
    case 'refused':
      return good('The store refuses bytes that were damaged on their way.');
    case 'accepted':
      return {
        outcome: 'worry',
        words:
          'The store takes bytes that do not agree with the MD5 that comes with them. Damage on the way shows only when it is read back, which is always done.',
      };
    case 'untried':
      return {
        outcome: 'missing',
        words:
          'A folder compares nothing while it is written to. Damage shows when it is read back, which is always done.',
      };
  }
}

async function versioning({ store, signal }: Trial): Promise<Finding> {
  if (store.kind === 'folder') {
    return {
      outcome: 'missing',
      words: 'A folder keeps no versions. Have it backed up, or let its file server make snapshots.',
    };
  }
  switch (await store.versioning({ signal })) {
    case 'on':
      return good('The store keeps what is replaced or deleted as an older version.');
    case 'suspended':
      return {
        outcome: 'worry',
        words:
          'Versions were turned off at this bucket: what is deleted from now on is gone. Have them turned on again.',
      };
    case 'off':
      return {
        outcome: 'missing',
        words:
          'The store keeps no older versions: what is deleted there is gone. Have versions turned on, best before the first upload.',
      };
    case 'unknown':
      return { outcome: 'missing', words: 'The store does not tell whether it keeps older versions.' };
  }
}

async function list({ store, signal, key }: Trial): Promise<Finding> {
  const first = await store.list(key(''), { signal, limit: 1 });
  const next = first.next === null ? null : await store.list(key(''), { signal, after: first.next });
  const seen = [...first.objects, ...(next?.objects ?? [])].map((object) => object.key);
  if (!seen.includes(key('small'))) {
    return bad('The store does not list what was put a moment ago. What other stations put would not be found.');
  }
  const sorted = seen.every((one, index) => index === 0 || (seen[index - 1] ?? '') < one);
  return sorted && new Set(seen).size === seen.length
    ? good('What lies there can be listed, page by page.')
    : bad('The store lists objects twice or out of order, so that none can be relied on to be found.');
}

/** Tried early, with a few bytes: where nothing can be removed, as little as possible is put. */
async function remove(trial: Trial): Promise<Finding> {
  const { store, signal, key, root, leftoverAfterMs, storeTime } = trial;
  const name = key('removed');
  await store.put(name, content.subarray(0, 16), { signal });
  try {
    await store.remove(name, { signal });
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'store-conflict') {
      return good('The store refuses to delete what it locks.');
    }
    if (!(error instanceof MissingRight)) throw error;
    trial.sparing = true;
    return {
      outcome: 'worry',
      words: `${inWords(error)} Plainview can do without, but what was sent and came back wrong then stays there.`,
    };
  }
  if ((await store.head(name, { signal })) !== null) {
    return bad('The store acknowledged the removal of an object and still has it.');
  }
  const { remaining } = await store.erase(root, { signal, before: storeTime() - leftoverAfterMs });
  return remaining === 0
    ? good('Objects can be removed.')
    : { outcome: 'worry', words: `Objects can be removed, but ${remaining} of an earlier trial below ${root} cannot.` };
}

async function permissions({ store, signal }: Trial): Promise<Finding> {
  return excessFinding(await store.excess({ signal }));
}

/** In the order they are tried. */
export const steps: readonly Step[] = [
  { name: 'reach', needs: [], run: reach },
  { name: 'write', needs: ['reach'], run: write },
  { name: 'delete', needs: ['write'], run: remove },
  { name: 'read-back', needs: ['write'], run: readBack },
  { name: 'ranges', needs: ['read-back'], run: ranges },
  { name: 'multipart', needs: ['write'], run: multipart },
  { name: 'conditional-put', needs: ['write'], run: conditionalPut },
  { name: 'wrong-md5', needs: ['write'], run: wrongMd5 },
  { name: 'versioning', needs: ['reach'], run: versioning },
  { name: 'object-lock', needs: ['write'], run: tryLock },
  { name: 'list', needs: ['write'], run: list },
  { name: 'permissions', needs: ['reach'], run: permissions },
];
