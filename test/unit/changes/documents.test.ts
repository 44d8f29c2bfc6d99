import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  mergeFacts,
  mergeMarker,
  mergeNote,
  mergeReview,
  type Operation,
  type OperationBody,
  type OperationOf,
  operationText,
  redactionBranches,
} from '#common/changes/index.ts';
import type { OperationId } from '#common/ids/index.ts';
import { nameOperation, readOperation } from '#core/changes/naming.ts';
import { nthId } from '#test/support/operations.ts';

const recordingId = nthId('recording', 1);
const evidenceId = nthId('evidence', 1);
const writer = nthId('note', 1).slice(4);

function made(time: number, name = 'dfield') {
  const at = `${time.toString(16).padStart(12, '0')}0000-${writer}`;
  return { version: 1, at, madeAt: time, by: { name, accountId: null } } as const;
}

const named = <B extends OperationBody>(body: B): B & { readonly id: OperationId } => ({
  ...body,
  id: nameOperation(body).id,
});
const facts = (time: number, fields: OperationOf<'facts'>['fields']) =>
  named({ ...made(time), kind: 'facts', document: recordingId, fields });
const note = (time: number, fields: OperationOf<'note'>['fields'], name?: string) =>
  named({ ...made(time, name), kind: 'note', document: nthId('note', 7), recordingId, fields });
const marker = (time: number, fields: OperationOf<'marker'>['fields']) =>
  named({ ...made(time), kind: 'marker', document: nthId('marker', 7), recordingId, fields });
const review = (time: number, text: string) =>
  named({
    ...made(time),
    kind: 'review',
    document: nthId('review', 7),
    recordingId,
    fields: { outcome: 'in-order', text },
  });

const box = (n: number) => ({
  kind: 'put-track' as const,
  at: n,
  track: {
    id: nthId('track', n),
    name: `Box ${n}`,
    style: { kind: 'solid' as const },
    range: { first: 0, last: 9 },
    keyframes: [{ frame: 0, box: { x: 0, y: 0, width: 4, height: 4 } }],
  },
});
type Save = OperationOf<'redaction'>['save'];
const save = (time: number, parents: readonly { readonly id: OperationId }[], what: Save, name?: string) =>
  named({
    ...made(time, name),
    kind: 'redaction',
    document: evidenceId,
    parents: parents.map(({ id }) => id),
    save: what,
  });
const edit = (...boxes: readonly number[]): Save => ({ kind: 'edits', edits: boxes.map(box) });
const tracks = (content: { readonly tracks: readonly { readonly name: string }[] } | undefined) =>
  content?.tracks.map(({ name }) => name);

describe('fields', () => {
  it('merge one by one: two people who say different things are both heard, and the later one where they say the same', () => {
    const said = [
      facts(1, { category: 'Traffic stop', caseNumber: '26-1' }),
      facts(3, { caseNumber: '26-2' }),
      facts(2, { caseNumber: '26-3', callNumber: 'C9' }),
    ];
    expect(mergeFacts(said)).toEqual({
      id: recordingId,
      category: 'Traffic stop',
      caseNumber: '26-2',
      callNumber: 'C9',
      changedAt: 3,
      changedBy: 'dfield',
    });
    expect(mergeFacts([...said, facts(4, { caseNumber: null })])?.caseNumber).toBeNull();
  });

  it('keep who began a note apart from who changed it last', () => {
    expect(mergeNote([note(5, { text: 'second' }, 'rfeld'), note(1, { text: 'first' })])).toMatchObject({
      text: 'second',
      createdAt: 1,
      createdBy: { name: 'dfield' },
      changedAt: 5,
      changedBy: 'rfeld',
    });
  });

  it('show nothing of what was removed, or of what is not known yet', () => {
    expect(mergeNote([note(1, { text: 'a' }), note(2, { removed: true })])).toBeNull();
    expect(mergeNote([note(1, { text: 'a' }), note(2, { removed: true }), note(3, { removed: false })])?.text).toBe(
      'a',
    );
    expect(mergeNote([note(2, { removed: false })])).toBeNull();
    expect(mergeMarker([marker(2, { type: 'force' })])).toBeNull();
    expect(mergeMarker([marker(2, { type: 'force' }), marker(1, { place: { evidenceId, frame: 7 } })])).toMatchObject({
      evidenceId,
      frame: 7,
      type: 'force',
      note: null,
    });
  });

  it('never change a review: what was signed first stands', () => {
    expect(mergeReview([review(2, 'changed'), review(1, 'signed')])?.text).toBe('signed');
  });
});

