import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TrainingAgency, trainingAgencySchema } from '#common/evidence/training-agency.ts';
import type { Roster } from '#core/devices/index.ts';

/** The made-up department that ships with the program, and where its cameras' cards lie. */
export type TrainingData = { readonly agency: TrainingAgency; readonly cards: readonly string[] };

/** Reads the training agency from the assets. A program without it is broken, so whatever is wrong is a bug. */
export async function readTraining(assetsDir: string): Promise<TrainingData> {
  const folder = join(assetsDir, 'training');
  const agency = trainingAgencySchema.parse(JSON.parse(await readFile(join(folder, 'agency.json'), 'utf8')));
  const entries = await readdir(join(folder, 'cards'), { withFileTypes: true });
  const cards = entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, 'cards', entry.name));
  return { agency, cards: cards.sort() };
}

type Worn = readonly [string, { readonly name: string | null; readonly officer: string | null }];

/** Who has which camera: worn ones belong to an officer, those in cruisers are called by the car. */
export function trainingRoster({ officers, cruisers }: TrainingAgency): Roster {
  return {
    people: officers.map(({ name }) => name),
    devices: new Map([
      ...officers.map(({ device, name }): Worn => [device, { name: null, officer: name }]),
      ...cruisers.map(({ device, unit }): Worn => [device, { name: `Cruiser ${unit}`, officer: null }]),
    ]),
  };
}
