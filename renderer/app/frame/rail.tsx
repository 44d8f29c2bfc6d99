import { Tooltip } from '@mantine/core';
import {
  IconBooks,
  IconCloudLock,
  IconFileCheck,
  IconKeyboard,
  IconPackageExport,
  type IconProps,
  IconSchool,
  IconUsb,
  IconUsers,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { type Route, routeHash, useAction, useSession } from '#renderer/state/index.ts';
import { shortcutText } from '#renderer/ui/index.ts';
import classes from './rail.module.css';

type Room = 'dock' | 'library' | 'releases' | 'store' | 'people' | 'audit';

const rooms: readonly { readonly room: Room; readonly icon: ComponentType<IconProps> }[] = [
  { room: 'dock', icon: IconUsb },
  { room: 'library', icon: IconBooks },
  { room: 'releases', icon: IconPackageExport },
  { room: 'store', icon: IconCloudLock },
  { room: 'people', icon: IconUsers },
  { room: 'audit', icon: IconFileCheck },
];

/** The room a screen belongs to. */
function roomOf(route: Route): Room {
  if (route.screen === 'recording') return 'library';
  if (route.screen === 'release') return 'releases';
  return route.screen === 'store-page' ? 'store' : route.screen;
}

/** The rooms of the station that the person's role opens. */
export function Rail({ route }: { readonly route: Route }) {
  const { t } = useTranslation();
  const { agency } = useSession();
  const shortcuts = useAction('app.shortcuts');
  const here = roomOf(route);
  return (
    <nav className={classes.rail} aria-label={t('rail')}>
      <ul className={classes.railList}>
        {rooms.map(({ room, icon }) => (
          <RailItem key={room} room={room} icon={icon} current={here === room} />
        ))}
      </ul>
      <div>
        {shortcuts !== null && (
          <ul className={classes.railList}>
            <li>
              <button
                type="button"
                className={classes.railItem}
                title={`${shortcuts.title} (?)`}
                onClick={shortcuts.run}
              >
                <IconKeyboard size={20} stroke={1.5} aria-hidden />
                {t('nav.shortcuts')}
              </button>
            </li>
          </ul>
        )}
        {agency.kind === 'training' && (
          <div className={classes.trainingRail} title={t('training.banner')}>
            <IconSchool size={20} stroke={1.5} aria-hidden />
            {t('training.short')}
          </div>
        )}
      </div>
    </nav>
  );
}

function RailItem({
  room,
  icon: Icon,
  current,
}: {
  readonly room: Room;
  readonly icon: ComponentType<IconProps>;
  readonly current: boolean;
}) {
  const { t } = useTranslation();
  const action = useAction(`app.${room}`);
  if (action === null) return null;
  const tip = action.shortcut === null ? action.title : `${action.title} (${shortcutText(action.shortcut)})`;
  return (
    <li>
      <Tooltip label={tip} position="right">
        <a className={classes.railItem} href={routeHash({ screen: room })} aria-current={current ? 'page' : undefined}>
          <Icon size={20} stroke={1.5} aria-hidden />
          {t(`nav.${room}`)}
        </a>
      </Tooltip>
    </li>
  );
}
