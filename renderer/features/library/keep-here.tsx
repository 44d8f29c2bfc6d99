import { IconCloudDown, IconPinnedOff } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Placement, Recording } from '#common/evidence/index.ts';
import { type Command, useAction, useClient, useCommands, useNotices } from '#renderer/state/index.ts';
import { ActionButton } from '#renderer/ui/index.ts';
import { usePlacements } from './place.tsx';

/** What of a recording is nowhere but in the store, or would be without the copy that is kept here. */
function inCloud({ segments, sidecars }: Recording, placements: ReadonlyMap<string, Placement>): readonly Placement[] {
  const ids = [...segments.map(({ evidenceId }) => evidenceId), ...sidecars.map(({ sidecarId }) => sidecarId)];
  return ids.flatMap((id) => {
    const placement = placements.get(id);
    return placement?.where.state === 'only-in-cloud' ? [placement] : [];
  });
}

/** Keeps a full copy of a recording from the store on this station, or lets it go when room is wanted. Nothing for what is sealed here. */
export function KeepHere({ recording }: { readonly recording: Recording }) {
  const { t } = useTranslation('library');
  const client = useClient();
  const notices = useNotices();
  const found = inCloud(recording, usePlacements());
  const pinned = found.some(({ where }) => where.state === 'only-in-cloud' && where.pinned === true);
  const { id, title } = recording;
  const commands = useMemo(
    (): readonly Command[] => [
      {
        id: 'library.keep-here',
        title: t(pinned ? 'command.letGo' : 'command.keepHere'),
        group: t('group'),
        shortcuts: ['k'],
        permission: 'evidence.view',
        disabledBecause: found.length === 0 ? t('command.sealedHere') : null,
        run: async () => {
          await client.call(pinned ? 'store.unpin' : 'store.pin', { recordingId: id });
          notices.say('done', t(pinned ? 'keep.letGo' : 'keep.fetching', { name: title }));
        },
      },
    ],
    [t, client, notices, pinned, found.length, id, title],
  );
  useCommands(commands);
  const keep = useAction('library.keep-here');
  if (found.length === 0) return null;
  const Icon = pinned ? IconPinnedOff : IconCloudDown;
  return <ActionButton action={keep} variant="default" icon={<Icon size={16} aria-hidden />} fullWidth />;
}
