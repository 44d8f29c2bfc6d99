import { Dexie, type Table } from 'dexie';
import { z } from 'zod';
import { type ChangeKind, changeSchema } from '#common/contract/index.ts';
import { type Seal, SealBrokenError } from './seal.ts';
import { kinds, nowhere, type Page, type Row, type RowStore } from './store.ts';

/** Rows sealed together: enough to open 20,000 in a quarter of a second, few enough to seal in a few milliseconds. */
const rowsInBlock = 250;
/** Blocks with fewer rows count as small; so many of them are worth writing everything anew. */
const smallBlock = 100;
const mostSmallBlocks = 120;
/** Blocks handed to the database at once, so that copying them does not hold the page up. */
const blocksAtOnce = 4;
/** Blocks that are read and opened while one is being looked at. */
const opensAhead = 3;

type StoredBlock = { id: string; sealed: Uint8Array };
type StoredHead = { id: 'head'; sealed: Uint8Array };

/** What the sealed head says: how far the copy is, and the blocks that make it up, in order. Others do not count. */
const headSchema = z.object({
  epoch: z.string().nullable(),
  seq: z.number().int().nonnegative(),
  blocks: z.array(z.object({ id: z.string(), kind: z.enum(kinds), rows: z.number().int() })),
});
type Entry = z.infer<typeof headSchema>['blocks'][number];
type Head = z.infer<typeof headSchema>;
const emptyHead: Head = { ...nowhere, blocks: [] };

/**
 * Keeps rows in IndexedDB as sealed blocks: one for each kind in a page of changes, in the order they came, later ones over
 * earlier ones. In clear stand only the random names of blocks. The sealed head lists them, so that none can be left out, brought back or
 * put in another's place. Throws when the database cannot be opened.
 */
