import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Recording } from '#common/evidence/index.ts';
import { newId } from '#core/kernel/index.ts';
import { aProject, aRecording, openRaw, theStation } from '#test/support/catalog.ts';
import { type Desk, officer, openDesk, supervisor } from '#test/support/desk.ts';

let desk: Desk;
let recording: Recording;
beforeEach(async () => {
  desk = await openDesk();
  recording = aRecording();
  await desk.catalog.commit({ actor: theStation, writes: [{ put: 'recording', value: recording }], events: [] });
});
afterEach(() => desk.close());

const refused = (code: string): unknown => expect.objectContaining({ code });

describe('notes and markers', () => {
  it('are changed by whoever made them and by supervisors, and by nobody else', async () => {
    const { marks } = desk;
    const { id: noteId } = await marks.addNote({ recordingId: recording.id, text: 'mine' }, officer);
    const other = { ...officer, accountId: newId('account'), username: 'other' };
    await expect(marks.changeNote({ noteId, text: 'x' }, other)).rejects.toThrow("This note is dfield's.");
    await expect(marks.removeNote({ noteId }, other)).rejects.toEqual(refused('not-allowed'));
    expect(await marks.changeNote({ noteId, text: 'better' }, supervisor)).toMatchObject({
      text: 'better',
      createdBy: { name: 'dfield' },
      changedBy: 'rfeld',
    });
    await marks.removeNote({ noteId }, officer);
    await expect(marks.changeNote({ noteId, text: 'x' }, officer)).rejects.toEqual(refused('not-found'));
    const { versions, total } = await marks.history({ document: { kind: 'note', id: noteId }, offset: 0, limit: 2 });
    expect(total).toBe(3);
    expect(versions.map(({ fields }) => fields)).toEqual([{ removed: true }, { text: 'better' }]);
  });

  it('are told of a recording that is not here, and of a frame that does not exist, in words', async () => {
    const { marks } = desk;
    const { evidenceId } = recording.segments[0]!;
    const recordingId = newId('recording');
    await expect(marks.addNote({ recordingId, text: 'x' }, officer)).rejects.toEqual(refused('not-found'));
    await expect(marks.setFacts({ recordingId, fields: { category: 'x' } }, officer)).rejects.toEqual(
      refused('not-found'),
    );
    const marker = { recordingId: recording.id, evidenceId, frame: 30, type: 'moment', note: null } as const;
    await expect(marks.addMarker({ ...marker, evidenceId: newId('evidence') }, officer)).rejects.toThrow(
      'not at a frame of this recording',
    );
    expect(await marks.addMarker(marker, officer)).toMatchObject({ frame: 30, type: 'moment', note: null });
  });

  it('of a station whose clock is ahead can still be changed here', async () => {
    const ahead = await openDesk(supervisor, desk.clock.time + 40 * 86_400_000);
    try {
      await ahead.catalog.commit({ actor: theStation, writes: [{ put: 'recording', value: recording }], events: [] });
      const note = await ahead.marks.addNote({ recordingId: recording.id, text: 'from the future' }, supervisor);
      await ahead.marks.setFacts({ recordingId: recording.id, fields: { category: 'wrong' } }, supervisor);
      await desk.hear(await ahead.entries());
      expect(await desk.marks.changeNote({ noteId: note.id, text: 'from here' }, supervisor)).toMatchObject({
        text: 'from here',
      });
      const fields = { category: null, callNumber: 'C-7' };
      expect(await desk.marks.setFacts({ recordingId: recording.id, fields }, officer)).toMatchObject(fields);
    } finally {
      await ahead.close();
    }
  });
});

it('a review stays as it was signed, and says what is to be followed up', async () => {
  const { marks, catalog } = desk;
  const recordingId = recording.id;
  await expect(marks.addReview({ recordingId, outcome: 'follow-up', text: null }, supervisor)).rejects.toThrow(
    'does not say what is to be followed up',
  );
  const first = await marks.addReview({ recordingId, outcome: 'follow-up', text: 'Camera on late' }, supervisor);
  await marks.addReview({ recordingId, outcome: 'in-order', text: null }, supervisor);
  expect(await catalog.documents.get('review', first.id)).toEqual(first);
});

