import fc from 'fast-check';
import {
  type Operation,
  type OperationBody,
  type OperationKind,
  type OperationOf,
  redactionBranches,
  reportBranches,
} from '#common/changes/index.ts';
import { type IdKind, idFromBytes } from '#common/ids/index.ts';
import type { RedactionEdit } from '#common/redaction/index.ts';
import { nameOperation } from '#core/changes/naming.ts';

/** The `n`th id of a kind: the same one every time. */
export function nthId<K extends IdKind>(kind: K, n: number): ReturnType<typeof idFromBytes<K>> {
  const digits = n.toString(32).padStart(26, '0');
  return idFromBytes(
    kind,
    Uint8Array.from(digits, (digit) => Number.parseInt(digit, 32)),
  );
}

/** One thing that happens at one of the stations. */
export type Deed = {
  readonly station: number;
  readonly what: OperationKind | 'choose' | 'learn';
  readonly document: number;
  readonly value: number;
};

/** Deeds of so many stations; `learn` takes over what the next station knows. */
export const deeds = (stations: number): fc.Arbitrary<Deed> =>
  fc.record({
    station: fc.nat(stations - 1),
    what: fc.constantFrom<Deed['what']>(
      'facts',
      'note',
      'marker',
      'review',
      'redaction',
      'redaction',
      'report',
      'choose',
      'learn',
    ),
    document: fc.nat(2),
    value: fc.nat(11),
  });

/** A station without anything around it: what it knows, and how far its clock has come. */
type Desk = { readonly known: Map<string, Map<string, Operation>>; latest: number; readonly writer: string };

function learn(desk: Desk, operation: Operation): void {
  const key = `${operation.kind} ${operation.document}`;
  const own = desk.known.get(key) ?? new Map<string, Operation>();
  desk.known.set(key, own.set(operation.id, operation));
}

/** Carries deeds out at stations whose clocks are hours apart, and returns everything that was made, in the order of making. */
export function carryOut(list: readonly Deed[], stations: number): readonly Operation[] {
  const desks = Array.from(
    { length: stations },
    (_, n): Desk => ({
      known: new Map(),
      latest: 1_800_000_000_000 + n * 3_600_000,
      writer: nthId('note', n).slice(4),
    }),
  );
  const made: Operation[] = [];
  for (const deed of list) {
    const desk = desks[deed.station];
    const other = desks[(deed.station + 1) % stations];
    if (desk === undefined || other === undefined) continue;
    if (deed.what === 'learn') {
      for (const own of other.known.values()) for (const operation of own.values()) learn(desk, operation);
      desk.latest = Math.max(desk.latest, other.latest);
      continue;
    }
    const body = bodyOf(deed, desk);
    if (body === null) continue;
    const operation = nameOperation(body);
    learn(desk, operation);
    made.push(operation);
  }
  return made;
}

function bodyOf({ station, what, document, value }: Deed, desk: Desk): OperationBody | null {
  desk.latest += 1;
  const made = {
    version: 1,
    at: `${desk.latest.toString(16).padStart(12, '0')}0000-${desk.writer}`,
    madeAt: desk.latest,
    by: { name: `desk${station}`, accountId: null },
  } as const;
  const recordingId = nthId('recording', document);
  const removed = value === 0;
  switch (what) {
    case 'facts': {
      const name = (['category', 'caseNumber', 'callNumber'] as const)[value % 3] ?? 'category';
      return { ...made, kind: what, document: recordingId, fields: { [name]: removed ? null : `${name} ${value}` } };
    }
    case 'note': {
      const fields = removed ? { removed } : { text: `text ${value}`, ...(value > 8 ? { removed: false } : {}) };
      return { ...made, kind: what, document: nthId('note', document), recordingId, fields };
    }
    case 'marker': {
      const place = { evidenceId: nthId('evidence', document), frame: value };
      const parts = [{ removed }, { place, type: 'moment' }, { type: 'force' }, { note: `mark ${value}` }];
      const fields = parts[value % parts.length] ?? {};
      return { ...made, kind: what, document: nthId('marker', document), recordingId, fields };
    }
    case 'review': {
      const fields = { outcome: value % 2 === 0 ? 'in-order' : 'follow-up', text: `review ${value}` } as const;
      return { ...made, kind: what, document: nthId('review', document), recordingId, fields };
    }
    case 'redaction': {
      const { trunk } = redactionBranches(saves(desk, what, nthId('evidence', document)));
      const edits = [editOf(value, trunk?.content.tracks.map(({ id }) => id) ?? [])];
      const parents = trunk === null ? [] : [trunk.id];
      return { ...made, kind: what, document: nthId('evidence', document), parents, save: { kind: 'edits', edits } };
    }
    case 'report': {
      const { trunk } = reportBranches(saves(desk, what, nthId('report', document)));
      const content = { words: [`word ${value}`] };
      const save = { kind: 'content' as const, content };
      return {
        ...made,
        kind: what,
        document: nthId('report', document),
        parents: trunk === null ? [] : [trunk.id],
        save,
      };
    }
    case 'choose': {
      const { trunk, branches } = redactionBranches(saves(desk, 'redaction', nthId('evidence', document)));
      const heads = [...(trunk === null ? [] : [trunk]), ...branches];
      const chosen = heads[value % Math.max(1, heads.length)];
      if (chosen === undefined || heads.length < 2) return null;
      const { tracks, mutes } = chosen.content;
      const content = { tracks: tracks.map((one) => ({ ...one, keyframes: [...one.keyframes] })), mutes: [...mutes] };
      const parents = heads.map(({ id }) => id).sort();
      const save = { kind: 'content', content } as const;
      return { ...made, kind: 'redaction', document: nthId('evidence', document), parents, save };
    }
    default:
      throw new Error(`Nothing is made of ${what}.`);
  }
}

function saves<K extends OperationKind>(desk: Desk, kind: K, document: string): readonly OperationOf<K>[] {
  const own = desk.known.get(`${kind} ${document}`) ?? new Map<string, Operation>();
  return [...own.values()].filter((one): one is OperationOf<K> => one.kind === kind);
}

type StoredEdit = Extract<Extract<OperationBody, { kind: 'redaction' }>['save'], { kind: 'edits' }>['edits'][number];

function editOf(value: number, tracks: readonly Extract<RedactionEdit, { kind: 'remove-track' }>['id'][]): StoredEdit {
  const last = tracks.at(-1);
  if (value === 0 && last !== undefined) return { kind: 'remove-track', id: last };
  const track = {
    id: nthId('track', value),
    name: `Box ${value}`,
    style: { kind: 'solid' },
    range: { first: value, last: value + 10 },
    keyframes: [{ frame: value, box: { x: value, y: 1.5, width: 10, height: 10 } }],
  } as const;
  return { kind: 'put-track', track: { ...track, keyframes: [...track.keyframes] }, at: 0 };
}
