import { type Actor, type AuditEvent, actorName } from '#common/audit/index.ts';
import { type OperationOf, redactionAt, redactionBranches } from '#common/changes/index.ts';
import type { ParsedRequestOf, ReplyOf } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { projectIdFor, type RedactionProject } from '#common/evidence/index.ts';
import type { EvidenceId, OperationId, ProjectId } from '#common/ids/index.ts';
import { applyEdit, compareDocuments, emptyDocument, type RedactionDocument } from '#common/redaction/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import { type Pen, signed } from './author.ts';
import { nameOperation } from './naming.ts';
import { told } from './telling.ts';

/** The redactions of evidence items, as people edit them: trunk and branches of everything that was ever saved. */
export interface Projects {
  /** The project of an evidence item, made when there is none. Throws `not-found` for evidence that is not in the catalog. */
  open(evidenceId: EvidenceId, actor: Actor): Promise<RedactionProject>;
  /**
   * Commits edits on top of `version`, all or none, with one audit line each. `version` grows by one an edit.
   * Throws `not-found`, and `stale-version` when somebody else was faster.
   */
  edit(input: ParsedRequestOf<'redaction.edit'>, actor: Actor): Promise<{ readonly version: number }>;
  /** Throws `not-found`. */
  branches(projectId: ProjectId): Promise<ReplyOf<'redaction.branches'>>;
  /** Throws `not-found` for a project or a version that is not there. */
  compare(input: ParsedRequestOf<'redaction.compare'>): Promise<ReplyOf<'redaction.compare'>>;
  /** Keeps edits of an older version beside what others made of it. Throws `not-found` for a version that never was. */
  branch(input: ParsedRequestOf<'redaction.branch'>, actor: Actor): Promise<{ readonly head: OperationId }>;
  /** Throws `stale-version` when other versions are there than were looked at, `invalid-request` for a choice among others. */
  choose(input: ParsedRequestOf<'redaction.choose'>, actor: Actor): Promise<{ readonly version: number }>;
  /** Gives projects of before there were saves a first one, so that they can be told and branched like all. */
  adopt(): Promise<void>;
}

