import { useTranslation } from 'react-i18next';
import { useCommandList } from '#renderer/state/index.ts';
import { Dialog, Keys } from '#renderer/ui/index.ts';
import classes from './shortcut-sheet.module.css';

/** Every shortcut that works here, by group. */
export function ShortcutSheet({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const commands = useCommandList().filter((command) => (command.shortcuts?.length ?? 0) > 0);
  const groups = Map.groupBy(commands, (command) => command.group);
  return (
    <Dialog label={t('sheet.title')} width={760} closeLabel={t('sheet.close')} onClose={onClose}>
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
    </Dialog>
  );
}
