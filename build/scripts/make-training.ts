/**
 * Makes `assets/training`: the made-up agency, its clips on their cameras' cards, and what lies beside them.
 *
 *   node build/scripts/make-training.ts [--only SCENE] [--drawn FRAMES_A_SECOND] [--no-film]
 *
 * Needs FFmpeg and Chromium (PLAINVIEW_CHROMIUM, by default /usr/bin/chromium). Drawn frames are kept in `out/training`,
 * so a second run only cuts the film again: delete a scene's folder there after changing what it shows. The same sources and tools give the same pictures.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { trainingAgencySchema } from '#common/evidence/training-agency.ts';
import { agency } from '../training/agency.ts';
import { clips } from '../training/clips.ts';
import { cutClip, drawFrames, frameRate, makeMaster } from '../training/film.ts';
import { writeSidecars } from '../training/sidecars.ts';
import { makeSound } from '../training/sound.ts';
import { Studio } from '../training/studio-server.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const training = join(root, 'assets', 'training');
const cards = join(training, 'cards');
const work = join(root, 'out', 'training');

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    drawn: { type: 'string', default: '12' },
    'no-film': { type: 'boolean', default: false },
  },
});
const effort = { drawnPerSecond: Number(values.drawn) };
if (!(effort.drawnPerSecond > 0) || frameRate % effort.drawnPerSecond !== 0)
  throw new Error(`--drawn wants a divisor of ${frameRate}.`);

await mkdir(work, { recursive: true });
await writeFile(join(training, 'agency.json'), `${JSON.stringify(trainingAgencySchema.parse(agency), null, 2)}\n`);
await writeSidecars(cards, clips);

if (!values['no-film']) {
  let studio: Studio | null = null;
  const opened = async (): Promise<Studio> => {
    studio ??= await Studio.start(process.env['PLAINVIEW_CHROMIUM'] ?? '/usr/bin/chromium');
    return studio;
  };
  try {
    for (const clip of clips) {
      if (values.only !== undefined && values.only !== clip.scene) continue;
      const frames = await drawFrames(opened, clip, work, effort);
      const master = await makeMaster(clip, frames, await makeSound(clip, work), work, effort);
      await cutClip(clip, master, cards);
      process.stdout.write(`${clip.name}: ${clip.files.join(', ')}\n`);
    }
  } finally {
    await (studio as Studio | null)?.[Symbol.asyncDispose]();
  }
}
