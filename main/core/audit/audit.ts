import { type Actor, canonicalJson } from '#common/audit/index.ts';
import type { AuditReport } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { Clock, Logger } from '../kernel/index.ts';
import { type Anchor, type AnchorFile, appendAnchor, readAnchors } from './anchors.ts';
import { type Fault, faultOf, tailFault, type Walk, walkStart } from './chain.ts';
import type { AuditJournal, RecordEvents } from './journal.ts';

/** Entries fetched at a time: large enough to be quick, small enough to let others in between. */
const chunk = 500;

/** The tamper-evident log of one agency. */
export interface Audit {
  /**
   * Walks the whole chain against itself and against the anchors and says what is wrong first, and where. `entries` is
   * how many entries were found sound. Writes nothing.
   */
  check(options?: { readonly signal?: AbortSignal }): Promise<AuditReport>;
  /** The same, and enters into the log that it was done, by whom, and what came out. */
  verify(actor: Actor, options?: { readonly signal?: AbortSignal }): Promise<AuditReport>;
  /**
   * Notes outside the catalog where the chain ends now, and waits until the disk has it. Null when the chain is empty;
   * the last anchor when nothing was added since. Throws `audit-broken` when the chain is no longer the one that was
   * anchored last, or the anchor file is not ours.
   */
  anchor(): Promise<Anchor | null>;
  /** When the chain was last anchored, ms UTC. */
  lastAnchorAt(): Promise<number | null>;
  /** Tells of every new anchor. Returns what ends the telling. */
  onAnchor(listener: (anchor: Anchor) => void): () => void;
  /**
   * The whole log for outsiders, oldest first, one JSON text a line (without the line end), keys in code-unit order.
   * Taking `"hash":"…",` out of a line leaves the text whose SHA-256 the hash is.
   */
  exportLines(): AsyncIterable<string>;
  /** Anchors at once and then every `everyMs`. A failure is logged and tried again. */
  start(everyMs: number): void;
  /** Ends the anchoring, with a last anchor. */
  stop(): Promise<void>;
}

/** `anchorKey` is 32 secret bytes kept apart from the catalog's key; `anchorFile` is the path of `anchors.jsonl`. */
export type AuditOptions = {
  readonly journal: AuditJournal;
  readonly record: RecordEvents;
  readonly anchorFile: string;
  readonly anchorKey: Uint8Array;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** Puts checking, anchoring and export on a stored chain. */
export function createAudit(options: AuditOptions): Audit {
  const { journal, record, anchorFile, anchorKey, clock, logger } = options;
  const listeners = new Set<(anchor: Anchor) => void>();
  /** Undefined until the anchor file was read once. */
  let lastAt: number | null | undefined;
  let timer: ReturnType<typeof setInterval> | null = null;
  let lastTurn: Promise<unknown> = Promise.resolve();

  async function walk(file: AnchorFile, signal: AbortSignal | undefined): Promise<{ walk: Walk; fault: Fault | null }> {
    const anchored = new Map(file.anchors.map((anchor) => [anchor.seq, anchor]));
    let walked = walkStart;
    for (;;) {
      signal?.throwIfAborted();
      const links = await journal.links(walked.seq, chunk);
      if (links.length === 0) return { walk: walked, fault: tailFault(walked, file.anchors.at(-1)) };
      for (const link of links) {
        const fault = faultOf(walked, link, anchored.get(link.seq));
        if (fault !== null) return { walk: walked, fault };
        walked = { seq: link.seq, hash: link.hash };
      }
    }
  }

  async function check(signal: AbortSignal | undefined): Promise<AuditReport> {
    // Anchors first: whatever is added while the chain is walked only makes it longer than they say.
    const file = await readAnchors(anchorFile, anchorKey);
    const { walk: walked, fault } = await walk(file, signal);
    const reason =
      fault?.reason ??
      (file.broken === null
        ? null
        : `Line ${file.broken.line} of the anchor file was tampered with: ${file.broken.reason}.`);
    return {
      intact: reason === null,
      entries: walked.seq,
      head: walked.seq === 0 ? null : walked.hash,
      brokenAt: fault?.at ?? null,
      reason,
      anchors: file.anchors.length,
      lastAnchorAt: file.anchors.at(-1)?.at ?? null,
    };
  }

  function broken(reason: string): ExpectedError {
    return new ExpectedError('audit-broken', `The audit log was tampered with. ${reason}`, {
      subject: anchorFile,
      nextStep: 'Keep the data folder as it is, and have the log verified and examined.',
    });
  }

  async function anchorNow(): Promise<Anchor | null> {
    const file = await readAnchors(anchorFile, anchorKey);
    if (file.broken !== null) throw broken(`Line ${file.broken.line} of the anchor file: ${file.broken.reason}.`);
    const last = file.anchors.at(-1);
    const head = await journal.head();
    if (last !== undefined) {
      const [link] = await journal.links(last.seq - 1, 1);
      const fault = tailFault(head, last);
      if (fault !== null) throw broken(fault.reason);
      if (link?.seq !== last.seq || link.hash !== last.hash) {
        throw broken(`Entry ${last.seq} is not the one that was anchored.`);
      }
      if (head.seq === last.seq) return last;
    }
    if (head.seq === 0) return null;
    const anchor = await appendAnchor(anchorFile, anchorKey, file, { ...head, at: clock.now() });
    lastAt = anchor.at;
    for (const listener of listeners) listener(anchor);
    return anchor;
  }

  /** One after the other: each line names the one before. */
  function anchor(): Promise<Anchor | null> {
    const turn = lastTurn.then(anchorNow);
    lastTurn = turn.catch(() => undefined);
    return turn;
  }

  function anchorOrLog(): Promise<unknown> {
    return anchor().catch((error: unknown) => logger.error('The audit log could not be anchored', { error }));
  }

  return {
    check: ({ signal } = {}) => check(signal),
    verify: async (actor, { signal } = {}) => {
      const report = await check(signal);
      const { entries, intact } = report;
      await record({ actor, writes: [], events: [{ kind: 'audit.verified', entries, intact }] });
      return report;
    },
    anchor,
    lastAnchorAt: async () => {
      lastAt ??= (await readAnchors(anchorFile, anchorKey)).anchors.at(-1)?.at ?? null;
      return lastAt;
    },
    onAnchor: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exportLines: async function* () {
      let after = 0;
      for (;;) {
        const entries = await journal.read(after, chunk);
        for (const entry of entries) {
          yield canonicalJson(entry);
          after = entry.seq;
        }
        if (entries.length === 0) return;
      }
    },
    start: (everyMs) => {
      if (timer !== null) return;
      void anchorOrLog();
      timer = setInterval(() => void anchorOrLog(), everyMs);
      timer.unref();
    },
    stop: async () => {
      if (timer === null) return;
      clearInterval(timer);
      timer = null;
      await anchorOrLog();
    },
  };
}