/** Keeps projects in a catalog. */
export function createProjects({ catalog, pen }: { readonly catalog: Catalog; readonly pen: Pen }): Projects {
  async function get(projectId: ProjectId): Promise<RedactionProject> {
    const project = await catalog.projects.get(projectId);
    if (project === null) throw new ExpectedError('not-found', 'There is no such redaction.', { subject: projectId });
    return project;
  }

  const savesOf = ({ evidenceId }: RedactionProject) => catalog.operations.of('redaction', evidenceId);

  /** The content of any save. */
  function contentAt(saves: readonly OperationOf<'redaction'>[], id: OperationId): RedactionDocument {
    const content = redactionAt(saves, id);
    if (content !== null) return content;
    throw new ExpectedError('not-found', 'There is no such version of this redaction here.', {
      subject: id,
      nextStep: 'It may not have arrived yet. Look at the list of versions again.',
    });
  }

  /** The save that a version was; null for the empty document that everything begins with. */
  async function baseOf(project: RedactionProject, version: number): Promise<OperationId | null> {
    if (version === project.version) return project.head;
    const save = await catalog.projects.saveOf(project.id, version);
    if (save !== null || version === 0) return save;
    throw new ExpectedError('not-found', 'This station does not know the version these changes were made on.', {
      subject: project.id,
      nextStep: 'Open the recording again and make the changes on the redaction as it stands.',
    });
  }

  return {
    open: async (evidenceId, actor) => {
      const known = await catalog.projects.byEvidence(evidenceId);
      if (known !== null) return known;
      const recording = await catalog.recordings.byEvidence(evidenceId);
      if (recording === null) {
        throw new ExpectedError('not-found', 'There is no such recording.', { subject: evidenceId });
      }
      const made: RedactionProject = {
        id: projectIdFor(evidenceId),
        evidenceId,
        recordingId: recording.id,
        version: 0,
        document: stored(emptyDocument),
        head: null,
        branches: [],
        changedAt: pen.clock.now(),
        changedBy: actorName(actor),
      };
      try {
        await catalog.commit({ actor, writes: [{ put: 'project', value: made, expectVersion: null }], events: [] });
        return made;
      } catch (error) {
        // Two windows opened it at once, or what others drew has just arrived; that project is as good.
        const others = await catalog.projects.byEvidence(evidenceId);
        if (others === null) throw error;
        return others;
      }
    },

    edit: async ({ projectId, version, edits }, actor) => {
      const project = await get(projectId);
      if (project.version !== version) throw stale(projectId);
      let document: RedactionDocument = project.document;
      for (const edit of edits) ({ document } = applyEdit(document, edit));
      const { evidenceId, head } = project;
      const operation = nameOperation({
        ...signed(pen, actor),
        kind: 'redaction',
        document: evidenceId,
        parents: head === null ? [] : [head],
        save: { kind: 'edits', edits },
      });
      const events = edits.map(
        (edit, index): AuditEvent => ({
          kind: 'redaction.edited',
          projectId,
          version: version + index + 1,
          edit,
          operation: operation.id,
        }),
      );
      const writes = [{ put: 'operation', value: operation, on: { projectId, version } }, told(operation)] as const;
      await catalog.commit({ actor, writes, events });
      return { version: version + edits.length };
    },

    branches: async (projectId) => {
      const { trunk, branches } = redactionBranches(await savesOf(await get(projectId)));
      const view = (head: NonNullable<typeof trunk>): ReplyOf<'redaction.branches'>['branches'][number] => ({
        head: head.id,
        savedAt: head.savedAt,
        savedBy: head.savedBy.name,
        fork: head.fork,
        saves: head.saves,
        names: [...head.names],
        document: stored(head.content),
      });
      return { trunk: trunk === null ? null : view(trunk), branches: branches.map(view) };
    },

    compare: async ({ projectId, first, second }) => {
      const saves = await savesOf(await get(projectId));
      const [one, other] = [contentAt(saves, first), contentAt(saves, second)];
      return { first: stored(one), second: stored(other), differences: [...compareDocuments(one, other)] };
    },

    branch: async ({ projectId, version, edits }, actor) => {
      const project = await get(projectId);
      const from = await baseOf(project, version);
      let document = from === null ? emptyDocument : contentAt(await savesOf(project), from);
      for (const edit of edits) ({ document } = applyEdit(document, edit));
      const operation = nameOperation({
        ...signed(pen, actor),
        kind: 'redaction',
        document: project.evidenceId,
        parents: from === null ? [] : [from],
        save: { kind: 'edits', edits },
      });
      await catalog.commit({
        actor,
        writes: [{ put: 'operation', value: operation }, told(operation)],
        events: [{ kind: 'redaction.branched', projectId, operation: operation.id, from, edits: edits.length }],
      });
      return { head: operation.id };
    },

    choose: async ({ projectId, heads, chosen, reason }, actor) => {
      const project = await get(projectId);
      const { trunk, branches, settled } = redactionBranches(await savesOf(project));
      const present = trunk === null ? [] : [trunk, ...branches];
      const looked = new Set<string>(heads);
      if (looked.size !== present.length || present.some(({ id }) => !looked.has(id))) {
        throw new ExpectedError('stale-version', 'There are other versions of this redaction by now.', {
          subject: projectId,
          nextStep: 'Compare the versions as they are now, then choose again.',
        });
      }
      const choice = present.find(({ id }) => id === chosen);
      if (choice === undefined) {
        throw new ExpectedError('invalid-request', 'What was chosen is not one of these versions.', {
          subject: chosen,
          nextStep: 'Choose one of the versions in the list.',
        });
      }
      const content = stored(choice.content);
      const operation = nameOperation({
        ...signed(pen, actor),
        kind: 'redaction',
        document: project.evidenceId,
        // Those that have nothing left to choose end here too.
        parents: [...present.map(({ id }) => id), ...settled].sort(),
        save: { kind: 'content', content },
      });
      const changes = JSON.stringify(content) !== JSON.stringify(project.document);
      const version = project.version + (changes ? 1 : 0);
      const over = present.filter((one) => one !== choice).map(({ id }) => id);
      const on = { projectId, version: project.version };
      await catalog.commit({
        actor,
        writes: [{ put: 'operation', value: operation, on }, told(operation)],
        events: [{ kind: 'redaction.chosen', projectId, operation: operation.id, chosen, over, reason, version }],
      });
      return { version };
    },

    adopt: async () => {
      for (const { head, version, evidenceId, document, changedAt, changedBy } of await catalog.projects.all()) {
        if (head !== null || version === 0) continue;
        const actor = { kind: 'station' } as const;
        const operation = nameOperation({
          ...signed(pen, actor),
          madeAt: changedAt,
          by: { name: changedBy, accountId: null },
          kind: 'redaction',
          document: evidenceId,
          parents: [],
          save: { kind: 'content', content: document },
        });
        await catalog.commit({ actor, writes: [{ put: 'operation', value: operation }, told(operation)], events: [] });
      }
    },
  };
}

/** A document as rows hold it: the same, in arrays of its own. */
function stored({ tracks, mutes }: RedactionDocument): RedactionProject['document'] {
  return { tracks: tracks.map((track) => ({ ...track, keyframes: [...track.keyframes] })), mutes: [...mutes] };
}

/** Somebody changed the project in the meantime. */
export function stale(subject: string): ExpectedError {
  return new ExpectedError('stale-version', 'Somebody else changed this redaction in the meantime.', {
    subject,
    nextStep: 'Reload it, look at the change, and make yours again; or keep yours as a version of its own.',
  });
}
