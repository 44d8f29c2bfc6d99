import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCommandList } from '#renderer/state/index.ts';
import { Keys } from '#renderer/ui/index.ts';
import classes from './frame.module.css';

/** Every shortcut that works here, by group. */
export function ShortcutSheet({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const commands = useCommandList().filter((command) => (command.shortcuts?.length ?? 0) > 0);
  const groups = Map.groupBy(commands, (command) => command.group);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('sheet.title')}
      size={760}
      closeButtonProps={{ 'aria-label': t('sheet.close') }}
    >
      <div className={classes.sheet}>
        {[...groups].map(([group, members]) => (
          <section key={group} className={classes.sheetGroup}>
            <h3>{group}</h3>
            {members.map((command) => (
              <div key={command.id} className={classes.sheetRow}>
                <span>{command.title}</span>
                <span className={classes.sheetKeys}>
                  {command.shortcuts?.map((shortcut) => (
                    <Keys key={shortcut} shortcut={shortcut} />
                  ))}
                </span>
              </div>
            ))}
          </section>
        ))}
      </div>
    </Modal>
  );
}
