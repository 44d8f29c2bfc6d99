import { ExpectedError } from '#common/errors/index.ts';
import type { FrameTable } from '#common/time/index.ts';
import type { SealedAccess, SealedWriteResult } from '#core/vault/index.ts';
import { tableFromFrames } from './frame-scan.ts';
import { remux } from './remux.ts';
import { transcode } from './transcode.ts';

export type ProxyWork = { readonly source: SealedAccess; readonly target: SealedAccess; readonly table: FrameTable };

export type ProxyMade = {
  readonly result: SealedWriteResult;
  /** The frames as they turned out; decoding may have shown that the packets had told it wrong. */
  readonly table: FrameTable;
  /** `copied`: the packets of the original in another container. */
  readonly how: 'copied' | 'encoded';
};

/**
 * A stand-in that browsers play: H.264 in 8-bit 4:2:0 and AAC in MP4, upright, with the frames of the original at the times
 * of the original, and a key frame every second. When only the container is in the way, the packets are taken over.
 */
export async function makeProxy(
  { source, target, table }: ProxyWork,
  watch: { readonly signal: AbortSignal; readonly onFrame: (done: number) => void },
): Promise<ProxyMade> {
  const copied = await remux(source, target, table, watch);
  if (copied !== null) return { result: copied, table, how: 'copied' };
  try {
    return { result: await encode({ source, target, table }, watch), table, how: 'encoded' };
  } catch (error) {
    if (!(error instanceof ExpectedError) || error.code !== 'render-failed') throw error;
    const decoded = await tableFromFrames(source, watch.signal);
    return { result: await encode({ source, target, table: decoded }, watch), table: decoded, how: 'encoded' };
  }
}

function encode(
  { source, target, table }: ProxyWork,
  watch: { readonly signal: AbortSignal; readonly onFrame: (done: number) => void },
): Promise<SealedWriteResult> {
  const video = { preset: 'superfast', quality: 23, secondsBetweenKeyframes: 1, limit: () => null } as const;
  return transcode({ source, target, table, video, zero: 'file', silence: [], paint: null }, watch);
}
