import { useTranslation } from 'react-i18next';
import type { Marker } from '#common/changes/index.ts';
import type { Recording, RedactionProject, Render } from '#common/evidence/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { JobProgress } from '#renderer/features/jobs/index.ts';
import { RecordingCustody, RecordingFacts, RecordingTriggers } from '#renderer/features/library/index.ts';
import { type MarkerInHand, MarksPanel } from '#renderer/features/marks/index.ts';
import {
  BranchBanner,
  RedactionInspector,
  type RedactionWork,
  RenderPanel,
  SaveMark,
} from '#renderer/features/redaction/index.ts';
import { navigate, useCatalog, useDesk, useMay, useSession } from '#renderer/state/index.ts';
import { ErrorPanel, StateMark, TabBar } from '#renderer/ui/index.ts';
import { ComparisonSide } from './comparison-view.tsx';
import classes from './review.module.css';
import type { Comparison } from './use-comparison.ts';
import { type OpenedRedaction, useSaveState } from './use-opened.ts';

/** What can be looked at beside the picture. */
export type SideTab = (typeof tabs)[number];
const tabs = ['redaction', 'marks', 'details'] as const;

type SideProps = {
  readonly recording: Recording;
  readonly redaction: OpenedRedaction;
  readonly mayEdit: boolean;
  readonly onReopen: () => void;
  readonly goTo: (frame: number) => void;
  readonly hasSound: boolean;
  readonly watching: boolean;
  readonly onWatch: (render: Render) => Promise<void>;
  /** Comparing the versions of the redaction. */
  readonly comparison: Comparison;
  readonly project: RedactionProject | null;
  readonly tab: SideTab;
  readonly onTab: (tab: SideTab) => void;
  readonly markers: readonly Marker[];
  readonly inHand: MarkerInHand;
};

/** Beside the picture: the redaction, and the facts of the recording. */
export function ReviewSide(props: SideProps) {
  const { t } = useTranslation('review');
  const { zone } = useSession().agency;
  const { recording, tab, onTab } = props;
  return (
    <div className={classes.side}>
      <h2 className={classes.spoken}>{t('inspector')}</h2>
      <TabBar
        label={t('tabs')}
        tabs={tabs.filter((id) => id !== 'redaction' || props.mayEdit).map((id) => ({ id, title: t(`tab.${id}`) }))}
        current={tab}
        onChange={onTab}
      >
        {props.redaction.state === 'open' && <SaveMark work={props.redaction.work} />}
      </TabBar>
      {/* Kept while the details are read: its keys go on working. */}
      {props.mayEdit && (
        <div className={classes.sideBody} role="tabpanel" aria-label={t('tab.redaction')} hidden={tab !== 'redaction'}>
          <RedactionSide {...props} />
        </div>
      )}
      {tab === 'marks' && (
        <div className={classes.sideBody} role="tabpanel" aria-label={t('tab.marks')} data-scrolls>
          <MarksPanel recording={recording} markers={props.markers} inHand={props.inHand} goTo={props.goTo} />
        </div>
      )}
      {tab === 'details' && (
        <div className={classes.sideBody} role="tabpanel" aria-label={t('tab.details')} data-scrolls>
          <RecordingFacts recording={recording} zone={zone} />
          <RecordingTriggers recording={recording} zone={zone} />
          <RecordingCustody recording={recording} zone={zone} />
        </div>
      )}
    </div>
  );
}

function RedactionSide(props: SideProps) {
  const { recording, redaction, onReopen, goTo, hasSound, watching, onWatch, comparison, project } = props;
  const { t } = useTranslation('redaction');
  const saved = useSaveState(redaction.state === 'open' ? redaction.work : null) === 'saved';
  if (redaction.state === 'opening') return <StateMark tone="working">{t('loading')}</StateMark>;
  if (redaction.state === 'failed') {
    const words = errorWords(redaction.cause);
    return words === null ? null : <ErrorPanel error={words} onRetry={onReopen} />;
  }
  const output = (
    <Output recording={recording} work={redaction.work} goTo={goTo} watching={watching} onWatch={onWatch} />
  );
  if (watching) return output;
  if (comparison.open) return <ComparisonSide comparison={comparison} />;
  return (
    <RedactionInspector
      work={redaction.work}
      goTo={goTo}
      hasSound={hasSound}
      output={output}
      banner={project !== null && <BranchBanner project={project} unsent={!saved} onCompare={comparison.start} />}
    />
  );
}

function Output({
  recording,
  work,
  goTo,
  watching,
  onWatch,
}: Pick<SideProps, 'recording' | 'goTo' | 'watching' | 'onWatch'> & { readonly work: RedactionWork }) {
  const mayRelease = useMay('release.create');
  const renders = useCatalog('render').all;
  const latest = renders
    .filter((render) => render.projectId === work.project.id)
    .reduce<Render | null>((best, each) => (best === null || each.startedAt >= best.startedAt ? each : best), null);
  // A job does not name its render: the one with the recording's title, else the newest one running.
  const job = useDesk(({ jobs }) => {
    const open = jobs.filter((each) => each.kind === 'render' && ['queued', 'running', 'paused'].includes(each.state));
    return open.find((each) => each.title.includes(recording.title)) ?? open[0];
  });
  return (
    <RenderPanel
      work={work}
      latest={latest}
      progress={job === undefined ? null : <JobProgress job={job} />}
      goTo={goTo}
      watching={watching}
      onWatch={onWatch}
      onRelease={mayRelease ? (render) => navigate({ screen: 'release', renderId: render.id }) : null}
    />
  );
}
