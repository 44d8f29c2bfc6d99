import { canonicalJson } from '../audit/index.ts';
import type { OperationId } from '../ids/index.ts';
import { type Author, byTime, type Operation } from './operation.ts';

/** What is asked of an operation to stand in the history of a branching document. */
export type Save = Pick<Operation, 'id' | 'at' | 'by' | 'madeAt'> & { readonly parents: readonly OperationId[] };

/** How a document is built from its history. All of it is pure: the same history gives the same document everywhere. */
export type Building<S extends Save, C> = {
  readonly start: C;
  /** The content of a save, given the content of its first parent (or the start). */
  readonly after: (before: C, save: S) => C;
  /** True when a save brings its whole content along and needs none before it. */
  readonly isWhole: (save: S) => boolean;
};

/** A version that nothing was made on top of. */
export type Head<C> = {
  readonly id: OperationId;
  readonly content: C;
  /** Milliseconds UTC by the clock of its station. */
  readonly savedAt: number;
  readonly savedBy: Author;
  /** Where it left the trunk; null when it began by itself, and for the trunk. */
  readonly fork: OperationId | null;
  /** Saves it has of its own, beside those of the trunk; for the trunk, all that lead to it. */
  readonly saves: number;
  /** The names of those who made them, in the order of their first save. */
  readonly names: readonly string[];
};

/** A document of which every version stays: the trunk is what is worked with, until a person chooses another branch. */
export type Branching<C> = {
  /** Null while nothing is known that hangs together. */
  readonly trunk: Head<C> | null;
  /** What a person has to look at, in the order of their first save. */
  readonly branches: readonly Head<C>[];
  /**
   * Heads that say what was chosen for the trunk after they left it: two people who chose the same at the same time have nothing
   * left to choose. In order of their ids.
   */
  readonly settled: readonly OperationId[];
  /** The saves of the trunk, from its first to its head. */
  readonly path: readonly OperationId[];
  /** Saves whose parents are not here yet. */
  readonly waiting: number;
};

/**
 * Finds trunk and branches. A function of the set of saves alone: at each fork the trunk goes on with the child that has the
 * smallest logical time. Saves whose parents are missing (or that name each other as parents) wait and change nothing.
 */
export function branchesOf<S extends Save, C>(given: Iterable<S>, building: Building<S, C>): Branching<C> {
  const { saves, children, roots, waiting } = rooted(given);
  const path: S[] = [];
  for (let next = roots[0]; next !== undefined; next = children.get(next.id)?.[0]) path.push(next);
  const last = path.at(-1);
  if (last === undefined) return { trunk: null, branches: [], settled: [], path: [], waiting };

  const content = contentIn(saves, building);
  const toTrunk = lineage(saves, last);
  const place = new Map(path.map((save, at) => [save, at]));
  const head = (save: S, own: readonly S[], fork: OperationId | null): Head<C> => ({
    id: save.id,
    content: content(save),
    savedAt: save.madeAt,
    savedBy: save.by,
    fork,
    saves: own.length,
    names: [...new Set(own.map(({ by }) => by.name))],
  });
  const branches: { readonly first: S; readonly head: Head<C> }[] = [];
  const settled: OperationId[] = [];
  /** Was it chosen on the trunk, after this place? Edits are not asked for: each of them is on one side alone. */
  const chosenAfter = (left: number, said: C): boolean => {
    const text = canonicalJson(said);
    return path.slice(left + 1).some((save) => building.isWhole(save) && canonicalJson(content(save)) === text);
  };
  for (const save of saves.values()) {
    if (save === last || children.has(save.id)) continue;
    const own: S[] = [];
    let left = -1;
    for (const one of lineage(saves, save)) {
      if (toTrunk.has(one)) left = Math.max(left, place.get(one) ?? -1);
      else own.push(one);
    }
    if (chosenAfter(left, content(save))) {
      settled.push(save.id);
      continue;
    }
    own.sort(byTime);
    branches.push({ first: own[0] ?? save, head: head(save, own, path[left]?.id ?? null) });
  }
  branches.sort((a, b) => byTime(a.first, b.first) || (a.head.id < b.head.id ? -1 : 1));
  return {
    trunk: head(last, [...toTrunk].sort(byTime), null),
    branches: branches.map((one) => one.head),
    settled: settled.sort(),
    path: path.map(({ id }) => id),
    waiting,
  };
}

/** The content of one save; null while it does not hang together down to a first one. */
export function contentAt<S extends Save, C>(given: Iterable<S>, id: OperationId, building: Building<S, C>): C | null {
  const { saves } = rooted(given);
  const save = saves.get(id);
  return save === undefined ? null : contentIn(saves, building)(save);
}

/** Those that hang together down to a first one, each with its children in order. */
function rooted<S extends Save>(given: Iterable<S>) {
  const all = new Map<OperationId, S>();
  for (const save of given) all.set(save.id, save);
  const missing = new Map<OperationId, number>();
  const later = new Map<OperationId, S[]>();
  const ready: S[] = [];
  for (const save of all.values()) {
    const parents = new Set(save.parents);
    missing.set(save.id, parents.size);
    if (parents.size === 0) ready.push(save);
    for (const parent of parents) {
      const known = later.get(parent);
      if (known === undefined) later.set(parent, [save]);
      else known.push(save);
    }
  }
  const saves = new Map<OperationId, S>();
  for (let save = ready.pop(); save !== undefined; save = ready.pop()) {
    saves.set(save.id, save);
    for (const child of later.get(save.id) ?? []) {
      const left = (missing.get(child.id) ?? 0) - 1;
      missing.set(child.id, left);
      if (left === 0) ready.push(child);
    }
  }
  const children = new Map<OperationId, readonly S[]>();
  for (const id of saves.keys()) {
    const present = (later.get(id) ?? []).filter((child) => saves.has(child.id)).sort(byTime);
    if (present.length > 0) children.set(id, present);
  }
  const roots = [...saves.values()].filter((save) => save.parents.length === 0).sort(byTime);
  return { saves, children, roots, waiting: all.size - saves.size };
}

/** A save and everything it was made on top of. */
function lineage<S extends Save>(saves: ReadonlyMap<OperationId, S>, from: S): Set<S> {
  const found = new Set<S>([from]);
  // A set is walked in the order of adding, also of what is added meanwhile.
  for (const save of found) {
    for (const parent of save.parents) {
      const one = saves.get(parent);
      if (one !== undefined) found.add(one);
    }
  }
  return found;
}

/** Builds the content of saves, each only once. */
function contentIn<S extends Save, C>(saves: ReadonlyMap<OperationId, S>, building: Building<S, C>) {
  const built = new Map<S, C>();
  return (wanted: S): C => {
    const steps: S[] = [];
    let content = building.start;
    // Not by calling itself: a history may be longer than the stack is deep.
    for (let save: S | undefined = wanted; save !== undefined; save = saves.get(save.parents[0] ?? save.id)) {
      const known = built.get(save);
      if (known !== undefined) {
        content = known;
        break;
      }
      steps.push(save);
      if (building.isWhole(save) || save.parents.length === 0) break;
    }
    for (const step of steps.reverse()) {
      content = building.after(content, step);
      built.set(step, content);
    }
    return content;
  };
}
