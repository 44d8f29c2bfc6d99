import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './panels.module.css';

/** The parts of an error a person reads. */
export type ErrorParts = {
  readonly message: string;
  readonly subject: string | null;
  readonly nextStep: string | null;
  readonly reference: string | null;
};

/** Nothing here yet, and what to do next. */
export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className={classes.empty}>
      {icon !== undefined && <span className={classes.emptyIcon}>{icon}</span>}
      <h2>{title}</h2>
      {children !== undefined && <p className={classes.dim}>{children}</p>}
      {action}
    </div>
  );
}

/** What happened, to what, what to do, and the number to give to whoever looks after the station. */
export function ErrorPanel({
  error,
  onRetry,
  action,
}: {
  readonly error: ErrorParts;
  readonly onRetry?: () => void;
  /** What to do about it, before trying again. */
  readonly action?: ReactNode;
}) {
  const { t } = useTranslation('ui');
  return (
    <div className={classes.error} role="alert">
      <IconAlertTriangle size={20} stroke={1.75} aria-hidden className={classes.errorIcon} />
      <div className={classes.errorText}>
        <strong>{error.message}</strong>
        {error.subject !== null && <p className={classes.subject}>{error.subject}</p>}
        {error.nextStep !== null && <p>{error.nextStep}</p>}
        {error.reference !== null && (
          <p className={classes.dim}>
            {t('reference')} <code className={classes.reference}>{error.reference}</code>
          </p>
        )}
        {onRetry !== undefined && (
          <div className={classes.errorActions}>
            {action}
            <Button variant="default" onClick={onRetry}>
              {t('tryAgain')}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}

/** A titled part of a side column or a page. */
export function Section({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className={classes.section}>
      <header className={classes.sectionHead}>
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** A quiet line that explains. */
export function Hint({ children }: { readonly children: ReactNode }) {
  return <p className={classes.dim}>{children}</p>;
}
