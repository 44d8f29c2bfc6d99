import type { RedactionDocument, RedactionEdit } from '#common/redaction/index.ts';

/**
 * How saving stands. `stuck` tries again; `kept` says that all of its changes lie on the disk of this computer by now. `conflict`
 * waits for a person.
 */
export type SaveState =
  | { readonly state: 'saved' }
  | { readonly state: 'saving' }
  | { readonly state: 'stuck'; readonly unsent: number; readonly kept: boolean }
  | { readonly state: 'conflict'; readonly unsent: number; readonly message: string };

/** Edits that go on top of a version and that the core has not acknowledged. */
export type UnsentEdits = { readonly baseVersion: number; readonly edits: readonly RedactionEdit[] };

/** How sending ended: taken in, somebody else was faster, refused for good, or no answer (nobody knows whether it was done). */
export type SendResult =
  | { readonly kind: 'saved'; readonly version: number }
  | { readonly kind: 'stale' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'unanswered' };

/** The project as the core has it. */
export type SavedProject = { readonly version: number; readonly document: RedactionDocument };

/** What autosave needs from outside. */
export interface SavePorts {
  send(version: number, edits: readonly RedactionEdit[]): Promise<SendResult>;
  /** The project as it stands at the core; rejects when the core cannot be asked. */
  reload(): Promise<SavedProject>;
  /** Resolves when they are safe from a crash: true; or when they can only be kept in memory: false. */
  keepDraft(unsent: UnsentEdits): Promise<boolean>;
  dropDraft(): Promise<void>;
  /** The changes could not be kept on this computer. */
  draftFailed(thrown: unknown): void;
  /** Calls back after so many milliseconds; gives a way to call it off. */
  later(milliseconds: number, call: () => void): () => void;
  onState(state: SaveState): void;
}

/** Changes go out one after the other, in order, each on top of the version before. */
export type Autosave = {
  readonly push: (edits: readonly RedactionEdit[]) => void;
  /** Tries at once: the connection is back. */
  readonly retry: () => void;
  /** A person decided: the unsent changes are given up. The project as the core has it. */
  readonly giveUp: () => Promise<SavedProject>;
  readonly version: () => number;
  readonly state: () => SaveState;
  /** Resolves when nothing is on its way. */
  readonly quiet: () => Promise<void>;
  /** No more retries and no more news; what can be sent is still sent, the rest stays kept. */
  readonly stop: () => void;
};

const waits = [1000, 2000, 5000, 10_000] as const;
const mostAtOnce = 500;

/** Starts saving on top of `version`; `unsent` are edits of an earlier sitting that are sent first. */
export function createAutosave(ports: SavePorts, version: number, unsent: readonly RedactionEdit[] = []): Autosave {
  let base = version;
  let queue: readonly RedactionEdit[] = unsent;
  let state: SaveState = { state: 'saved' };
  let attempts = 0;
  let stopped = false;
  let running: Promise<void> | null = null;
  let drafts: Promise<void> = Promise.resolve();
  let latestDraft = 0;
  let kept = true;
  let callOff: (() => void) | null = null;

  const show = (next: SaveState): void => {
    state = next;
    if (!stopped) ports.onState(next);
  };
  // Drafts are written in order; one that cannot be kept must not stop the sending.
  const draft = (): void => {
    const keep: UnsentEdits = { baseVersion: base, edits: queue };
    const turn = ++latestDraft;
    kept = keep.edits.length === 0;
    const write = async (): Promise<void> => {
      if (keep.edits.length === 0) return ports.dropDraft();
      const stored = await ports.keepDraft(keep);
      if (turn !== latestDraft) return;
      kept = stored;
      if (state.state === 'stuck') stuck();
    };
    drafts = drafts.then(write, write);
    drafts.catch((thrown: unknown) => ports.draftFailed(thrown));
  };
  const stuck = (): void => show({ state: 'stuck', unsent: queue.length, kept });
  const conflict = (message: string): void => show({ state: 'conflict', unsent: queue.length, message });

  const step = async (): Promise<'again' | 'rest'> => {
    const batch = queue.slice(0, mostAtOnce);
    const result = await ports.send(base, batch);
    switch (result.kind) {
      case 'saved':
        base = result.version;
        queue = queue.slice(batch.length);
        attempts = 0;
        draft();
        return 'again';
      case 'refused':
        conflict(result.message);
        return 'rest';
      case 'stale':
        return await compare(batch);
      case 'unanswered':
        wait();
        return 'rest';
    }
  };
  /** An answer that was lost looks like somebody else's change: only when the core lacks our edits is it one. */
  const compare = async (batch: readonly RedactionEdit[]): Promise<'again' | 'rest'> => {
    let project: SavedProject;
    try {
      project = await ports.reload();
    } catch {
      wait();
      return 'rest';
    }
    if (project.version === base + batch.length && holds(project.document, batch)) {
      base = project.version;
      queue = queue.slice(batch.length);
      draft();
      return 'again';
    }
    conflict('Somebody else changed this redaction in the meantime.');
    return 'rest';
  };
  const wait = (): void => {
    const delay = waits[Math.min(attempts++, waits.length - 1)] ?? 10_000;
    stuck();
    callOff?.();
    if (!stopped) callOff = ports.later(delay, run);
  };
  const loop = async (): Promise<void> => {
    while (queue.length > 0) {
      if (state.state === 'stuck') stuck();
      else show({ state: 'saving' });
      if ((await step()) === 'rest') return;
    }
    show({ state: 'saved' });
  };
  const run = (): void => {
    callOff?.();
    callOff = null;
    if (running !== null || stopped || state.state === 'conflict' || queue.length === 0) return;
    running = loop().finally(() => {
      running = null;
      // An edit may have come between the last look at the queue and here.
      if (state.state === 'saved' && queue.length > 0) run();
    });
  };

  if (queue.length > 0) run();
  return {
    push: (edits) => {
      queue = [...queue, ...edits];
      draft();
      if (state.state === 'conflict') conflict(state.message);
      else if (state.state === 'stuck') stuck();
      if (callOff === null) run();
    },
    retry: run,
    giveUp: async () => {
      const project = await ports.reload();
      base = project.version;
      queue = [];
      attempts = 0;
      draft();
      show({ state: 'saved' });
      return project;
    },
    version: () => base,
    state: () => state,
    quiet: async () => {
      while (running !== null) await running;
      await drafts.catch(() => undefined); // Already told through `draftFailed`.
    },
    stop: () => {
      stopped = true;
      callOff?.();
    },
  };
}

/** True when a document already holds what the edits would leave. */
function holds(document: RedactionDocument, edits: readonly RedactionEdit[]): boolean {
  const last = new Map<string, RedactionEdit>();
  for (const edit of edits) last.set(idOf(edit), edit);
  const items = new Map<string, unknown>([...document.tracks, ...document.mutes].map((item) => [item.id, item]));
  return [...last].every(([id, edit]) => {
    if (edit.kind === 'remove-track' || edit.kind === 'remove-mute') return !items.has(id);
    return JSON.stringify(items.get(id)) === JSON.stringify(edit.kind === 'put-track' ? edit.track : edit.mute);
  });
}

function idOf(edit: RedactionEdit): string {
  if (edit.kind === 'put-track') return edit.track.id;
  return edit.kind === 'put-mute' ? edit.mute.id : edit.id;
}
