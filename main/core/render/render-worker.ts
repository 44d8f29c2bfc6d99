import { mutedSpans, type RedactionDocument } from '#common/redaction/index.ts';
import { decodeFrameTable, type FrameTableWire } from '#common/time/index.ts';
import { type CallContext, serveWorker } from '#core/kernel/index.ts';
import { transcode } from '#core/media/native/index.ts';
import type { SealedAccess, SealedWriteResult } from '#core/vault/index.ts';
import { createPainter } from './painter.ts';

export type RenderParams = {
  readonly source: SealedAccess;
  readonly target: SealedAccess;
  readonly frames: FrameTableWire;
  readonly document: RedactionDocument;
  /** The source's video codec in FFmpeg's words. */
  readonly codec: string;
};

const tellEveryMs = 200;
/** Codecs that need about half the bits of H.264 for the same picture. */
const thrifty = new Set(['hevc', 'av1', 'vp9', 'vvc']);
/** Even a still hall needs this much, or masks would smear. */
const leastLimit = 600_000;

/** How the picture is encoded. The limit keeps noisy footage from growing beyond the camera's own file. */
function videoSettings(codec: string) {
  const factor = thrifty.has(codec) ? 2.4 : 1.2;
  const limit = (bits: number): number => Math.max(leastLimit, bits * factor);
  return { preset: 'veryfast', quality: 21, secondsBetweenKeyframes: 2, limit } as const;
}

const api = {
  /** Renders into `target`; progress in frames. */
  render: (
    { source, target, frames, document, codec }: RenderParams,
    { signal, progress }: CallContext<number>,
  ): Promise<SealedWriteResult> => {
    const table = decodeFrameTable(frames);
    let told = 0;
    const onFrame = (done: number): void => {
      const now = performance.now();
      if (now - told < tellEveryMs) return;
      told = now;
      progress(done);
    };
    return transcode(
      {
        source,
        target,
        table,
        video: videoSettings(codec),
        zero: 'first-frame',
        silence: mutedSpans(document.mutes, table),
        paint: createPainter(document),
        // What the camera's file lost cannot be had back; the guard says how many frames that are.
        onMissing: () => undefined,
      },
      { signal, onFrame },
    );
  },
};
export type RenderApi = typeof api;

serveWorker(api);