describe('branches', () => {
  const first = save(1, [], edit(1));
  const mine = save(3, [first], edit(2), 'dfield');
  const theirs = save(2, [first], edit(3, 4), 'rfeld');

  it('follow the child with the smallest time; the other is a branch with who, when and where it left', () => {
    const { trunk, branches, path } = redactionBranches([mine, theirs, first]);
    expect(tracks(trunk?.content)).toEqual(['Box 1', 'Box 3', 'Box 4']);
    expect(path).toEqual([first.id, theirs.id]);
    expect(branches).toMatchObject([
      { id: mine.id, fork: first.id, saves: 1, names: ['dfield'], savedAt: 3, savedBy: { name: 'dfield' } },
    ]);
    expect(tracks(branches[0]?.content)).toEqual(['Box 1', 'Box 2']);
  });

  it('are joined by a choice, and fork again when somebody had gone on', () => {
    const { content } = redactionBranches([first, mine]).trunk ?? {};
    const choice = save(4, [theirs, mine], { kind: 'content', content: content as never });
    const joined = redactionBranches([choice, mine, theirs, first]);
    expect(joined.branches).toEqual([]);
    expect(tracks(joined.trunk?.content)).toEqual(['Box 1', 'Box 2']);
    const late = save(5, [theirs], edit(5));
    const again = redactionBranches([late, choice, mine, theirs, first]);
    expect(again.trunk?.id).toBe(choice.id);
    expect(again.branches).toMatchObject([{ id: late.id, fork: theirs.id, saves: 1 }]);
  });

  it('need no choice between two that say the same', () => {
    const { content } = redactionBranches([first, mine]).trunk ?? {};
    const choices = [4, 5].map((time) => save(time, [theirs, mine], { kind: 'content', content: content as never }));
    const both = redactionBranches([first, mine, theirs, ...choices]);
    expect(both).toMatchObject({ branches: [], settled: [choices[1]?.id] });
    const [chosen = first] = choices;
    const further = save(6, [chosen], edit(7));
    expect(redactionBranches([first, mine, theirs, ...choices, further]).branches).toEqual([]);
  });

  it('leave out what hangs on something that is not here, until it is', () => {
    expect(redactionBranches([mine])).toMatchObject({ trunk: null, branches: [], path: [], waiting: 1 });
    expect(redactionBranches([mine, first]).waiting).toBe(0);
  });

  it('come to an end with saves that name each other as parents', () => {
    const [a, b] = [nthId('operation', 1), nthId('operation', 2)];
    const circle = [
      { ...save(1, [], edit(1)), id: a, parents: [b] },
      { ...save(2, [], edit(2)), id: b, parents: [a] },
    ];
    expect(redactionBranches([...circle, first])).toMatchObject({ waiting: 2, branches: [], trunk: { id: first.id } });
  });

  it('pass over an edit that takes away what is not there, on every station alike', () => {
    const odd = save(2, [first], {
      kind: 'edits',
      edits: [{ kind: 'remove-track', id: nthId('track', 9) }, box(2)],
    });
    expect(tracks(redactionBranches([first, odd]).trunk?.content)).toEqual(['Box 1', 'Box 2']);
  });

  it('build a history of many thousand saves', () => {
    const long: OperationOf<'redaction'>[] = [first];
    for (let n = 2; n <= 20_000; n++) {
      const last = long.at(-1);
      if (last !== undefined)
        long.push({ ...first, ...made(n), parents: [last.id], save: edit(n % 50), id: nthId('operation', n) });
    }
    expect(redactionBranches(long).trunk).toMatchObject({ saves: 20_000 });
  });
});

describe('an operation', () => {
  const operation: Operation = note(1, { text: 'a' });
  const { id, ...body } = operation;

  it('is named by its content', () => {
    expect(readOperation(body)?.id).toBe(id);
    expect(readOperation({ ...body, madeAt: 2 })?.id).not.toBe(id);
  });

  it('has the name that the layout of the store gives as an example', () => {
    const page = readFileSync(new URL('../../../assets/formats/store-layout.md', import.meta.url), 'utf8');
    const example = /```json\n(\{"at":.*)\n```/.exec(page)?.[1] ?? '';
    expect(page).toContain(`\`${readOperation(JSON.parse(example))?.id}\``);
    expect(operationText(JSON.parse(example) as OperationBody)).toBe(example);
  });

  it('of another program is not read, so that its name stays right', () => {
    expect(readOperation({ ...body, version: 2 })).toBeNull();
    expect(readOperation({ ...body, extra: true })).toBeNull();
    expect(readOperation({ ...body, kind: 'lock' })).toBeNull();
    expect(readOperation({ ...body, fields: {} })).toBeNull();
    const put = { ...box(1), track: { ...box(1).track, shade: 1 } };
    const { id: own, ...redaction } = save(1, [], edit(1));
    expect(readOperation(redaction)?.id).toBe(own);
    expect(readOperation({ ...redaction, save: { kind: 'edits', edits: [put] } })).toBeNull();
  });
});
