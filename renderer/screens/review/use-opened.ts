import { useEffect, useMemo, useState } from 'react';
import type { ReplyOf } from '#common/contract/index.ts';
import type { EvidenceId } from '#common/ids/index.ts';
import { decodeFrameTable, type FrameTable } from '#common/time/index.ts';
import { openRedaction, type RedactionSurroundings, type RedactionWork } from '#renderer/features/redaction/index.ts';
import { type Loaded, useClient, useConnection, useLoaded, useReplica, useSession } from '#renderer/state/index.ts';

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
  const client = useClient();
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
    openRedaction({ client, drafts, accountId, evidenceId, picture: { width, height }, frames }).then(
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
  }, [allowed, client, drafts, accountId, evidenceId, width, height, frames, round]);
  return [opened, () => setRound((before) => before + 1)];
}
