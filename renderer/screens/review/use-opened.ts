import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { ReplyOf } from '#common/contract/index.ts';
import type { RedactionProject } from '#common/evidence/index.ts';
import type { EvidenceId } from '#common/ids/index.ts';
import { decodeFrameTable, type FrameTable } from '#common/time/index.ts';
import type { SaveState } from '#renderer/engine/index.ts';
import { openRedaction, type RedactionSurroundings, type RedactionWork } from '#renderer/features/redaction/index.ts';
import {
  type Loaded,
  useCatalog,
  useClient,
  useConnection,
  useLoaded,
  useNotices,
  useReplica,
  useSession,
} from '#renderer/state/index.ts';

/** A segment opened for viewing, with its frames. Asked again by itself when the connection is back. */
export function useOpenedMedia(
  evidenceId: EvidenceId,
): readonly [Loaded<ReplyOf<'review.open'>>, FrameTable | null, () => void] {
  const [loaded, reload] = useLoaded('review.open', { evidenceId });
  const connected = useConnection().state === 'open';
  const failed = loaded.state === 'failed';
  const [wasLost, setWasLost] = useState(false);
  if (failed && !connected && !wasLost) setWasLost(true);
  useEffect(() => {
    if (!wasLost || !connected) return;
    setWasLost(false);
    reload();
  }, [wasLost, connected, reload]);
  const frames = loaded.value?.frames;
  const table = useMemo(() => (frames === undefined ? null : decodeFrameTable(frames)), [frames]);
  return [loaded, table, reload];
}

/** The redaction of an evidence item: open while the component is shown. */
export type OpenedRedaction =
  | { readonly state: 'opening' }
  | { readonly state: 'open'; readonly work: RedactionWork }
  | { readonly state: 'failed'; readonly cause: unknown };

export function useOpenedRedaction(
  around: Pick<RedactionSurroundings, 'evidenceId' | 'picture' | 'frames'>,
  allowed: boolean,
): readonly [OpenedRedaction, () => void] {
  const { t } = useTranslation('redaction');
  const client = useClient();
  const notices = useNotices();
  const { drafts } = useReplica();
  const accountId = useSession().account.id;
  const [opened, setOpened] = useState<OpenedRedaction>({ state: 'opening' });
  const [round, setRound] = useState(0);
  const { evidenceId, frames } = around;
  const { width, height } = around.picture;
  useEffect(() => {
    if (!allowed) return undefined;
    let gone = false;
    let work: RedactionWork | null = null;
    setOpened({ state: 'opening' });
    const onBranched = (count: number): void => notices.say('done', t('versions.branched', { count }));
    openRedaction({ client, drafts, accountId, evidenceId, picture: { width, height }, frames, onBranched }).then(
      (ready) => {
        if (gone) ready.close();
        else {
          work = ready;
          setOpened({ state: 'open', work: ready });
        }
      },
      (cause: unknown) => {
        if (!gone) setOpened({ state: 'failed', cause });
      },
    );
    return () => {
      gone = true;
      work?.close();
    };
  }, [allowed, client, drafts, accountId, evidenceId, width, height, frames, round, notices, t]);
  return [opened, () => setRound((before) => before + 1)];
}

/**
 * The redaction as the catalog has it by now. What others made of it is shown as soon as nothing of this window stands on the older
 * version; until then the window's changes go on top of theirs or beside them.
 */
export function useFollowedProject(work: RedactionWork | null): RedactionProject | null {
  const project = useCatalog('project').byId.get(work?.project.id ?? '') ?? null;
  const saved = useSaveState(work) === 'saved';
  useEffect(() => {
    if (work !== null && project !== null && saved) work.follow(project);
  }, [work, project, saved]);
  return project ?? work?.project ?? null;
}

const noSave = createStore<SaveState>(() => ({ state: 'saved' }));

/** How saving stands; `saved` while nothing is open. */
export function useSaveState(work: RedactionWork | null): SaveState['state'] {
  return useStore(work?.save ?? noSave, ({ state }) => state);
}
