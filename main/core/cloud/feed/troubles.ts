import type { WriterId } from '#common/changes/index.ts';
import { assertNever } from '#common/errors/index.ts';
import type { StoreTrouble, StoreTroubleKind } from '#common/evidence/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import type { Clock } from '#core/kernel/index.ts';

/** What is wrong and with what, before anybody is told. */
export type Fault = { readonly kind: StoreTroubleKind; readonly object: string };

/** Names what is wrong in the store: each once in the audit log, and in the catalog until it is right again. */
export interface Troubles {
  /** What is named now. */
  of(writer: WriterId): readonly StoreTrouble[];
  /** Found: named when it is certain, or when it is found at a second look; a share may lag behind for a moment. */
  found(
    fault: Fault,
    from: { readonly writer: WriterId; readonly name: string | null },
    certain?: boolean,
  ): Promise<void>;
  /** Nothing is wrong with what this chooses of a writer any more. */
  over(writer: WriterId, chosen: (trouble: StoreTrouble) => boolean): Promise<void>;
}

export async function openTroubles(catalog: Catalog, clock: Clock, onChange: () => void): Promise<Troubles> {
  const named = new Map((await catalog.logs.troubles()).map((trouble) => [trouble.object, trouble]));
  /** Found once; by object. */
  const suspected = new Map<string, { readonly kind: StoreTroubleKind; readonly writer: WriterId }>();
  const actor = { kind: 'station' } as const;

  return {
    of: (writer) => [...named.values()].filter((trouble) => trouble.writer === writer),
    found: async ({ kind, object }, { writer, name }, certain = false) => {
      const known = named.get(object);
      if (known?.kind === kind) return;
      if (!certain && suspected.get(object)?.kind !== kind) {
        suspected.set(object, { kind, writer });
        return;
      }
      suspected.delete(object);
      const words = inWords(kind, name);
      const value = { kind, object, writer, writerName: name, since: known?.since ?? clock.now(), words };
      await catalog.commit({
        actor,
        writes: [{ put: 'store-trouble', value }],
        events: [{ kind: 'store.trouble', trouble: kind, object, words }],
      });
      named.set(object, value);
      onChange();
    },
    over: async (writer, chosen) => {
      for (const [object, one] of suspected) if (one.writer === writer) suspected.delete(object);
      for (const trouble of named.values()) {
        const { object, kind } = trouble;
        if (trouble.writer !== writer || !chosen(trouble)) continue;
        await catalog.commit({
          actor,
          writes: [{ delete: 'store-trouble', object }],
          events: [{ kind: 'store.trouble-over', trouble: kind, object }],
        });
        named.delete(object);
        onChange();
      }
    },
  };
}

const nothingLost =
  'What came from there before stays as it is, and all other stations go on. Ask who runs the store, and compare the station with the store.';

function inWords(kind: StoreTroubleKind, name: string | null): string {
  const whose = name === null ? 'another station' : name;
  switch (kind) {
    case 'changed':
      return `Part of the log of ${whose} was changed or damaged in the store: it does not open. ${nothingLost}`;
    case 'truncated':
      return `Part of the log of ${whose} was cut off in the store. ${nothingLost}`;
    case 'swapped':
      return `In the store another object lies where part of the log of ${whose} was. ${nothingLost}`;
    case 'replayed':
      return `The store shows an old end of the log of ${whose} again, though the log goes on. ${nothingLost}`;
    case 'rolled-back':
      return `The log of ${whose} in the store ends before what was there already. ${nothingLost}`;
    case 'forked':
      return `The log of ${whose} in the store goes on in another way than it went on before. ${nothingLost}`;
    case 'missing':
      return `Part of the log of ${whose} is gone from the store. ${nothingLost}`;
    case 'not-understood':
      return `Part of the log of ${whose} is in the store as it was written and cannot be understood here. Update Plainview on this computer.`;
    case 'clock-ahead':
      return `The clock of ${whose} is more than an hour ahead of this computer's. Set both right: what is written there counts as later than what is written here.`;
    default:
      return assertNever(kind);
  }
}
