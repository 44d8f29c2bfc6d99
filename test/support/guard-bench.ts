import type { Frame } from 'node-av/lib';
import type { GuardCheck, MediaFacts, Verdict } from '#common/evidence/index.ts';
import {
  type Cover,
  coverAt,
  type MaskStyle,
  mutedSpans,
  paintChannel,
  type RedactionDocument,
  type TickSpan,
} from '#common/redaction/index.ts';
import { encodeFrameTable, type FrameTable } from '#common/time/index.ts';
import { newId } from '#core/kernel/index.ts';
import { readFacts, scanFrames, transcode } from '#core/media/native/index.ts';
import type { SealedAccess } from '#core/vault/index.ts';
import { planesOf } from '../../main/core/release/guard-decode.ts';
import { examine } from '../../main/core/release/guard-examine.ts';
import { videoSettings } from '../../main/core/render/video-settings.ts';
import type { MediaFolder } from './media-files.ts';
import { placeForTest, sealForTest } from './sealed-file.ts';

const never = new AbortController().signal;
let counter = 0;

/** A sealed original and what the station knows of it. */
export type Source = { readonly access: SealedAccess; readonly table: FrameTable; readonly facts: MediaFacts };

export async function sourceFrom(path: string): Promise<Source> {
  const access = await sealForTest(path, newId('evidence'));
  const scan = await scanFrames(access, never);
  return { access, table: scan.table, facts: await readFacts(access, scan) };
}

/** One track of boxes that goes in a straight line through the whole recording. */
export function documentWith(
  style: MaskStyle,
  last: number,
  from: { readonly x: number; readonly y: number; readonly width?: number; readonly height?: number },
  by = { x: 0, y: 0 },
  mutes: RedactionDocument['mutes'] = [],
): RedactionDocument {
  const box = { width: 70, height: 61, ...from };
  const keyframes = [
    { frame: 0, box },
    { frame: Math.max(1, last), box: { ...box, x: box.x + by.x, y: box.y + by.y } },
  ];
  return { tracks: [{ id: newId('track'), name: 'Somebody', style, range: { first: 0, last }, keyframes }], mutes };
}

/** How a render departs from its document. Everything that is not said is honest. */
export type Lies = {
  /** Which of the planned frames is shown as frame `index`. */
  readonly picture?: (index: number) => number;
  /** What is painted at frame `index` instead of what is planned. */
  readonly covers?: (index: number, planned: readonly Cover[]) => readonly Cover[];
  /** What is silent instead. */
  readonly silence?: (planned: readonly TickSpan[]) => readonly TickSpan[];
  /** Taken from here instead of from the original; as many frames at the same times. */
  readonly from?: SealedAccess;
};

/** Renders with the station's own encoder and muxer, as the station does or with lies. */
export async function renderWith(
  folder: MediaFolder,
  source: Source,
  document: RedactionDocument,
  lies: Lies = {},
): Promise<SealedAccess> {
  const { picture } = lies;
  const pictures = picture === undefined ? null : await picturesOf(folder, source);
  const { width, height } = source.facts.video;
  const size = { width, height };
  return transcoded(folder, source, document, lies, (frame, index) => {
    const shown = picture?.(index) ?? index;
    const other = pictures?.[shown];
    if (other !== undefined) frame.fromBuffer(other);
    const planned = coverAt(document, shown, size);
    const covers = lies.covers?.(index, planned) ?? planned;
    for (const { rect, style } of covers) {
      if (rect.width > 0 && rect.height > 0) for (const channel of planesOf(frame)) paintChannel(channel, rect, style);
    }
    return covers.map((cover) => cover.rect);
  });
}

async function picturesOf(folder: MediaFolder, source: Source): Promise<readonly Buffer[]> {
  const pictures: Buffer[] = [];
  await transcoded(folder, source, { tracks: [], mutes: [] }, {}, (frame) => {
    pictures.push(Buffer.from(frame.toBuffer()));
    return [];
  });
  return pictures;
}

async function transcoded(
  folder: MediaFolder,
  source: Source,
  document: RedactionDocument,
  lies: Lies,
  paint: (frame: Frame, index: number) => readonly Cover['rect'][],
): Promise<SealedAccess> {
  const target = placeForTest(folder.file(`render-${counter++}.sealed`), newId('render'));
  const planned = mutedSpans(document.mutes, source.table);
  await transcode(
    {
      source: lies.from ?? source.access,
      target,
      table: source.table,
      video: videoSettings(source.facts.video),
      zero: 'first-frame',
      silence: lies.silence?.(planned) ?? planned,
      onMissing: null,
      paint,
    },
    { signal: never, onFrame: () => {} },
  );
  return target;
}

/** What the guard says of a file that should be the render of a document. */
export function judged(source: Source, document: RedactionDocument, result: SealedAccess): Promise<Verdict> {
  const frames = encodeFrameTable(source.table);
  return examine({ source: source.access, result, facts: source.facts, frames, document, now: 1 }, never, () => {});
}

export const failuresOf = (verdict: Verdict): readonly GuardCheck[] => verdict.checks.filter((one) => !one.passed);
