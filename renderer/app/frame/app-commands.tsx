import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Permission } from '#common/access/index.ts';
import { type Command, navigate, type Route, useCommands, useSession, useStation } from '#renderer/state/index.ts';
import type { Layer } from './layer.ts';

type Room = Extract<Route['screen'], 'dock' | 'library' | 'releases' | 'store' | 'people' | 'audit'>;

/** `department`: a room the training agency does not have. */
const rooms: readonly {
  readonly room: Room;
  readonly keys: string;
  readonly permission: Permission;
  readonly department?: true;
}[] = [
  { room: 'dock', keys: 'g d', permission: 'evidence.view' },
  { room: 'library', keys: 'g l', permission: 'evidence.view' },
  { room: 'releases', keys: 'g r', permission: 'evidence.view' },
  { room: 'store', keys: 'g s', permission: 'evidence.view', department: true },
  { room: 'people', keys: 'g p', permission: 'people.manage' },
  { room: 'audit', keys: 'g a', permission: 'audit.read' },
];

/** The commands that work everywhere. */
export function AppCommands({ layer, onLayer }: { readonly layer: Layer; readonly onLayer: (layer: Layer) => void }) {
  const { t } = useTranslation();
  const { session } = useStation();
  const { agency } = useSession();
  const commands = useMemo((): readonly Command[] => {
    const toggle = (which: Layer) => () => onLayer(layer === which ? null : which);
    return [
      ...rooms
        .filter(({ department }) => department === undefined || agency.kind === 'department')
        .map(
          ({ room, keys, permission }): Command => ({
            id: `app.${room}`,
            title: t(`command.${room}`),
            group: t('group.go'),
            shortcuts: [keys],
            permission,
            run: () => navigate({ screen: room }),
          }),
        ),
      {
        id: 'app.palette',
        title: t('command.palette'),
        group: t('group.station'),
        shortcuts: ['mod+k'],
        inText: true,
        quiet: true,
        run: toggle('palette'),
      },
      {
        id: 'app.shortcuts',
        title: t('command.shortcuts'),
        group: t('group.station'),
        shortcuts: ['?'],
        run: toggle('shortcuts'),
      },
      {
        id: 'app.work',
        title: t('command.work'),
        group: t('group.station'),
        shortcuts: ['g w'],
        run: toggle('work'),
      },
      ...(layer === 'work'
        ? [
            {
              id: 'app.close-layer',
              title: t('command.back'),
              group: t('group.station'),
              shortcuts: ['Escape'],
              quiet: true,
              run: () => onLayer(null),
            },
          ]
        : []),
      {
        id: 'app.sign-out',
        title: t('command.signOut'),
        group: t('group.station'),
        run: () => session.signOut(),
      },
    ];
  }, [t, layer, onLayer, session, agency.kind]);
  useCommands(commands);
  return null;
}
