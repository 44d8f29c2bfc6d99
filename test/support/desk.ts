import type { Actor } from '#common/audit/index.ts';
import { type Operation, type SharedEntry, stateText } from '#common/changes/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import {
  createMarks,
  createProjects,
  type Marks,
  operationHandler,
  type Pen,
  type Projects,
} from '#core/changes/index.ts';
import { told } from '#core/changes/telling.ts';
import { newId } from '#core/kernel/index.ts';
import { type HandClock, handClock, openTestCatalog, type TempFolder, tempFolder, theStation } from './catalog.ts';
import { nthId } from './operations.ts';

/** A station's catalog with what people do at it, and nothing else around it. */
export type Desk = {
  readonly catalog: Catalog;
  readonly folder: string;
  readonly clock: HandClock;
  readonly marks: Marks;
  readonly projects: Projects;
  readonly actor: Actor;
  /** Everything it knows, as others would be told. */
  readonly entries: () => Promise<readonly SharedEntry[]>;
  /** Takes in what another tells, in one commit. */
  readonly hear: (entries: readonly SharedEntry[]) => Promise<void>;
  readonly state: () => Promise<string>;
  readonly close: () => Promise<void>;
};

export const officer: Actor = { kind: 'account', accountId: newId('account'), username: 'dfield', role: 'officer' };
export const supervisor: Actor = {
  kind: 'account',
  accountId: newId('account'),
  username: 'rfeld',
  role: 'supervisor',
};

export async function openDesk(actor: Actor = officer, time?: number): Promise<Desk> {
  const folder: TempFolder = tempFolder();
  const clock = handClock(time);
  const catalog = await openTestCatalog(folder.path, { clock });
  const pen: Pen = { clock, time: (follows) => catalog.logs.time(follows) };
  const handler = operationHandler(catalog);
  const from = { writer: nthId('note', 77).slice(4), seq: 1 };
  return {
    catalog,
    folder: folder.path,
    clock,
    marks: createMarks({ catalog, pen }),
    projects: createProjects({ catalog, pen }),
    actor,
    entries: async () => {
      const page = await catalog.operations.page(0, 100_000);
      return page.map(({ operation }) => entry(operation));
    },
    hear: async (entries) => {
      const taken = await handler.applyAll(entries, from);
      await catalog.commit({ actor: theStation, ...taken });
    },
    state: async () => stateText((await catalog.operations.page(0, 100_000)).map(({ operation }) => operation)),
    close: async () => {
      await catalog.close();
      folder.dispose();
    },
  };
}

/** What others are told of an operation. */
export function entry(operation: Operation): SharedEntry {
  return told(operation).value;
}
