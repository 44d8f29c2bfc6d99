import { ExpectedError } from '#common/errors/index.ts';
import type { FrameTable } from '#common/time/index.ts';
import type { SealedAccess, SealedWriteResult } from '#core/vault/index.ts';
import { tableFromFrames } from './frame-scan.ts';
import { remux } from './remux.ts';
import { transcode } from './transcode.ts';

export type ProxyWork = {
  readonly source: SealedAccess;
  readonly target: SealedAccess;
  readonly table: FrameTable;
  /**
   * The frames are known by this table already, and redactions may name them: a frame that does not decode keeps its place,
   * and the picture before it is shown there.
   */
  readonly fixed: boolean;
};

export type ProxyMade = {
  readonly result: SealedWriteResult;
  /** The frames as they turned out; decoding may have shown that the packets had told it wrong. */
  readonly table: FrameTable;
  /** Frames that do not decode. */
  readonly missing: number;
  /** `copied`: the packets of the original in another container. */
  readonly how: 'copied' | 'encoded';
};

/**
 * A stand-in that browsers play: H.264 in 8-bit 4:2:0 and AAC in MP4, upright, with the frames of the original at the times
 * of the original, and a key frame every second. When only the container is in the way, the packets are taken over.
 */
export async function makeProxy(
  work: ProxyWork,
  watch: { readonly signal: AbortSignal; readonly onFrame: (done: number) => void },
): Promise<ProxyMade> {
  const { source, target, table, fixed } = work;
  // The packets are what did not play when the frames are known already.
  const copied = fixed ? null : await remux(source, target, table, watch);
  if (copied !== null) return { result: copied, table, missing: 0, how: 'copied' };
  try {
    return await encode(work, watch);
  } catch (error) {
    if (fixed || !(error instanceof ExpectedError) || error.code !== 'render-failed') throw error;
    return await encode({ ...work, table: await tableFromFrames(source, watch.signal) }, watch);
  }
}

async function encode(
  { source, target, table, fixed }: ProxyWork,
  watch: { readonly signal: AbortSignal; readonly onFrame: (done: number) => void },
): Promise<ProxyMade> {
  const video = { preset: 'superfast', quality: 23, secondsBetweenKeyframes: 1, limit: () => null } as const;
  let missing = 0;
  const count = (): void => {
    missing++;
  };
  const plan = {
    source,
    target,
    table,
    video,
    zero: 'file',
    silence: [],
    paint: null,
    onMissing: fixed ? count : null,
  } as const;
  return { result: await transcode(plan, watch), table, missing, how: 'encoded' };
}
