import type { GuardCheck, Verdict } from '#common/evidence/index.ts';
import { coverAt, mutedSpans } from '#common/redaction/index.ts';
import { decodeFrameTable, endOfFrame, type FrameTable } from '#common/time/index.ts';
import { createSha256 } from '#core/kernel/index.ts';
import { openSealedReader, type SealedReader } from '#core/vault/index.ts';
import type { GuardPlan } from './guard-api.ts';
import { decodeSamples } from './guard-decode.ts';
import { decodeOriginal } from './guard-original.ts';
import { createPictureJudge } from './guard-picture.ts';
import { checkSound } from './guard-sound.ts';
import { checkBoxes, checkStreams, foreignInPicture, foreignInSound, type Message, result } from './guard-structure.ts';
import { everyBox, readBoxes } from './mp4-boxes.ts';
import { type Mp4Track, readTrack } from './mp4-track.ts';

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
    const streams = checkStreams(boxes, tracks, plan.facts.audio !== null);
    // Samples that lie anywhere but in the media data are not read: their sizes may be made up.
    const message = streams.passed ? await foreignMessage(tracks, reader) : null;
    checks.push(...(await checkBoxes(reader, boxes, message)), streams);
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
  if (audio === undefined) checks.push(result('silence', [], 'there is no sound'));
  else {
    const mutes = mutedSpans(plan.document.mutes, table);
    const sound = { audio, reader, original: plan.source, start: picture.start, mutes, table };
    checks.push(...(await checkSound(sound, signal)));
  }
  return { checks, frames: video.samples.length, regions: picture.regions };
}

async function foreignMessage(tracks: readonly Mp4Track[], reader: SealedReader): Promise<Message | null> {
  for (const track of tracks) {
    const foreign =
      track.kind === 'video' ? await foreignInPicture(reader, track) : await foreignInSound(reader, track);
    if (foreign !== null) return foreign;
  }
  return null;
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

type Pictures = { readonly checks: readonly GuardCheck[]; readonly regions: number; readonly start: number | null };

/** Every frame against its plan, and that there is none beside them. */
async function checkPicture(
  plan: GuardPlan,
  video: Mp4Track,
  reader: SealedReader,
  table: FrameTable,
  signal: AbortSignal,
  progress: (frames: number) => void,
): Promise<Pictures> {
  const { width, height } = plan.facts.video;
  const judge = createPictureJudge();
  const found: { uncovered: GuardCheck | null; changed: GuardCheck | null } = { uncovered: null, changed: null };
  let start: number | null = null;
  let [regions, frame, repeated] = [0, 0, 0];
  const finished = decodeSamples(video, reader);
  const originals = decodeOriginal(plan.source, table, (seconds) => {
    start = seconds;
  });
  for await (const original of originals) {
    signal.throwIfAborted();
    const shown = await finished.next();
    if (shown.done === true) break;
    const covers = coverAt(plan.document, frame, { width, height });
    regions += covers.length;
    if (original.repeated) repeated++;
    for (const fault of judge.look(original.planes, shown.value, covers)) {
      const words = [`frame ${fault.frame}, ${fault.words}`];
      if (fault.kind === 'uncovered') found.uncovered ??= result('coverage', words, '', fault.frame);
      else found.changed ??= result('picture', words, '', fault.frame);
    }
    progress(++frame);
    if (found.uncovered !== null) break;
  }
  if (found.uncovered === null) {
    const total = table.pts.length;
    const more = frame === total && (await finished.next()).done !== true;
    const words = more ? `there are more than ${total} frames` : `only ${frame} of ${total} frames could be compared`;
    if (more || frame !== total) found.changed ??= result('picture', [words], '', frame);
  }
  await finished.return(undefined);
  return {
    checks: [
      found.uncovered ?? result('coverage', [], `${regions} regions covered in every frame they were planned for`),
      found.changed ?? result('picture', [], `the rest of every frame is the original picture${lostWords(repeated)}`),
    ],
    regions,
    start,
  };
}

/** Frames that are damaged in the original show the picture before them. */
function lostWords(frames: number): string {
  if (frames === 0) return '';
  return frames === 1
    ? '; 1 frame does not decode in the original and shows the picture before it'
    : `; ${frames} frames do not decode in the original and show the picture before them`;
}

async function hashOf(reader: SealedReader, signal: AbortSignal): Promise<string> {
  const hash = createSha256();
  for (let position = 0; position < reader.size; position += slice) {
    signal.throwIfAborted();
    hash.update(await reader.read(position, slice));
  }
  return hash.digestHex();
}
