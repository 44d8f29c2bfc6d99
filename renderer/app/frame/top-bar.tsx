import { Tooltip } from '@mantine/core';
import { IconLogout2, IconSchool, IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { StoreMark } from '#renderer/features/store/index.ts';
import { routeHash, useAction, useSession, useStation } from '#renderer/state/index.ts';
import { ActionIconButton, Keys, shortcutText } from '#renderer/ui/index.ts';
import classes from './top-bar.module.css';

/** What is looked at, the search, where footage is kept, and who is here. */
export function TopBar() {
  const { t } = useTranslation();
  const { agency, account } = useSession();
  const title = useStore(useStation().title);
  const palette = useAction('app.palette');
  const signOut = useAction('app.sign-out');
  const store = useAction('app.store');
  return (
    <header className={classes.top}>
      <div className={classes.title}>
        <h1>{title.text}</h1>
        {title.detail !== null && <span className={classes.titleDetail}>{title.detail}</span>}
      </div>
      {palette !== null && (
        <button type="button" className={classes.search} onClick={palette.run}>
          <IconSearch size={16} stroke={1.75} aria-hidden />
          <span className={classes.searchText}>{t('search')}</span>
          {palette.shortcut !== null && <Keys shortcut={palette.shortcut} />}
        </button>
      )}
      <div className={classes.topEnd}>
        {agency.kind === 'training' ? (
          <span className={classes.training}>
            <IconSchool size={16} stroke={1.75} aria-hidden />
            {t('training.banner')}
          </span>
        ) : (
          <Tooltip label={store === null ? '' : `${store.title} (${shortcutText(store.shortcut ?? '')})`}>
            <a className={classes.storeMark} href={routeHash({ screen: 'store' })}>
              <StoreMark />
            </a>
          </Tooltip>
        )}
        <div className={classes.who}>
          <span>{account.displayName}</span>
          <span className={classes.whoRole}>{t(`role.${account.role}`)}</span>
        </div>
        <ActionIconButton action={signOut} icon={<IconLogout2 size={20} stroke={1.5} aria-hidden />} />
      </div>
    </header>
  );
}
