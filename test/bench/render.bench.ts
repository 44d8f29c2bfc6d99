import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedactionDocument, Track } from '#common/redaction/index.ts';
import { encodeFrameTable, type FrameTableWire } from '#common/time/index.ts';
import { newId, nodeProcessSpawner, silentLogger, startProcess } from '#core/kernel/index.ts';
import { readFacts, scanFrames } from '#core/media/native/index.ts';
import type { SealedAccess } from '#core/vault/index.ts';
import { ffmpeg, footageFolder } from '#test/support/media-files.ts';
import { placeForTest, sealForTest } from '#test/support/sealed-file.ts';
import type { RenderApi, RenderParams } from '../../main/core/render/render-worker.ts';

// Our full render with three moving boxes, against Debian's ffmpeg encoding the same file again with the same preset and
// quality. Ours includes the start of the worker process, reading through the seal, painting, muting, sealing, flushing
// and reading the result back; ffmpeg's includes its start, and reading and writing plain files.

const repetitions = 3;
const seconds = 20;
const preset = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '21', '-c:a', 'aac'];
const renderEntry = new URL('../../main/core/render/render-worker.ts', import.meta.url);

/** Body-camera like: people, 1080p at 30 frames a second, a sensor's noise, sound. */
function makeClip(path: string): void {
  const footage = footageFolder();
  const picture =
    footage === null
      ? ['-f', 'lavfi', '-i', 'testsrc2=size=1920x1080:rate=30']
      : ['-stream_loop', '-1', '-i', join(footage, 'people-walking.mp4')];
  const sound = ['-f', 'lavfi', '-i', 'anoisesrc=color=pink:amplitude=0.2:sample_rate=48000'];
  const filter = 'scale=1920:1080,fps=30,noise=alls=7:allf=t,format=yuv420p';
  const encoder = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-b:v',
    '10M',
    '-maxrate',
    '12M',
    '-bufsize',
    '20M',
    '-g',
    '60',
  ];
  ffmpeg(...picture, ...sound, '-t', String(seconds), '-vf', filter, ...encoder, '-c:a', 'aac', '-b:a', '128k', path);
}

function threeBoxes(frames: number): RedactionDocument {
  const box = (x: number, y: number) => ({ x, y, width: 220, height: 260 });
  const track = (i: number): Track => ({
    id: newId('track'),
    name: `Person ${i + 1}`,
    style: { kind: 'solid' },
    range: { first: 0, last: frames - 1 },
    keyframes: [
      { frame: 0, box: box(100 + 500 * i, 120) },
      { frame: frames - 1, box: box(500 + 400 * i, 600) },
    ],
  });
  const mute = { id: newId('mute'), name: 'Name', range: { first: 60, last: 120 } };
  return { tracks: [0, 1, 2].map(track), mutes: [mute] };
}

/** CPU seconds of all children that have ended, or null where the system does not tell. */
function childrenCpu(): number | null {
  if (!existsSync('/proc/self/stat')) return null;
  const text = readFileSync('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

type Turn = { readonly wall: number; readonly cpu: number | null };

async function timed(work: () => Promise<void> | void): Promise<Turn> {
  const cpu = childrenCpu();
  const begun = performance.now();
  await work();
  const wall = (performance.now() - begun) / 1000;
  const after = childrenCpu();
  return { wall, cpu: cpu === null || after === null ? null : after - cpu };
}

async function renderOnce(
  source: SealedAccess,
  target: SealedAccess,
  frames: FrameTableWire,
  video: RenderParams['video'],
): Promise<void> {
  rmSync(target.path, { force: true });
  const worker = startProcess<RenderApi>(renderEntry, {
    name: 'render',
    spawner: nodeProcessSpawner,
    logger: silentLogger,
  });
  try {
    await worker.call('render', { source, target, frames, document: threeBoxes(frames.frames), video });
  } finally {
    await worker.close();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Measures, and returns the line with the result. */
export async function run(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'plainview-render-bench-'));
  try {
    const clip = join(folder, 'clip.mp4');
    makeClip(clip);
    const source = await sealForTest(clip, newId('evidence'));
    const target = placeForTest(join(folder, 'render.sealed'), newId('render'));
    const plain = join(folder, 'plain.mp4');
    const scan = await scanFrames(source, new AbortController().signal);
    const frames = encodeFrameTable(scan.table);
    const { video } = await readFacts(source, scan);
    const turns: { ours: Turn[]; plain: Turn[] } = { ours: [], plain: [] };
    const sides = {
      ours: () => renderOnce(source, target, frames, video),
      plain: () => ffmpeg('-i', clip, ...preset, plain),
    };
    for (let round = 0; round < repetitions; round++) {
      const order = round % 2 === 0 ? (['ours', 'plain'] as const) : (['plain', 'ours'] as const);
      for (const side of order) {
        const turn = await timed(sides[side]);
        turns[side].push(turn);
        process.stderr.write(`${side} ${turn.wall.toFixed(2)} s wall, ${turn.cpu?.toFixed(2) ?? '?'} s CPU\n`);
      }
    }
    const wall = {
      ours: median(turns.ours.map((turn) => turn.wall)),
      plain: median(turns.plain.map((turn) => turn.wall)),
    };
    const cpu = (side: 'ours' | 'plain'): number => median(turns[side].map((turn) => turn.cpu ?? Number.NaN));
    const megabytes = (path: string): string => (statSync(path).size / 1e6).toFixed(1);
    return [
      `BENCH render ratio=${(wall.ours / wall.plain).toFixed(2)} cpu_ratio=${(cpu('ours') / cpu('plain')).toFixed(2)}`,
      `ours_s=${wall.ours.toFixed(2)} plain_s=${wall.plain.toFixed(2)} target=1.25 repetitions=${repetitions}`,
      `frames=${frames.frames} source_mb=${megabytes(clip)} ours_mb=${megabytes(target.path)} plain_mb=${megabytes(plain)}`,
    ].join(' ');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
