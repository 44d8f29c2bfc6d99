import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { StateMark, type Tone } from '#renderer/ui/index.ts';
import classes from './inspector.module.css';
import type { RedactionWork } from './open-redaction.ts';

const tones = {
  saved: 'verified',
  saving: 'working',
  stuck: 'attention',
  aside: 'working',
  conflict: 'failed',
} as const satisfies Readonly<Record<string, Tone>>;

/** How saving stands, always in the same place. */
export function SaveMark({ work }: { readonly work: RedactionWork }) {
  const { t } = useTranslation('redaction');
  const save = useStore(work.save);
  return (
    <span role="status" data-testid="save-state" data-state={save.state}>
      <StateMark tone={tones[save.state]}>
        {t(save.state === 'stuck' && !save.kept ? 'save.onlyInWindow' : `save.${save.state}`)}
      </StateMark>
    </span>
  );
}

/** Somebody else was faster: what was not saved, and the way back to what was. */
export function ConflictPanel({
  work,
  onFailure,
}: {
  readonly work: RedactionWork;
  readonly onFailure: (thrown: unknown) => void;
}) {
  const { t } = useTranslation('redaction');
  const save = useStore(work.save);
  if (save.state !== 'conflict') return null;
  return (
    <div className={classes.conflict} role="alert">
      <strong>{save.message}</strong>
      <p>
        {t('conflict.unsent', { count: save.unsent })} {t('conflict.next')}
      </p>
      <div>
        <Button variant="default" onClick={() => void work.takeSaved().catch(onFailure)}>
          {t('conflict.take')}
        </Button>
      </div>
    </div>
  );
}
