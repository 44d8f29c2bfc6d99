import type { RedactionDocument, RedactionEdit } from '#common/redaction/index.ts';

/**
 * How saving stands. `stuck` tries again; `kept` says that all of its changes lie on the disk of this computer by now. `conflict`
 * waits for a person. `aside`: somebody else was faster, and the changes are being kept as a branch of their own; more cannot be made
 * until they are.
 */
export type SaveState =
  | { readonly state: 'saved' }
  | { readonly state: 'saving' }
  | { readonly state: 'stuck'; readonly unsent: number; readonly kept: boolean }
  | { readonly state: 'aside'; readonly unsent: number }
  | { readonly state: 'conflict'; readonly unsent: number; readonly message: string };

/** Edits that go on top of a version and that the core has not acknowledged. */
export type UnsentEdits = { readonly baseVersion: number; readonly edits: readonly RedactionEdit[] };

/** How sending ended: taken in, somebody else was faster, refused for good, or no answer (nobody knows whether it was done). */
export type SendResult =
  | { readonly kind: 'saved'; readonly version: number }
  | { readonly kind: 'stale' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'unanswered' };

/** How keeping edits as a branch ended. */
export type BranchResult = Exclude<SendResult, { kind: 'saved' | 'stale' }> | { readonly kind: 'kept' };

/** The project as the core has it. */
export type SavedProject = { readonly version: number; readonly document: RedactionDocument };

/** What autosave needs from outside. */
export interface SavePorts {
  send(version: number, edits: readonly RedactionEdit[]): Promise<SendResult>;
  /** Keeps edits on top of an older version as a branch of their own. */
  branch(version: number, edits: readonly RedactionEdit[]): Promise<BranchResult>;
  /** The edits lie in a branch: from now on this is worked with. */
  onBranched(project: SavedProject, edits: number): void;
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
  /** The project became another one elsewhere: true when nothing of ours stands on the older one, and the newer one is now the base. */
  readonly follow: (version: number) => boolean;
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
  /** What is to be done next: send edits, keep them as a branch, or look at what is worked with after that. */
  let mode: 'send' | 'branch' | 'look' = 'send';
  let branched = 0;
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
    mode = 'branch';
    return 'again';
  };
  const branch = async (): Promise<'again' | 'rest'> => {
    const edits = queue;
    // More than one call takes cannot be put on top of each other in a branch: a person must decide.
    if (edits.length > mostAtOnce) {
      mode = 'send';
      conflict('Somebody else changed this redaction in the meantime.');
      return 'rest';
    }
    const result = await ports.branch(base, edits);
    switch (result.kind) {
      case 'kept':
        // What came meanwhile stands on our edits: they go into a branch together.
        if (queue.length > edits.length) return 'again';
        branched = edits.length;
        queue = [];
        draft();
        mode = 'look';
        return 'again';
      case 'refused':
        mode = 'send';
        conflict(result.message);
        return 'rest';
      case 'unanswered':
        wait();
        return 'rest';
    }
  };
  const look = async (): Promise<'again' | 'rest'> => {
    let project: SavedProject;
    try {
      project = await ports.reload();
    } catch {
      wait();
      return 'rest';
    }
    base = project.version;
    attempts = 0;
    mode = 'send';
    if (!stopped) ports.onBranched(project, branched);
    return 'again';
  };
  const wait = (): void => {
    const delay = waits[Math.min(attempts++, waits.length - 1)] ?? 10_000;
    if (mode === 'send') stuck();
    callOff?.();
    if (!stopped) callOff = ports.later(delay, run);
  };
  const loop = async (): Promise<void> => {
    while (queue.length > 0 || mode !== 'send') {
      if (mode !== 'send') show({ state: 'aside', unsent: queue.length });
      else if (state.state === 'stuck') stuck();
      else show({ state: 'saving' });
      if ((await turns[mode]()) === 'rest') return;
    }
    show({ state: 'saved' });
  };
  const turns = { send: step, branch, look } as const;
  const run = (): void => {
    callOff?.();
    callOff = null;
    const nothingToDo = queue.length === 0 && mode === 'send';
    if (running !== null || stopped || state.state === 'conflict' || nothingToDo) return;
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
    follow: (version) => {
      if (queue.length > 0 || running !== null || state.state !== 'saved' || version <= base) return false;
      base = version;
      return true;
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
