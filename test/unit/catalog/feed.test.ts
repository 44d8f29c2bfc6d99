import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Change } from '#common/contract/index.ts';
import type { Recording } from '#common/evidence/index.ts';
import type { Catalog, Write } from '#core/catalog/index.ts';
import { aRecording, openTestCatalog, type TempFolder, tempFolder, theStation } from '#test/support/catalog.ts';

let folder: TempFolder;
let catalog: Catalog;

beforeEach(async () => {
  folder = tempFolder();
  catalog = await openTestCatalog(folder.path);
});
afterEach(async () => {
  await catalog.close();
  folder.dispose();
});

async function pull(since: number, limit: number): Promise<Change[]> {
  const all: Change[] = [];
  for (let from = since; ; ) {
    const { changes, head } = await catalog.changes.since(from, limit);
    all.push(...changes);
    from = changes.at(-1)?.seq ?? from;
    if (changes.length === 0) {
      expect(from).toBe(head);
      return all;
    }
  }
}

it('starts with nothing', async () => {
  expect(await catalog.changes.since(0, 10)).toEqual({ changes: [], head: 0 });
});

it('holds the newest of each thing, and a tombstone for what is gone', async () => {
  const [first, second] = [aRecording(), aRecording()];
  const commit = (...writes: Write[]) => catalog.commit({ actor: theStation, writes, events: [] });
  await commit({ put: 'recording', value: first }, { put: 'recording', value: second });
  await commit({ put: 'recording', value: { ...first, title: 'Back door' } });
  expect(await pull(0, 10)).toEqual([
    { seq: 2, kind: 'recording', id: second.id, value: second },
    { seq: 3, kind: 'recording', id: first.id, value: { ...first, title: 'Back door' } },
  ]);
  await commit({ delete: 'recording', id: second.id });
  await commit({ delete: 'recording', id: second.id });
  expect(await pull(3, 10)).toEqual([{ seq: 4, kind: 'recording', id: second.id, value: null }]);
});

type Step = { readonly thing: number; readonly deed: 'put' | 'delete' };

it('rebuilds any replica from wherever it stopped, in any page size', async () => {
  const step = fc.record({ thing: fc.nat(5), deed: fc.constantFrom<Step['deed']>('put', 'put', 'delete') });
  const history = fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(history, fc.nat(8), fc.integer({ min: 1, max: 4 }), async (commits, pause, limit) => {
      const start = await catalog.changes.head();
      const things = Array.from({ length: 6 }, () => aRecording());
      const truth = new Map<string, Recording>();
      const replica = new Map<string, unknown>();
      let position = start;

      async function sync(): Promise<void> {
        for (const { seq, id, value } of await pull(position, limit)) {
          expect(seq).toBeGreaterThan(position);
          position = seq;
          if (value === null) replica.delete(id);
          else replica.set(id, value);
        }
      }

      for (const [index, steps] of commits.entries()) {
        const writes = steps.map(({ thing, deed }, at): Write => {
          const value = { ...things[thing]!, title: `${index}.${at}` };
          if (deed === 'delete') truth.delete(value.id);
          else truth.set(value.id, value);
          return deed === 'delete' ? { delete: 'recording', id: value.id } : { put: 'recording', value };
        });
        await catalog.commit({ actor: theStation, writes, events: [] });
        if (index === pause) await sync();
      }
      await sync();
      expect(replica).toEqual(truth);
    }),
    { numRuns: 30 },
  );
});