describe('a redaction', () => {
  const mute = (name: string) => ({
    kind: 'put-mute' as const,
    at: 0,
    mute: { id: newId('mute'), name, range: { first: 0, last: 5 } },
  });
  const open = () => desk.projects.open(recording.segments[0]!.evidenceId, officer);
  const names = async () => (await open()).document.mutes.map(({ name }) => name);

  it('has the same name at every station', async () => {
    expect((await open()).id).toBe(`red_${recording.segments[0]!.evidenceId.slice(4)}`);
  });

  it('keeps edits of an older version as a branch, from that version on, and lets a person choose', async () => {
    const { projects } = desk;
    const { id: projectId } = await open();
    await projects.edit({ projectId, version: 0, edits: [mute('a'), mute('b')] }, officer);
    await projects.edit({ projectId, version: 2, edits: [mute('c')] }, officer);
    const late = { projectId, version: 2, edits: [mute('late')] };
    await expect(projects.edit(late, supervisor)).rejects.toEqual(refused('stale-version'));
    await projects.branch(late, supervisor);
    expect(await open()).toMatchObject({ version: 3, branches: [{ names: ['rfeld'], saves: 1, savedBy: 'rfeld' }] });
    const { trunk, branches } = await projects.branches(projectId);
    const [branch] = branches;
    expect(branch!.document.mutes.map(({ name }) => name)).toEqual(['late', 'b', 'a']);
    const differing = await projects.compare({ projectId, first: trunk!.head, second: branch!.head });
    expect(differing.differences.map(({ name, state }) => [name, state])).toEqual([
      ['c', 'only-first'],
      ['late', 'only-second'],
    ]);
    const choice = { projectId, heads: [trunk!.head, branch!.head], chosen: branch!.head, reason: 'Looked at' };
    await projects.branch({ ...late, edits: [mute('later still')] }, officer);
    await expect(projects.choose(choice, officer)).rejects.toThrow('other versions of this redaction by now');
    const heads = [choice.heads[0]!, ...(await projects.branches(projectId)).branches.map(({ head }) => head)];
    await expect(projects.choose({ ...choice, heads, chosen: newId('operation') }, officer)).rejects.toEqual(
      refused('invalid-request'),
    );
    expect(await projects.choose({ ...choice, heads }, officer)).toEqual({ version: 4 });
    expect(await names()).toEqual(['late', 'b', 'a']);
    expect((await open()).branches).toEqual([]);
    // What was left behind is still there to be read.
    expect((await projects.compare({ projectId, first: heads[2]!, second: heads[0]! })).first.mutes[0]?.name).toBe(
      'later still',
    );
    await projects.edit({ projectId, version: 4, edits: [mute('d')] }, officer);
    expect(await names()).toEqual(['d', 'late', 'b', 'a']);
  });

  it('does not know a version that never was', async () => {
    const { id: projectId } = await open();
    await expect(desk.projects.branch({ projectId, version: 9, edits: [mute('x')] }, officer)).rejects.toThrow(
      'does not know the version',
    );
  });

  it('of before there were saves gets one, keeps its version, and goes on', async () => {
    const { catalog, projects } = desk;
    const evidenceId = recording.segments[0]!.evidenceId;
    const old = {
      ...aProject(recording.id, evidenceId),
      version: 7,
      document: { tracks: [], mutes: [mute('old').mute] },
    };
    await catalog.commit({ actor: theStation, writes: [{ put: 'project', value: old }], events: [] });
    await projects.adopt();
    await projects.adopt();
    expect(await catalog.operations.of('redaction', evidenceId)).toHaveLength(1);
    const adopted = await open();
    expect(adopted).toMatchObject({ id: old.id, version: 7, document: old.document, changedBy: 'dfield' });
    await projects.branch({ projectId: old.id, version: 7, edits: [mute('new')] }, officer);
    expect(await names()).toEqual(['new', 'old']);
  });
});

it('operations are never changed or deleted, whoever asks the database', async () => {
  await desk.marks.addNote({ recordingId: recording.id, text: 'stays' }, officer);
  const raw = openRaw(desk.folder);
  expect(() => raw.exec("UPDATE operations SET body = '{}'")).toThrow('never changed');
  expect(() => raw.exec('DELETE FROM operations')).toThrow('never deleted');
  raw.close();
});
