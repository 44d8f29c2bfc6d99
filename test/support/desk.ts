import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '#common/audit/index.ts';
import {
  branchOf,
  mergeFacts,
  mergeMarker,
  mergeNote,
  mergeReview,
  type Operation,
  redactionBranches,
  type SharedEntry,
  stateText,
} from '#common/changes/index.ts';
import type { Recording } from '#common/evidence/index.ts';
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
import {
  aRecording,
  aSegment,
  type HandClock,
  handClock,
  openTestCatalog,
  type TempFolder,
  tempFolder,
  theStation,
} from './catalog.ts';
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

/** Three recordings that every station has, with the ids of `nthId`. */
export const sharedRecordings: readonly Recording[] = [0, 1, 2].map((n) =>
  aRecording({ id: nthId('recording', n), segments: [aSegment({ evidenceId: nthId('evidence', n) })] }),
);

/** Compares every document that a catalog built, step by step, with what all of its operations come to at once. */
export async function wronglyBuilt(catalog: Catalog): Promise<readonly string[]> {
  const wrong: string[] = [];
  const compare = (what: string, built: unknown, merged: unknown): void => {
    if (!isDeepStrictEqual(built, merged)) wrong.push(`${what} is not what its operations come to`);
  };
  const seen = new Set<string>();
  for (const { operation } of await catalog.operations.page(0, 1_000_000)) {
    const { kind, document } = operation;
    if (kind === 'report' || seen.has(`${kind} ${document}`)) continue;
    seen.add(`${kind} ${document}`);
    const operations: readonly Operation[] = await catalog.operations.of(kind, document);
    const of = <K extends Operation['kind']>(wanted: K) =>
      operations.filter((one): one is Extract<Operation, { kind: K }> => one.kind === wanted);
    switch (kind) {
      case 'facts':
        compare(`${kind} ${document}`, await catalog.documents.get(kind, document), mergeFacts(of(kind)));
        break;
      case 'note':
        compare(`${kind} ${document}`, await catalog.documents.get(kind, document), mergeNote(of(kind)));
        break;
      case 'marker':
        compare(`${kind} ${document}`, await catalog.documents.get(kind, document), mergeMarker(of(kind)));
        break;
      case 'review':
        compare(`${kind} ${document}`, await catalog.documents.get(kind, document), mergeReview(of(kind)));
        break;
      case 'redaction': {
        const project = await catalog.projects.byEvidence(document);
        const { trunk, branches } = redactionBranches(of(kind));
        const built = project === null ? null : [project.head, project.document, project.branches];
        // A project that is only open has no save yet; one whose saves all wait has no trunk.
        const merged = trunk === null ? null : [trunk.id, trunk.content, branches.map(branchOf)];
        if (trunk !== null || (project !== null && project.head !== null))
          compare(`${kind} ${document}`, built, merged);
        break;
      }
      default:
        break;
    }
  }
  return wrong;
}