export async function openRowStore(name: string, seal: Seal): Promise<RowStore> {
  const db = new Dexie(name);
  db.version(1).stores({ head: 'id', blocks: 'id' });
  const heads: Table<StoredHead, string> = db.table('head');
  const blocks: Table<StoredBlock, string> = db.table('blocks');
  const headPlace = `${name}\nhead`;
  const blockPlace = (kind: string, id: string): string => `${name}\nblock\n${kind}\n${id}`;

  const openHead = async (stored: StoredHead | undefined): Promise<Head> =>
    stored === undefined ? emptyHead : headSchema.parse(await seal.open(stored.sealed, headPlace));
  const sealHead = async (head: Head): Promise<StoredHead> => ({
    id: 'head',
    sealed: await seal.seal(head, headPlace),
  });
  const sealBlock = async (kind: ChangeKind, rows: readonly Row[]): Promise<{ block: StoredBlock; entry: Entry }> => {
    const id = crypto.randomUUID();
    const sealed = await seal.seal(
      rows.map((row) => ({ id: row.id, seq: row.seq, value: row.value })),
      blockPlace(kind, id),
    );
    return { block: { id, sealed }, entry: { id, kind, rows: rows.length } };
  };

  /** Writes the head if nobody wrote another since `seen`; `work` belongs to the same transaction and may refuse. */
  const swapHead = (seen: StoredHead | undefined, next: StoredHead, work: () => Promise<boolean>): Promise<boolean> =>
    db.transaction('rw', heads, blocks, async () => {
      if (!sameHead(await heads.get('head'), seen) || !(await work())) return false;
      await heads.put(next);
      return true;
    });

  const writeBlocks = async (rows: readonly Row[]): Promise<Entry[]> => {
    const entries: Entry[] = [];
    let waiting: StoredBlock[] = [];
    for (const [kind, all] of Map.groupBy(rows, (row) => row.kind)) {
      const inOrder = all.toSorted((one, other) => one.seq - other.seq);
      for (let at = 0; at < inOrder.length; at += rowsInBlock) {
        const { block, entry } = await sealBlock(kind, inOrder.slice(at, at + rowsInBlock));
        waiting.push(block);
        entries.push(entry);
        if (waiting.length < blocksAtOnce) continue;
        await blocks.bulkPut(waiting);
        waiting = [];
      }
    }
    await blocks.bulkPut(waiting);
    return entries;
  };

  const openBlock = ({ id, kind }: Entry): Promise<unknown> => {
    const opened = (async () => seal.open((await blocks.get(id))?.sealed, blockPlace(kind, id)))();
    opened.catch(() => undefined); // Thrown when its turn comes.
    return opened;
  };

  async function* openPages(entries: readonly Entry[]): AsyncGenerator<Page> {
    const opening = entries.slice(0, opensAhead).map(openBlock);
    for (const [at, { kind }] of entries.entries()) {
      const value = await opening.shift();
      const next = entries[at + opensAhead];
      if (next !== undefined) opening.push(openBlock(next));
      yield { kind, rows: readRows(kind, value) };
    }
  }

  await db.open();
  return {
    load: async () => {
      const { epoch, seq, blocks: listed } = await openHead(await heads.get('head'));
      return { position: { epoch, seq }, pages: openPages(inReadingOrder(listed)) };
    },
    add: async (changes, from, to) => {
      const sealed = await Promise.all(
        [...Map.groupBy(changes, (row) => row.kind)].map(([kind, rows]) => sealBlock(kind, rows)),
      );
      for (;;) {
        const stored = await heads.get('head');
        const head = await openHead(stored);
        if (head.epoch === to.epoch && head.seq >= to.seq) return 'written';
        if (head.epoch !== from.epoch || head.seq < from.seq) return 'gap';
        const listed = [...head.blocks, ...sealed.map(({ entry }) => entry)];
        const next = await sealHead({ ...to, blocks: listed });
        const written = await swapHead(stored, next, async () => {
          await blocks.bulkPut(sealed.map(({ block }) => block));
          return true;
        });
        // Another window wrote first: look again how far it came.
        if (!written) continue;
        return listed.filter(({ rows }) => rows < smallBlock).length > mostSmallBlocks ? 'crowded' : 'written';
      }
    },
    replace: async (rows, position) => {
      for (;;) {
        const stored = await heads.get('head');
        const head = await openHead(stored).catch(ignoreBroken);
        if (head.epoch !== null && head.epoch === position.epoch && head.seq > position.seq) return;
        const listed = await writeBlocks(rows);
        const next = await sealHead({ ...position, blocks: listed });
        const names = new Set(listed.map(({ id }) => id));
        const done = await swapHead(stored, next, async () => {
          const present = await blocks.toCollection().primaryKeys();
          // Another window that tidied up at the same time may have removed what nobody had listed yet.
          if (present.filter((id) => names.has(id)).length < names.size) return false;
          await blocks.bulkDelete(present.filter((id) => !names.has(id)));
          return true;
        });
        if (done) return;
      }
    },
    close: () => db.close(),
  };
}

/** A head that nobody can open is no reason not to write another. */
function ignoreBroken(thrown: unknown): Head {
  if (thrown instanceof SealBrokenError || thrown instanceof z.ZodError) return emptyHead;
  throw thrown;
}

function sameHead(one: StoredHead | undefined, other: StoredHead | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  // Every sealing has a nonce of its own, so the same bytes are the same writing.
  return one.sealed.length === other.sealed.length && one.sealed.every((byte, at) => byte === other.sealed[at]);
}

/** Kind by kind, of each the newest first. */
function inReadingOrder(entries: readonly Entry[]): readonly Entry[] {
  return kinds.flatMap((kind) => entries.filter((entry) => entry.kind === kind).toReversed());
}

/** What was sealed has passed the contract's schemas before, but maybe those of another version. */
function readRows(kind: ChangeKind, value: unknown): readonly Row[] {
  return z
    .array(z.object({ id: z.string(), seq: z.number(), value: z.unknown() }))
    .parse(value)
    .map((row) => changeSchema.parse({ kind, ...row }));
}
