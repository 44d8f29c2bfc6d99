import { Button } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { errorWords } from '#renderer/bridge/index.ts';
import { type Deed, useAction } from '#renderer/state/index.ts';
import { ActionButton, ErrorPanel, Row } from '#renderer/ui/index.ts';
import classes from './store.module.css';

/** A form that changes something about the store: its fields, why it was not done, a button that does it, and the way back. */
export function SettingForm(props: {
  readonly deed: Pick<Deed<never>, 'busy' | 'failure'>;
  readonly submit: string;
  readonly icon?: ReactNode;
  /** What is done cannot simply be undone. */
  readonly danger?: boolean;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}) {
  const { deed, submit, icon = null, danger = false, onSubmit, children } = props;
  const { t } = useTranslation('store');
  const back = useAction('store.back');
  const words = deed.failure === null ? null : errorWords(deed.failure);
  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
      {words !== null && <ErrorPanel error={words} />}
      <Row>
        <Button
          type="submit"
          variant="filled"
          {...(danger ? { color: 'danger' } : {})}
          loading={deed.busy}
          leftSection={icon}
        >
          {submit}
        </Button>
        <ActionButton
          action={back}
          variant="subtle"
          label={t('setUp.back')}
          icon={<IconArrowLeft size={16} aria-hidden />}
        />
      </Row>
    </form>
  );
}
