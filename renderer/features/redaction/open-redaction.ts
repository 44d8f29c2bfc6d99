import { createStore, type StoreApi } from 'zustand/vanilla';
import { type ErrorCode, ExpectedError } from '#common/errors/index.ts';
import type { RedactionProject } from '#common/evidence/index.ts';
import type { Size } from '#common/geometry/index.ts';
import { type AccountId, type EvidenceId, idFromBytes, type MuteId, type TrackId } from '#common/ids/index.ts';
import type { RedactionEdit } from '#common/redaction/index.ts';
import { type Client, ConnectionLostError, errorWords, noteProblem } from '#renderer/bridge/index.ts';
import type { Replica } from '#renderer/cache/index.ts';
import {
  type Autosave,
  applyAll,
  createAutosave,
  createEditor,
  type Editor,
  type SaveState,
  type SendResult,
} from '#renderer/engine/index.ts';

/** One evidence item's redaction while it is being worked on. */
export type RedactionWork = {
  readonly project: RedactionProject;
  readonly editor: Editor;
  readonly save: StoreApi<SaveState>;
  readonly version: () => number;
  readonly retry: () => void;
  /** Shows what others made of it meanwhile, when nothing of ours stands on the older version. */
  readonly follow: (project: Pick<RedactionProject, 'version' | 'document'>) => void;
  /** Gives the unsent changes up and shows the redaction as the core has it. */
  readonly takeSaved: () => Promise<void>;
  readonly quiet: () => Promise<void>;
  readonly close: () => void;
};

/** What opening needs. */
export type RedactionSurroundings = {
  readonly client: Client;
  readonly drafts: Replica['drafts'];
  readonly accountId: AccountId;
  readonly evidenceId: EvidenceId;
  readonly picture: Size;
  readonly frames: number;
  /** Somebody else was faster: so many changes lie in a branch of their own now. */
  readonly onBranched: (edits: number) => void;
};

/**
 * Opens the project of an evidence item. Changes that an earlier sitting could not send are taken up again when nobody
 * changed the project since; else a person decides.
 */
export async function openRedaction(around: RedactionSurroundings): Promise<RedactionWork> {
  const { client, drafts, accountId, evidenceId } = around;
  const project = await client.call('redaction.open', { evidenceId });
  const draft = await drafts.draft(project.id);
  const fits = draft !== null && draft.baseVersion === project.version;
  const document = fits ? applyAll(project.document, draft.edits).document : project.document;
  const save = createStore<SaveState>(() => ({ state: 'saved' }));

  let autosave: Autosave | null = null;
  const editor = createEditor({
    document,
    picture: around.picture,
    frames: around.frames,
    newTrackId: () => randomId('track'),
    newMuteId: () => randomId('mute'),
    onCommit: (edits) => autosave?.push(edits),
  });
  autosave = createAutosave(
    {
      send: (version, edits) => send(client, project, version, edits),
      branch: async (version, edits) => {
        const result = await sending(
          client.call('redaction.branch', { projectId: project.id, version, edits: edits.map(writable) }),
        );
        return 'reply' in result ? { kind: 'kept' } : result;
      },
      onBranched: (saved, edits) => {
        editor.reset(saved.document);
        around.onBranched(edits);
      },
      reload: async () => {
        const { version, document: saved } = await client.call('redaction.open', { evidenceId });
        return { version, document: saved };
      },
      keepDraft: (unsent) => drafts.putDraft({ projectId: project.id, accountId, ...unsent, savedAt: Date.now() }),
      dropDraft: () => drafts.removeDraft(project.id),
      draftFailed: noteProblem,
      later: (milliseconds, call) => {
        const timer = setTimeout(call, milliseconds);
        return () => clearTimeout(timer);
      },
      onState: (state) => {
        save.setState(state, true);
        editor.lock(lockedBecause(state));
      },
    },
    draft?.baseVersion ?? project.version,
    draft?.edits ?? [],
  );
  const saving = autosave;
  const stopListening = client.onConnection((connection) => {
    if (connection.state === 'open') saving.retry();
  });
  return {
    project,
    editor,
    save,
    version: saving.version,
    retry: saving.retry,
    follow: ({ version, document: newer }) => {
      if (saving.follow(version)) editor.reset(newer);
    },
    takeSaved: async () => {
      const saved = await saving.giveUp();
      editor.reset(saved.document);
    },
    quiet: saving.quiet,
    close: () => {
      editor.settle();
      stopListening();
      saving.stop();
    },
  };
}

function lockedBecause(state: SaveState): string | null {
  if (state.state === 'conflict') return state.message;
  return state.state === 'aside'
    ? 'Somebody else changed this redaction. Your changes are being kept as a version of their own.'
    : null;
}

async function send(
  client: Client,
  project: RedactionProject,
  version: number,
  edits: readonly RedactionEdit[],
): Promise<SendResult> {
  const call = client.call('redaction.edit', { projectId: project.id, version, edits: edits.map(writable) });
  const result = await sending(call, (code) => (code === 'stale-version' ? ({ kind: 'stale' } as const) : null));
  return 'reply' in result ? { kind: 'saved', version: result.reply.version } : result;
}

type NotSaved = Exclude<SendResult, { kind: 'saved' | 'stale' }>;

/** What an answer to a change means for what was not acknowledged yet. */
async function sending<T, S = never>(
  call: Promise<T>,
  known: (code: ErrorCode) => S | null = () => null,
): Promise<{ readonly reply: T } | NotSaved | S> {
  try {
    return { reply: await call };
  } catch (thrown) {
    if (thrown instanceof ConnectionLostError) return { kind: 'unanswered' };
    if (thrown instanceof ExpectedError) {
      const meant = known(thrown.code);
      if (meant !== null) return meant;
      // Signing in again, or a station that finishes starting, lets the same changes through.
      if (thrown.code === 'not-signed-in' || thrown.code === 'station-busy') return { kind: 'unanswered' };
      const words = errorWords(thrown);
      return { kind: 'refused', message: words?.message ?? thrown.message };
    }
    noteProblem(thrown);
    return { kind: 'unanswered' };
  }
}

/** The edit in the contract's own (mutable) shape. */
function writable(edit: RedactionEdit) {
  if (edit.kind !== 'put-track') return edit;
  return { ...edit, track: { ...edit.track, keyframes: [...edit.track.keyframes] } };
}

function randomId<K extends 'track' | 'mute'>(kind: K): K extends 'track' ? TrackId : MuteId {
  const bytes = crypto.getRandomValues(new Uint8Array(26));
  return idFromBytes(kind, bytes) as K extends 'track' ? TrackId : MuteId;
}
