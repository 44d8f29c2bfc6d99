import type { MediaFacts } from '#common/evidence/index.ts';
import { decodeFrameTable, encodeFrameTable, type FrameTableWire } from '#common/time/index.ts';
import { type CallContext, serveWorker } from '#core/kernel/index.ts';
import type { SealedAccess, SealedWriteResult } from '#core/vault/index.ts';
import { inspectMedia, makePoster, makeProxy, readFacts, scanFrames } from './native/index.ts';

export type Probe = { readonly facts: MediaFacts; readonly frames: FrameTableWire };
export type ProxyParams = {
  readonly source: SealedAccess;
  readonly target: SealedAccess;
  readonly frames: FrameTableWire;
  readonly fixed: boolean;
};
export type ProxyReply = {
  readonly result: SealedWriteResult;
  readonly frames: FrameTableWire;
  readonly missing: number;
  readonly how: 'copied' | 'encoded';
};

const tellEveryMs = 200;

const api = {
  inspect: (access: SealedAccess, { signal }: CallContext): Promise<void> => inspectMedia(access, signal),
  probe: async (access: SealedAccess, { signal }: CallContext): Promise<Probe> => {
    const scan = await scanFrames(access, signal);
    return { facts: await readFacts(access, scan), frames: encodeFrameTable(scan.table) };
  },
  poster: (access: SealedAccess, { signal }: CallContext): Promise<Uint8Array> => makePoster(access, signal),
  /** Progress in frames. */
  proxy: async (
    { source, target, frames, fixed }: ProxyParams,
    { signal, progress }: CallContext<number>,
  ): Promise<ProxyReply> => {
    let told = 0;
    const onFrame = (done: number): void => {
      const now = performance.now();
      if (now - told < tellEveryMs) return;
      told = now;
      progress(done);
    };
    const made = await makeProxy({ source, target, table: decodeFrameTable(frames), fixed }, { signal, onFrame });
    return { ...made, frames: encodeFrameTable(made.table) };
  },
};
export type MediaApi = typeof api;

serveWorker(api);
