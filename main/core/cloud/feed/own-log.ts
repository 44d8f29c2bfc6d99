import type { LogPosition, WriterId } from '#common/changes/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import type { Clock } from '#core/kernel/index.ts';
import type { Carrier } from '../carrier.ts';
import type { StoreKeys } from '../keys.ts';
import type { LogHead } from './log-format.ts';
import { headKey } from './log-format.ts';
import { forkLog, type Pushed, pushLog, putHead, same } from './push.ts';
import type { Fault, Troubles } from './troubles.ts';

/** How often others are told how far this station has read, when nothing else is to be told. */
const seenEveryMs = 60 * 60 * 1000;

export type OwnLogOptions = {
  readonly catalog: Catalog;
  readonly keys: StoreKeys;
  readonly stationName: string;
  readonly clock: Clock;
  readonly troubles: Troubles;
};

/** What the store shows of this station's own log. */
export type OwnView = {
  readonly writers: readonly WriterId[];
  /** Names what lies under our head's key; null when nothing does, or when it cannot be told from what lay there before. */
  readonly signature: string | null;
  readonly there: boolean;
  /** How far others say they have read our log. */
  readonly claims: readonly LogPosition[];
};

type Call = { readonly signal: AbortSignal };

/** Keeps this station's log in the store, and notices when another goes on with it. */
export interface OwnLog {
  /** Puts what is unsent. Done again from the beginning under another name when another goes on with our log. */
  push(carrier: Carrier, view: OwnView, call: Call): Promise<Pushed>;
}

export function createOwnLog({ catalog, keys, stationName, clock, troubles }: OwnLogOptions): OwnLog {
  /** Our head as the store had it last. */
  let last: { readonly head: LogHead; readonly bytes: Uint8Array } | null = null;
  let signature: string | null = null;

  /** The hash of an object of our log, as far as we still know it. */
  async function hashAt(seq: number): Promise<string | null> {
    const { position, packed } = await catalog.logs.state();
    if (seq === position.seq) return position.hash;
    if (seq > packed.seq) return null;
    return (await catalog.logs.objects(seq - 1, 1)).find((object) => object.seq === seq)?.hash ?? null;
  }

  /** Whether what is said of our log was written by us. */
  async function isOurs({ seq, hash }: LogPosition): Promise<boolean> {
    const { packed } = await catalog.logs.state();
    if (seq > packed.seq) return false;
    const known = await hashAt(seq);
    return known === null || known === hash;
  }

  async function lookAtHead(carrier: Carrier, view: OwnView, writer: WriterId, call: Call): Promise<Pushed> {
    const from = { writer, name: stationName };
    const damaged = async (fault: Fault): Promise<void> => {
      last = null;
      await troubles.found(fault, from, true);
    };
    if (!view.there) {
      if (last !== null) await damaged({ kind: 'missing', object: headKey(writer) });
      return 'done';
    }
    if (last !== null && signature !== null && signature === view.signature) return 'done';
    const { head, sealed, fault } = await carrier.readHead(
      { objectKey: keys.objectKey, writer, writers: view.writers },
      call,
    );
    if (fault !== null) {
      await damaged(fault);
      return 'done';
    }
    if (!(await isOurs(head))) return 'forked';
    if (last !== null && !same(sealed, last.bytes) && head.seq < last.head.seq) {
      await damaged({ kind: 'replayed', object: headKey(writer) });
      return 'done';
    }
    last = { head, bytes: sealed };
    signature = view.signature;
    await troubles.over(writer, ({ object }) => object === headKey(writer));
    return 'done';
  }

  async function tell(carrier: Carrier, call: Call): Promise<void> {
    const { writer, position } = await catalog.logs.state();
    if (position.seq === 0) return;
    const positions = await catalog.logs.positions();
    const seen = Object.fromEntries(positions.map((one) => [one.writer, one.position]));
    const head = last?.head.writer === writer ? last.head : null;
    if (head?.seq === position.seq) {
      const news = JSON.stringify(head.seen) !== JSON.stringify(seen);
      if (!news || Math.abs(clock.now() - head.at) < seenEveryMs) return;
    }
    const next = { writer, ...position, name: stationName, at: clock.now(), seen };
    signature = null;
    const bytes = await putHead(keys, carrier, next, call);
    last = { head: { format: 'plainview head', version: 1, ...next }, bytes };
  }

  async function once(carrier: Carrier, view: OwnView, call: Call): Promise<Pushed> {
    const { writer } = await catalog.logs.state();
    for (const claim of view.claims) if (!(await isOurs(claim))) return 'forked';
    if ((await lookAtHead(carrier, view, writer, call)) === 'forked') return 'forked';
    if ((await pushLog({ catalog, keys }, carrier, call)) === 'forked') return 'forked';
    await tell(carrier, call);
    return 'done';
  }

  return {
    push: async (carrier, view, call) => {
      if ((await once(carrier, view, call)) === 'done') return 'done';
      await forkLog({ catalog, keys });
      last = null;
      signature = null;
      // A new log: nothing of it is in the store, and nobody has read it.
      const nothing = { writers: view.writers, signature: null, there: false, claims: [] };
      await once(carrier, nothing, call);
      return 'forked';
    },
  };
}
