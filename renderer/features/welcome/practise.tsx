import { IconArrowRight, IconSchool } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Role } from '#common/access/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { type StationStatus, useDeed, useStation } from '#renderer/state/index.ts';
import { ErrorPanel, Hint } from '#renderer/ui/index.ts';
import classes from './welcome.module.css';

const roleOrder: readonly Role[] = ['officer', 'supervisor', 'records', 'admin'];

/** Entering the training agency as one of its people: one click on who to be. */
export function Practise({
  training,
  primary,
}: {
  readonly training: StationStatus['training'];
  readonly primary: boolean;
}) {
  const { t } = useTranslation(['welcome', 'app']);
  const { session } = useStation();
  const people = training.people.toSorted((a, b) => roleOrder.indexOf(a.role) - roleOrder.indexOf(b.role));
  const deed = useDeed((username: string) => session.practise(username));
  const words = deed.failure === null ? null : errorWords(deed.failure);
  return (
    <section className={classes.choice} data-primary={primary || undefined} aria-labelledby="practise-title">
      <h2 id="practise-title" className={classes.withIcon}>
        <IconSchool size={24} stroke={1.5} aria-hidden />
        {t('practise.title')}
      </h2>
      <Hint>{t('practise.lead')}</Hint>
      <h3>{t('practise.who')}</h3>
      <ul className={classes.people} aria-busy={deed.busy}>
        {people.map((person) => (
          <li key={person.username}>
            <button type="button" className={classes.person} onClick={() => void deed.run(person.username)}>
              <span>{person.displayName}</span>
              <span className={classes.personRole}>{t(`app:role.${person.role}`)}</span>
              <IconArrowRight size={16} stroke={1.75} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      {words !== null && <ErrorPanel error={words} />}
    </section>
  );
}
