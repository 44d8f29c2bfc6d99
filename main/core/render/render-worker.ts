import type { MediaFacts } from '#common/evidence/index.ts';
import { mutedSpans, type RedactionDocument } from '#common/redaction/index.ts';
import { decodeFrameTable, type FrameTableWire } from '#common/time/index.ts';
import { type CallContext, serveWorker } from '#core/kernel/index.ts';
import { transcode } from '#core/media/native/index.ts';
import type { SealedAccess, SealedWriteResult } from '#core/vault/index.ts';
import { createPainter } from './painter.ts';
import { videoSettings } from './video-settings.ts';

export type RenderParams = {
  readonly source: SealedAccess;
  readonly target: SealedAccess;
  readonly frames: FrameTableWire;
  readonly document: RedactionDocument;
  /** What the source's picture is. */
  readonly video: MediaFacts['video'];
};

const tellEveryMs = 200;
const api = {
  /** Renders into `target`; progress in frames. */
  render: (
    { source, target, frames, document, video }: RenderParams,
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
        video: videoSettings(video),
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
