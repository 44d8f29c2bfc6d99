import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentWith, failuresOf, judged, renderWith, sourceFrom } from '#test/support/guard-bench.ts';
import { diceOf, hardDocument, makeHardClip } from '#test/support/hard-footage.ts';
import { footageFolder, type MediaFolder, mediaFolder } from '#test/support/media-files.ts';

/** PLAINVIEW_FUZZ=clips[,first seed] looks at more, or at others. */
const [clips = 16, firstSeed = 1] = (process.env['PLAINVIEW_FUZZ'] ?? '16,1').split(',').map(Number);
const frames = 30;
const footage = footageFolder();
let folder: MediaFolder;
beforeAll(() => {
  folder = mediaFolder();
});
afterAll(() => folder.remove());

describe('render and guard agree', () => {
  it.each(Array.from({ length: clips }, (_, i) => firstSeed + i))('on hard footage with seed %i', async (seed) => {
    const dice = diceOf(seed);
    const path = folder.file(`hard-${seed}.mp4`);
    const what = makeHardClip(dice, path, frames, footage);
    const source = await sourceFrom(path);
    const { width, height } = source.facts.video;
    const document = hardDocument(dice, width, height, source.table.pts.length);
    const honest = await renderWith(folder, source, document);
    const verdict = await judged(source, document, honest);
    expect(failuresOf(verdict), `${what}: ${JSON.stringify(document)}`).toEqual([]);

    // The same footage with one large box that is missing once.
    const one = documentWith({ kind: 'solid' }, frames - 1, {
      x: width / 4,
      y: height / 4,
      width: width / 2,
      height: height / 2,
    });
    const frame = dice.between(0, source.table.pts.length - 1);
    const lie = await renderWith(folder, source, one, { covers: (index, planned) => (index === frame ? [] : planned) });
    const [fault] = failuresOf(await judged(source, one, lie));
    expect(fault, what).toMatchObject({ name: 'coverage', frame });
    for (const used of [path, honest.path, lie.path, source.access.path]) rmSync(used);
  });
});
