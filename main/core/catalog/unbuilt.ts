import type { Operation, OperationKind } from '#common/changes/index.ts';
import type { ChangeWrite } from './change-types.ts';
import { buildDocument } from './documents.ts';
import { putOperation } from './operations.ts';
import { buildWaitingProjects, expectProject, extendProject, getProject } from './projects.ts';
import type { Store } from './store.ts';

/** What a commit adds to documents; each is built once, when all of the commit is written. */
export type Unbuilt = {
  readonly add: (write: Extract<ChangeWrite, { put: 'operation' }>) => void;
  readonly arrived: (originals: readonly { readonly evidenceId: string }[]) => void;
  readonly build: () => void;
};

export function createUnbuilt(store: Store): Unbuilt {
  const documents = new Map<string, { readonly kind: OperationKind; readonly id: string }>();
  const evidence: string[] = [];
  return {
    add: ({ value, on }) => {
      if (on !== undefined) expectProject(store, on.projectId, on.version);
      if (!putOperation(store, value)) return;
      if (on !== undefined && extended(store, value, on.projectId)) return;
      documents.set(`${value.kind} ${value.document}`, { kind: value.kind, id: value.document });
    },
    arrived: (originals) => {
      evidence.push(...originals.map(({ evidenceId }) => evidenceId));
    },
    build: () => {
      for (const { kind, id } of documents.values()) buildDocument(store, kind, id);
      buildWaitingProjects(store, evidence);
    },
  };
}

/** The usual case: somebody here goes on with what the desk shows. */
function extended(store: Store, operation: Operation, projectId: string): boolean {
  if (operation.kind !== 'redaction' || operation.save.kind !== 'edits') return false;
  const project = getProject(store, projectId);
  if (project === null || (operation.parents[0] ?? null) !== project.head) return false;
  extendProject(store, project, operation);
  return true;
}
