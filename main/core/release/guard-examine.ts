import type { GuardCheck, Verdict } from '#common/evidence/index.ts';
import { coverAt, mutedSpans } from '#common/redaction/index.ts';
import { decodeFrameTable, endOfFrame, type FrameTable } from '#common/time/index.ts';
import { createSha256 } from '#core/kernel/index.ts';
import { openSealedReader, type SealedReader } from '#core/vault/index.ts';
import type { GuardPlan } from './guard-api.ts';
import { decodeSamples, loudestIn } from './guard-decode.ts';
import { comparePicture } from './guard-picture.ts';
import { decodeSource } from './guard-source.ts';
import { checkBoxes, checkStreams, foreignUnits, result } from './guard-structure.ts';
import { everyBox, readBoxes } from './mp4-boxes.ts';
import { type Mp4Track, readTrack } from './mp4-track.ts';

/** Peak allowed in a muted span, as a share of full scale: −60 dB, below what anybody can hear beside the room. */
const silencePeak = 0.001;
const slice = 1024 * 1024;

/**
 * Examines a finished file against its plan. Its own reading of the file's tables is used throughout: edit lists, brands
 * and whatever else could hide something from a player count for nothing.
 */
export async function examine(
  plan: GuardPlan,
  signal: AbortSignal,
  progress: (frames: number) => void,
): Promise<Verdict> {
  const reader = await openSealedReader(plan.result);
  try {
    const sha256 = await hashOf(reader, signal);
    const found = await examineFile(plan, reader, signal, progress);
    return {
      passed: found.checks.every((check) => check.passed),
      checkedAt: plan.now,
      sha256,
      sizeBytes: reader.size,
      frames: found.frames,
      regions: found.regions,
      checks: [...found.checks],
    };
  } finally {
    await reader.close();
  }
}

type Found = { readonly checks: readonly GuardCheck[]; readonly frames: number; readonly regions: number };

async function examineFile(
  plan: GuardPlan,
  reader: SealedReader,
  signal: AbortSignal,
  progress: (frames: number) => void,
): Promise<Found> {
  const checks: GuardCheck[] = [];
  let tracks: readonly Mp4Track[];
  try {
    const boxes = await readBoxes(reader);
    const traks = [...everyBox(boxes)].filter((box) => box.path === 'moov/trak');
    tracks = await Promise.all(traks.map((trak) => readTrack(reader, trak)));
    const video = tracks.find((track) => track.kind === 'video');
    const messages = video === undefined ? null : await foreignMessage(video, reader, signal);
    checks.push(...(await checkBoxes(reader, boxes, messages)), checkStreams(boxes, tracks, plan.facts.audio !== null));
  } catch (error) {
    return {
      checks: [result('streams', [error instanceof Error ? error.message : String(error)], '')],
      frames: 0,
      regions: 0,
    };
  }
  const video = tracks.find((track) => track.kind === 'video');
  const audio = tracks.find((track) => track.kind === 'audio');
  const table = decodeFrameTable(plan.frames);
  if (video === undefined) return { checks, frames: 0, regions: 0 };
  checks.push(checkCount(video, table), checkTimes(video, table));
  if (checks.some((check) => !check.passed)) return { checks, frames: video.samples.length, regions: 0 };
  const picture = await checkPicture(plan, video, reader, table, signal, progress);
  checks.push(...picture.checks);
  checks.push(await checkSilence(plan, audio, reader, table));
  return { checks, frames: video.samples.length, regions: picture.regions };
}

function checkCount(video: Mp4Track, table: FrameTable): GuardCheck {
  const same = video.samples.length === table.pts.length;
  return result(
    'frame-count',
    same ? [] : [`${video.samples.length} frames instead of ${table.pts.length}`],
    `${table.pts.length} frames, as planned`,
  );
}

function checkTimes(video: Mp4Track, table: FrameTable): GuardCheck {
  const ticks = (time: number): bigint => BigInt(time) * BigInt(table.timeBase.den);
  const planned = (time: number): bigint => BigInt(time) * BigInt(table.timeBase.num) * BigInt(video.timeScale);
  for (const [frame, sample] of video.samples.entries()) {
    const pts = table.pts[frame];
    if (pts === undefined) break;
    const end = endOfFrame(table, frame);
    if (ticks(sample.time) !== planned(pts) || ticks(sample.time + sample.duration) !== planned(end)) {
      return result('frame-times', [`frame ${frame} is not shown when it was planned`], '', frame);
    }
  }
  return result('frame-times', [], 'every frame at the very time it had in the original');
}

