import type { Actor, AuditEvent } from '#common/audit/index.ts';
import type { LogicalTime, Operation, OperationBody } from '#common/changes/index.ts';
import type { ParsedRequestOf, ReplyOf } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { Recording } from '#common/evidence/index.ts';
import type { OperationId, RecordingId } from '#common/ids/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import { newId } from '#core/kernel/index.ts';
import { mayChange, type Pen, signed } from './author.ts';
import { nameOperation } from './naming.ts';
import { told } from './telling.ts';

/** What people say of recordings: facts, notes, markers and reviews. Each change is an operation with its audit line. */
export interface Marks {
  /** Throws `not-found` for a recording that is not in the catalog, as do all that add something to one. */
  setFacts(input: ParsedRequestOf<'facts.set'>, actor: Actor): Promise<ReplyOf<'facts.set'>>;
  addNote(input: ParsedRequestOf<'notes.add'>, actor: Actor): Promise<ReplyOf<'notes.add'>>;
  /** Throws `not-found` for what is not there (any more), `not-allowed` for what is somebody else's. */
  changeNote(input: ParsedRequestOf<'notes.change'>, actor: Actor): Promise<ReplyOf<'notes.change'>>;
  removeNote(input: ParsedRequestOf<'notes.remove'>, actor: Actor): Promise<void>;
  /** Throws `invalid-request` for an original that is not the recording's, or a frame that it does not have. */
  addMarker(input: ParsedRequestOf<'markers.add'>, actor: Actor): Promise<ReplyOf<'markers.add'>>;
  changeMarker(input: ParsedRequestOf<'markers.change'>, actor: Actor): Promise<ReplyOf<'markers.change'>>;
  removeMarker(input: ParsedRequestOf<'markers.remove'>, actor: Actor): Promise<void>;
  /** Throws `invalid-request` for a review that wants something followed up and does not say what. */
  addReview(input: ParsedRequestOf<'reviews.add'>, actor: Actor): Promise<ReplyOf<'reviews.add'>>;
  history(input: ParsedRequestOf<'changes.history'>): Promise<ReplyOf<'changes.history'>>;
}

/** Puts what people say into a catalog. */
export function createMarks({ catalog, pen }: { readonly catalog: Catalog; readonly pen: Pen }): Marks {
  /** Commits an operation and its line; other stations are told in the same transaction. */
  async function add(body: OperationBody, event: (id: OperationId) => AuditEvent, actor: Actor): Promise<void> {
    const operation = nameOperation(body);
    await catalog.commit({
      actor,
      writes: [{ put: 'operation', value: operation }, told(operation)],
      events: [event(operation.id)],
    });
  }

  async function recordingOf(id: RecordingId): Promise<Recording> {
    const recording = await catalog.recordings.get(id);
    if (recording === null) throw new ExpectedError('not-found', 'There is no such recording.', { subject: id });
    return recording;
  }

  /** The newest operation on a document: what changes it comes later, whatever the clocks say. */
  async function latest(operations: Promise<readonly Operation[]>): Promise<LogicalTime | undefined> {
    return (await operations).at(-1)?.at;
  }

  async function noteOf(id: ParsedRequestOf<'notes.change'>['noteId'], actor: Actor) {
    const note = await catalog.documents.get('note', id);
    if (note === null) throw gone('note', id);
    mayChange('note', note.createdBy, actor);
    return { note, follows: await latest(catalog.operations.of('note', id)) };
  }

  async function markerOf(id: ParsedRequestOf<'markers.change'>['markerId'], actor: Actor) {
    const marker = await catalog.documents.get('marker', id);
    if (marker === null) throw gone('marker', id);
    mayChange('marker', marker.createdBy, actor);
    return { marker, follows: await latest(catalog.operations.of('marker', id)) };
  }

  return {
    setFacts: async ({ recordingId, fields }, actor) => {
      await recordingOf(recordingId);
      const made = signed(pen, actor, await latest(catalog.operations.of('facts', recordingId)));
      await add(
        { ...made, kind: 'facts', document: recordingId, fields },
        (operation) => ({ kind: 'facts.changed', recordingId, operation, change: inWords(fields) }),
        actor,
      );
      return present(await catalog.documents.get('facts', recordingId));
    },
    addNote: async ({ recordingId, text }, actor) => {
      await recordingOf(recordingId);
      const noteId = newId('note');
      await add(
        { ...signed(pen, actor), kind: 'note', document: noteId, recordingId, fields: { text } },
        (operation) => ({ kind: 'note.written', noteId, recordingId, operation }),
        actor,
      );
      return present(await catalog.documents.get('note', noteId));
    },
    changeNote: async ({ noteId, text }, actor) => {
      const { note, follows } = await noteOf(noteId, actor);
      const { recordingId } = note;
      await add(
        { ...signed(pen, actor, follows), kind: 'note', document: noteId, recordingId, fields: { text } },
        (operation) => ({ kind: 'note.written', noteId, recordingId, operation }),
        actor,
      );
      return present(await catalog.documents.get('note', noteId));
    },
    removeNote: async ({ noteId }, actor) => {
      const { note, follows } = await noteOf(noteId, actor);
      const { recordingId } = note;
      await add(
        { ...signed(pen, actor, follows), kind: 'note', document: noteId, recordingId, fields: { removed: true } },
        (operation) => ({ kind: 'note.removed', noteId, recordingId, operation }),
        actor,
      );
    },
    addMarker: async ({ recordingId, evidenceId, frame, type, note }, actor) => {
      const place = { evidenceId, frame };
      checkPlace(await recordingOf(recordingId), place);
      const markerId = newId('marker');
      await add(
        { ...signed(pen, actor), kind: 'marker', document: markerId, recordingId, fields: { place, type, note } },
        (operation) => ({ kind: 'marker.set', markerId, recordingId, evidenceId, frame, operation }),
        actor,
      );
      return present(await catalog.documents.get('marker', markerId));
    },
    changeMarker: async ({ markerId, ...fields }, actor) => {
      const { marker, follows } = await markerOf(markerId, actor);
      const { recordingId } = marker;
      if (fields.place !== undefined) checkPlace(await recordingOf(recordingId), fields.place);
      if (Object.values(fields).every((value) => value === undefined)) return marker;
      const { evidenceId, frame } = fields.place ?? marker;
      await add(
        { ...signed(pen, actor, follows), kind: 'marker', document: markerId, recordingId, fields },
        (operation) => ({ kind: 'marker.set', markerId, recordingId, evidenceId, frame, operation }),
        actor,
      );
      return present(await catalog.documents.get('marker', markerId));
    },
    removeMarker: async ({ markerId }, actor) => {
      const { marker, follows } = await markerOf(markerId, actor);
      const { recordingId } = marker;
      await add(
        { ...signed(pen, actor, follows), kind: 'marker', document: markerId, recordingId, fields: { removed: true } },
        (operation) => ({ kind: 'marker.removed', markerId, recordingId, operation }),
        actor,
      );
    },
    addReview: async ({ recordingId, outcome, text }, actor) => {
      await recordingOf(recordingId);
      if (outcome === 'follow-up' && text === null) {
        throw new ExpectedError('invalid-request', 'This review does not say what is to be followed up.', {
          subject: 'text',
          nextStep: 'Say in a few words what you found and what is to be done.',
        });
      }
      const reviewId = newId('review');
      await add(
        { ...signed(pen, actor), kind: 'review', document: reviewId, recordingId, fields: { outcome, text } },
        (operation) => ({ kind: 'review.signed', reviewId, recordingId, outcome, operation }),
        actor,
      );
      return present(await catalog.documents.get('review', reviewId));
    },
    history: async ({ document: { kind, id }, offset, limit }) => {
      const operations = (await catalog.operations.of(kind, id)).toReversed();
      return { versions: operations.slice(offset, offset + limit).map(versionOf), total: operations.length };
    },
  };
}

