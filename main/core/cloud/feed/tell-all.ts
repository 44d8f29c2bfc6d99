import type { Catalog } from '#core/catalog/index.ts';
import type { Teller } from './types.ts';

const batch = 500;

/** Has the log of this store say all that the tellers know, once. Goes on where it was cut off. */
export async function tellAll(catalog: Catalog, tellers: readonly Teller[], signal: AbortSignal): Promise<void> {
  for (const teller of tellers) {
    const { kind } = teller;
    for (let telling = await catalog.logs.telling(kind); !telling.done && !signal.aborted; ) {
      const { entries, next } = await teller.tell(telling.after, batch);
      telling = { after: next, done: next === null };
      const writes = entries.map((value) => ({ put: 'shared-entry', value }) as const);
      await catalog.commit({
        actor: { kind: 'station' },
        writes: [...writes, { put: 'telling', kind, value: telling }],
        events: [],
      });
    }
  }
}