/** What stands between the pictures that is no picture, in words with its frame; null when there is nothing. */
async function foreignMessage(
  video: Mp4Track,
  reader: SealedReader,
  signal: AbortSignal,
): Promise<{ readonly frame: number; readonly words: string } | null> {
  const lengthBytes = ((video.setup[4] ?? 3) & 3) + 1;
  for (const [frame, sample] of video.samples.entries()) {
    signal.throwIfAborted();
    const foreign = foreignUnits(await reader.read(sample.offset, sample.size), lengthBytes);
    if (foreign.length > 0) return { frame, words: `frame ${frame} carries units of kind ${foreign.join(', ')}` };
  }
  return null;
}

async function checkPicture(
  plan: GuardPlan,
  video: Mp4Track,
  reader: SealedReader,
  table: FrameTable,
  signal: AbortSignal,
  progress: (frames: number) => void,
): Promise<{ readonly checks: readonly GuardCheck[]; readonly regions: number }> {
  const { width, height } = plan.facts.video;
  let uncovered: GuardCheck | null = null;
  let changed: GuardCheck | null = null;
  let regions = 0;
  let frame = 0;
  let repeated = 0;
  const finished = decodeSamples(video, reader);
  for await (const source of decodeSource(plan.source, table)) {
    signal.throwIfAborted();
    const shown = await finished.next();
    if (shown.done === true) break;
    const covers = coverAt(plan.document, frame, { width, height });
    regions += covers.length;
    // The worst fault names the frame; a glimpse of what should be hidden goes before everything else.
    if (source.repeated) repeated++;
    const faults = comparePicture(source.planes, shown.value, covers);
    const fault = faults.find((one) => one.kind === 'uncovered') ?? faults[0];
    if (fault !== undefined) {
      const { left, top, width: across, height: down } = fault.rect;
      const where = `frame ${frame}, region ${left},${top} ${across}×${down}: ${fault.difference.toFixed(0)} steps from the plan`;
      if (fault.kind === 'uncovered') uncovered ??= result('coverage', [where], '', frame);
      else changed ??= result('picture', [where], '', frame);
    }
    progress(++frame);
    if (uncovered !== null) break;
  }
  await finished.return(undefined);
  if (uncovered === null && frame !== table.pts.length) {
    changed ??= result(
      'picture',
      [`only ${frame} of ${table.pts.length} frames could be decoded and compared`],
      '',
      frame,
    );
  }
  return {
    checks: [
      uncovered ?? result('coverage', [], `${regions} regions covered in every frame they were planned for`),
      changed ?? result('picture', [], `the rest of every frame is the original picture${lostWords(repeated)}`),
    ],
    regions,
  };
}

/** Frames that are damaged in the original show the picture before them. */
function lostWords(frames: number): string {
  if (frames === 0) return '';
  return frames === 1
    ? '; 1 frame does not decode in the original and shows the picture before it'
    : `; ${frames} frames do not decode in the original and show the picture before them`;
}

async function checkSilence(
  plan: GuardPlan,
  audio: Mp4Track | undefined,
  reader: SealedReader,
  table: FrameTable,
): Promise<GuardCheck> {
  const spans = mutedSpans(plan.document.mutes, table);
  if (audio === undefined || spans.length === 0) return result('silence', [], 'nothing had to be silent');
  const second = table.timeBase.num / table.timeBase.den;
  const peaks = await loudestIn(
    audio,
    reader,
    spans.map((span) => ({ from: span.from * second, to: span.to * second })),
  );
  const loud = peaks.flatMap((peak, i) => {
    const span = spans[i];
    if (peak <= silencePeak || span === undefined) return [];
    return [
      `sound of ${(20 * Math.log10(peak)).toFixed(0)} dB between ${(span.from * second).toFixed(2)} s and ${(span.to * second).toFixed(2)} s`,
    ];
  });
  return result('silence', loud, `${spans.length} muted stretches are silent`);
}

async function hashOf(reader: SealedReader, signal: AbortSignal): Promise<string> {
  const hash = createSha256();
  for (let position = 0; position < reader.size; position += slice) {
    signal.throwIfAborted();
    hash.update(await reader.read(position, slice));
  }
  return hash.digestHex();
}