/** The same transaction made it, so it is there unless somebody removed it since. */
function present<T>(value: T | null): T {
  if (value !== null) return value;
  throw new ExpectedError('not-found', 'Somebody else removed this in the meantime.');
}

function gone(what: 'note' | 'marker', id: string): ExpectedError {
  return new ExpectedError('not-found', `This ${what} is not there any more.`, {
    subject: id,
    nextStep: 'It was removed. Its history still has what it said.',
  });
}

function checkPlace(recording: Recording, place: { readonly evidenceId: string; readonly frame: number }): void {
  const segment = recording.segments.find(({ evidenceId }) => evidenceId === place.evidenceId);
  if (segment === undefined) {
    throw new ExpectedError('invalid-request', 'This marker is not at a frame of this recording.', {
      subject: place.evidenceId,
      nextStep: 'Open the recording and set the marker there.',
    });
  }
  const { media, fileName } = segment;
  if (media.state !== 'ready' && media.state !== 'making-proxy') return;
  const { frames } = media.facts.video;
  if (place.frame < frames) return;
  throw new ExpectedError('invalid-request', `There is no frame ${place.frame} in ${fileName}.`, {
    subject: fileName,
    nextStep: `Its frames are numbered from 0 to ${frames - 1}.`,
  });
}

const factWords = { category: 'category', caseNumber: 'case number', callNumber: 'call number' } as const;

function inWords(fields: ParsedRequestOf<'facts.set'>['fields']): string {
  return (['category', 'caseNumber', 'callNumber'] as const)
    .flatMap((name) => {
      const value = fields[name];
      if (value === undefined) return [];
      return value === null ? `${factWords[name]} taken back` : `${factWords[name]} ${value}`;
    })
    .join(', ');
}

function versionOf(operation: Operation): ReplyOf<'changes.history'>['versions'][number] {
  const { id, madeAt, by } = operation;
  const version = { operation: id, madeAt, madeBy: by };
  if (operation.kind === 'redaction') {
    const edits = operation.save.kind === 'edits' ? operation.save.edits.length : null;
    return { ...version, fields: {}, parents: [...operation.parents], edits };
  }
  const fields: ReplyOf<'changes.history'>['versions'][number]['fields'] = {};
  if ('fields' in operation) {
    for (const [name, value] of Object.entries(operation.fields)) if (value !== undefined) fields[name] = value;
  }
  return { ...version, fields, parents: [], edits: null };
}
