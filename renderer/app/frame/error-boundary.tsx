import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { noteProblem } from '#renderer/bridge/index.ts';
import { ErrorPanel } from '#renderer/ui/index.ts';
import classes from './frame.module.css';

type State = { readonly reference: string | null };

/** Keeps a bug in one part from taking the window down. The reference stands beside the stack in the window's console. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { reference: null };

  static getDerivedStateFromError(): State {
    return { reference: crypto.randomUUID().slice(0, 8) };
  }

  override componentDidCatch(error: unknown): void {
    noteProblem(new Error(`Reference ${this.state.reference ?? 'unknown'}`, { cause: error }));
  }

  override render(): ReactNode {
    const { reference } = this.state;
    if (reference === null) return this.props.children;
    return <Broken reference={reference} onRetry={() => this.setState({ reference: null })} />;
  }
}

function Broken({ reference, onRetry }: { readonly reference: string; readonly onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.broken}>
      <div>
        <ErrorPanel
          error={{ message: t('boundary.title'), subject: null, nextStep: t('boundary.next'), reference }}
          onRetry={onRetry}
        />
        <Button variant="subtle" mt="sm" onClick={() => location.reload()}>
          {t('boundary.reload')}
        </Button>
      </div>
    </div>
  );
}
