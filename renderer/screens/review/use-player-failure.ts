import { useMemo } from 'react';
import type { Render } from '#common/evidence/index.ts';
import type { EvidenceId } from '#common/ids/index.ts';
import type { Player } from '#renderer/features/player/index.ts';
import { useCatalog, useClient, useNotices } from '#renderer/state/index.ts';

/** What is played: the original (or its proxy), or a finished copy. */
export type Shown = { readonly mediaId: string; readonly contentType: string; readonly render: Render | null };

/** The ways out when the player has given up. */
export function usePlayerFailure(
  player: Player,
  evidenceId: EvidenceId,
  { mediaId, render }: Shown,
): {
  readonly onRetry: () => void;
  readonly onMend: (() => void) | null;
  /** What is played is fetched from the store as it is watched. */
  readonly fromCloud: boolean;
} {
  const client = useClient();
  const notices = useNotices();
  const where = useCatalog('placement').byId.get(evidenceId)?.where;
  const fromCloud = mediaId === evidenceId && where?.state === 'only-in-cloud' && where.here !== true;
  return useMemo(() => {
    const say = (thrown: unknown): void => notices.sayError(thrown);
    // A station that was started again has to let this session in first.
    const letIn = async (): Promise<unknown> =>
      render === null
        ? client.call('review.open', { evidenceId })
        : client.call('render.open', { renderId: render.id });
    return {
      fromCloud,
      onRetry: () => void letIn().then(player.reopen, say),
      // The recording then says that it is being prepared, and its message takes the place of the player.
      onMend: mediaId === evidenceId ? () => void client.call('review.mend', { evidenceId }).catch(say) : null,
    };
  }, [client, notices, player, evidenceId, mediaId, render, fromCloud]);
}
