import { type Actor, type AuditEvent, actorName } from '#common/audit/index.ts';
import type { ParsedRequestOf } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { RedactionProject } from '#common/evidence/index.ts';
import type { EvidenceId } from '#common/ids/index.ts';
import { applyEdit, emptyDocument, type RedactionDocument, type Track } from '#common/redaction/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import { type Clock, newId } from '#core/kernel/index.ts';

/** The redactions of evidence items, as people edit them. */
export interface Projects {
  /** The project of an evidence item, made when there is none. Throws `not-found` for evidence that is not in the catalog. */
  open(evidenceId: EvidenceId, actor: Actor): Promise<RedactionProject>;
  /**
   * Commits edits on top of `version`, all or none, with one audit line each. `version` grows by one an edit.
   * Throws `not-found`, and `stale-version` when somebody else was faster.
   */
  edit(input: ParsedRequestOf<'redaction.edit'>, actor: Actor): Promise<{ readonly version: number }>;
}

/** Keeps projects in a catalog. */
export function createProjects({ catalog, clock }: { readonly catalog: Catalog; readonly clock: Clock }): Projects {
  return {
    open: async (evidenceId, actor) => {
      const known = await catalog.projects.byEvidence(evidenceId);
      if (known !== null) return known;
      const recording = await catalog.recordings.byEvidence(evidenceId);
      if (recording === null) {
        throw new ExpectedError('not-found', 'There is no such recording.', { subject: evidenceId });
      }
      const made: RedactionProject = {
        id: newId('project'),
        evidenceId,
        recordingId: recording.id,
        version: 0,
        document: stored(emptyDocument),
        changedAt: clock.now(),
        changedBy: actorName(actor),
      };
      try {
        await catalog.commit({ actor, writes: [{ put: 'project', value: made, expectVersion: null }], events: [] });
        return made;
      } catch (error) {
        // Two windows opened it at once; the other's project is as good.
        const others = await catalog.projects.byEvidence(evidenceId);
        if (others === null) throw error;
        return others;
      }
    },
    edit: async ({ projectId, version, edits }, actor) => {
      const project = await catalog.projects.get(projectId);
      if (project === null) throw new ExpectedError('not-found', 'There is no such redaction.', { subject: projectId });
      if (project.version !== version) throw stale(projectId);
      let document: RedactionDocument = project.document;
      const events: AuditEvent[] = [];
      for (const [index, edit] of edits.entries()) {
        document = applyEdit(document, edit).document;
        events.push({ kind: 'redaction.edited', projectId, version: version + index + 1, edit });
      }
      const value: RedactionProject = {
        ...project,
        version: version + edits.length,
        document: stored(document),
        changedAt: clock.now(),
        changedBy: actorName(actor),
      };
      await catalog.commit({ actor, writes: [{ put: 'project', value, expectVersion: version }], events });
      return { version: value.version };
    },
  };
}

/** A document as rows hold it: the same, in arrays of its own. */
function stored({ tracks, mutes }: RedactionDocument): RedactionProject['document'] {
  const own = (track: Track): RedactionProject['document']['tracks'][number] => ({
    ...track,
    keyframes: [...track.keyframes],
  });
  return { tracks: tracks.map(own), mutes: [...mutes] };
}

/** Somebody changed the project in the meantime. */
export function stale(subject: string): ExpectedError {
  return new ExpectedError('stale-version', 'Somebody else changed this redaction in the meantime.', {
    subject,
    nextStep: 'Reload it, look at the change, and make yours again.',
  });
}
