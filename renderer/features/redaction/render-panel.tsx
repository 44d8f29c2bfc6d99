import { Button } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { GuardCheck, Render, Verdict } from '#common/evidence/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { type Command, useAction, useClient, useCommands, useDeed } from '#renderer/state/index.ts';
import { ActionButton, ErrorPanel, formatCount, StateMark, type Tone } from '#renderer/ui/index.ts';
import classes from './inspector.module.css';
import type { RedactionWork } from './open-redaction.ts';
import { useEditor } from './use-editor.ts';

/** The redacted copy: starting it, how far it is, what the machine's check found, and where it goes from there. */
export function RenderPanel({
  work,
  latest,
  progress,
  goTo,
  watching,
  onWatch,
  onRelease,
}: {
  readonly work: RedactionWork;
  /** The newest rendering of this redaction. */
  readonly latest: Render | null;
  /** How far the running job is. */
  readonly progress: ReactNode;
  readonly goTo: (frame: number) => void;
  /** The finished copy is what is shown. */
  readonly watching: boolean;
  readonly onWatch: (render: Render) => Promise<void>;
  /** Absent when the role does not release. */
  readonly onRelease: ((render: Render) => void) | null;
}) {
  const { t } = useTranslation('redaction');
  const start = useStartRender(work, latest);
  const watch = useDeed(onWatch);
  const action = useAction('redaction.render');
  const failure = start.failure ?? watch.failure;
  const words = failure === null ? null : errorWords(failure);
  return (
    <section className={classes.verdict} aria-label={t('output')} data-testid="render-panel">
      <div className={classes.head}>
        <h3>{t('output')}</h3>
        <RenderMark render={latest} />
      </div>
      {latest !== null && isRunning(latest) && progress}
      {latest !== null && <RenderResult render={latest} version={work.version()} goTo={goTo} />}
      {words !== null && <ErrorPanel error={words} />}
      <div className={classes.buttons}>
        {latest?.status.state === 'passed' && onRelease !== null && (
          <Button variant="filled" onClick={() => onRelease(latest)}>
            {t('render.release')}
          </Button>
        )}
        {latest?.status.state === 'passed' && !watching && (
          <Button variant="default" loading={watch.busy} onClick={() => void watch.run(latest)}>
            {t('render.watch')}
          </Button>
        )}
        {!watching && (
          <ActionButton
            action={action}
            variant={latest?.status.state === 'passed' ? 'default' : 'filled'}
            busy={start.busy}
          />
        )}
      </div>
    </section>
  );
}

function useStartRender(work: RedactionWork, latest: Render | null) {
  const { t } = useTranslation('redaction');
  const client = useClient();
  const { editor, save } = work;
  const saveState = useStore(save, (state) => state.state);
  const empty = useEditor(editor, ({ document }) => document.tracks.length + document.mutes.length === 0);
  const deed = useDeed(async () => {
    editor.settle();
    await work.quiet();
    await client.call('render.start', { projectId: work.project.id, version: work.version() });
  });
  const { run, busy } = deed;
  const running = latest !== null && isRunning(latest);
  const why = empty
    ? t('why.nothingHidden')
    : saveState === 'stuck' || saveState === 'aside' || saveState === 'conflict'
      ? t('why.unsaved')
      : running || busy
        ? t('why.rendering')
        : null;
  useCommands(
    useMemo(
      (): readonly Command[] => [
        {
          id: 'redaction.render',
          title: t('command.render'),
          group: t('group'),
          permission: 'render.start',
          disabledBecause: why,
          run: () => void run(),
        },
      ],
      [t, why, run],
    ),
  );
  return deed;
}

function isRunning(render: Render): boolean {
  return ['queued', 'rendering', 'checking'].includes(render.status.state);
}

const tones: Readonly<Record<Render['status']['state'], Tone>> = {
  queued: 'waiting',
  rendering: 'working',
  checking: 'working',
  passed: 'verified',
  failed: 'failed',
  cancelled: 'waiting',
};

function RenderMark({ render }: { readonly render: Render | null }) {
  const { t } = useTranslation('redaction');
  if (render === null) return <span className={classes.dim}>{t('render.none')}</span>;
  const { status } = render;
  const before = status.state === 'failed' && status.verdict === null;
  return (
    <span role="status" data-testid="render-state" data-state={status.state}>
      <StateMark tone={tones[status.state]}>{t(before ? 'render.failedBefore' : `render.${status.state}`)}</StateMark>
    </span>
  );
}

function RenderResult({
  render,
  version,
  goTo,
}: {
  readonly render: Render;
  readonly version: number;
  readonly goTo: (frame: number) => void;
}) {
  const { t } = useTranslation('redaction');
  const { status } = render;
  const outdated = render.projectVersion < version && !isRunning(render);
  return (
    <>
      {outdated && <StateMark tone="attention">{t('render.outdated')}</StateMark>}
      {status.state === 'passed' && <Passed verdict={status.verdict} goTo={goTo} />}
      {status.state === 'failed' && (
        <>
          {status.verdict !== null && (
            <Checks checks={status.verdict.checks.filter((check) => !check.passed)} goTo={goTo} />
          )}
          {status.error !== null && status.verdict === null && <ErrorPanel error={status.error} />}
          <p className={classes.dim}>{t('render.deleted')}</p>
        </>
      )}
    </>
  );
}

function Passed({ verdict, goTo }: { readonly verdict: Verdict; readonly goTo: (frame: number) => void }) {
  const { t } = useTranslation('redaction');
  return (
    <details>
      <summary className={classes.dim}>
        {t('render.passedDetail', { frames: formatCount(verdict.frames), regions: formatCount(verdict.regions) })}
      </summary>
      <Checks checks={verdict.checks} goTo={goTo} />
    </details>
  );
}

function Checks({ checks, goTo }: { readonly checks: readonly GuardCheck[]; readonly goTo: (frame: number) => void }) {
  const { t } = useTranslation('redaction');
  return (
    <ul className={classes.checks} aria-label={t('render.checks')}>
      {checks.map((check) => {
        const { frame } = check;
        return (
          <li key={check.name} className={classes.check} data-passed={check.passed}>
            {check.passed ? <IconCheck size={16} aria-hidden /> : <IconX size={16} aria-hidden />}
            <span>
              {t(`check.${check.name}`)}
              {check.detail !== '' && <span className={classes.dim}> · {check.detail}</span>}
              {frame !== null && (
                <>
                  {' '}
                  <button type="button" className={classes.link} onClick={() => goTo(frame)}>
                    {t('render.goToFrame', { frame })}
                  </button>
                </>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
