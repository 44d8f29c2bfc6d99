import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MediaFacts, Recording, Render } from '#common/evidence/index.ts';
import { inRange } from '#common/redaction/index.ts';
import type { FrameTable } from '#common/time/index.ts';
import { errorWords, mediaUrl } from '#renderer/bridge/index.ts';
import { eventFlags, liveDocument, type SegmentPlace, tableDurationUs } from '#renderer/engine/index.ts';
import { markerFlags, useMarkerInHand, useSegmentMarkers } from '#renderer/features/marks/index.ts';
import {
  createPlayer,
  PictureStage,
  PlayerNotice,
  Timeline,
  TransportBar,
  usePlayerCommands,
} from '#renderer/features/player/index.ts';
import { RedactionOverlay } from '#renderer/features/redaction/index.ts';
import { useClient, useConnection, useMay, useSession } from '#renderer/state/index.ts';
import { ErrorPanel, Panes, StateMark } from '#renderer/ui/index.ts';
import { ComparisonBar, ComparisonPictures } from './comparison-view.tsx';
import classes from './review.module.css';
import { ReviewSide, type SideTab } from './review-side.tsx';
import { ReviewFrame } from './segment-message.tsx';
import { useBlockDrag, useTimelineContent } from './timeline-content.ts';
import { useComparison } from './use-comparison.ts';
import { useFollowedProject, useOpenedMedia, useOpenedRedaction } from './use-opened.ts';
import { type Shown, usePlayerFailure } from './use-player-failure.ts';
import { WatchingBar } from './watching-bar.tsx';

type SegmentProps = {
  readonly recording: Recording;
  readonly place: SegmentPlace;
  readonly facts: MediaFacts;
  /** The choice between segments; stands beside the time. */
  readonly segments: ReactNode;
};

/** Asks the station for a segment and shows it when it comes. */
export function OpenSegment(props: SegmentProps) {
  const { t } = useTranslation('review');
  const [opened, table, reload] = useOpenedMedia(props.place.segment.evidenceId);
  const connected = useConnection().state === 'open';
  if (opened.value !== null && table !== null) {
    return <Segment key={opened.value.mediaId} {...props} media={opened.value} table={table} />;
  }
  const words = opened.state === 'failed' ? errorWords(opened.cause) : null;
  const picture =
    words !== null ? (
      <ErrorPanel error={words} onRetry={reload} />
    ) : (
      <StateMark tone={connected ? 'working' : 'waiting'}>{connected ? t('loading') : t('offline')}</StateMark>
    );
  return <ReviewFrame picture={picture} bar={props.segments} />;
}

function Segment({
  recording,
  place,
  facts,
  segments,
  media,
  table,
}: SegmentProps & {
  readonly media: { readonly mediaId: string; readonly contentType: string };
  readonly table: FrameTable;
}) {
  const { t } = useTranslation('review');
  const { t: words } = useTranslation('marks');
  const client = useClient();
  const { zone } = useSession().agency;
  const mayEdit = useMay('redaction.edit');
  const [watched, setWatched] = useState<Shown | null>(null);
  const shown = useMemo(() => watched ?? { ...media, render: null }, [watched, media]);
  const frame = useRef(0);
  const player = useMemo(
    () => createPlayer({ url: mediaUrl(shown.mediaId), contentType: shown.contentType, table }, frame.current),
    [shown.mediaId, shown.contentType, table],
  );
  useEffect(
    () =>
      player.onPicture((next) => {
        frame.current = next;
      }),
    [player],
  );
  const { width, height, pixelAspect } = facts.video;
  const picture = useMemo(() => ({ width, height }), [width, height]);
  const [redaction, reopen] = useOpenedRedaction(
    { evidenceId: place.segment.evidenceId, picture, frames: table.pts.length },
    mayEdit,
  );
  const work = redaction.state === 'open' ? redaction.work : null;
  const project = useFollowedProject(work);
  const comparison = useComparison(project);
  const offsetUs = place.offsetUs ?? 0;
  const startMs = recording.start.at + offsetUs / 1000;
  const hasSound = facts.audio !== null;
  const { evidenceId } = place.segment;
  const markers = useSegmentMarkers(evidenceId);
  const flags = useMemo(() => {
    const events = eventFlags(recording.triggers, startMs, table, tableDurationUs(table));
    const marked = markerFlags(markers, table, (type) => words(`markers.types.${type}`));
    return [...events, ...marked].sort((a, b) => a.us - b.us);
  }, [recording.triggers, startMs, table, markers, words]);
  const [tab, setTab] = useState<SideTab>(mayEdit ? 'redaction' : 'details');
  const inHand = useMarkerInHand({
    recordingId: recording.id,
    evidenceId,
    holdFrame: useCallback(() => {
      player.pause();
      return player.store.getState().frame;
    }, [player]),
    onBegin: useCallback(() => setTab('marks'), []),
  });
  usePlayerCommands(player, table, flags, hasSound);
  const content = useTimelineContent(work?.editor ?? null, recording, place, flags, hasSound);
  const drag = useBlockDrag(work?.editor ?? null, player);
  const clock = useMemo(() => ({ offsetUs, startMs, zone }), [offsetUs, startMs, zone]);
  const watch = useCallback(
    async (render: Render) => {
      const opened = await client.call('render.open', { renderId: render.id });
      setWatched({ ...opened, render });
    },
    [client],
  );
  const failure = usePlayerFailure(player, place.segment.evidenceId, shown);
  // What will be silent is silent here; the finished copy is heard as it is.
  useEffect(() => {
    if (work === null || watched !== null) {
      player.hush(false);
      return undefined;
    }
    const listen = (): void => {
      const { mutes } = liveDocument(work.editor.state());
      const next = player.store.getState().frame;
      player.hush(mutes.some((mute) => inRange(mute.range, next)));
    };
    listen();
    const stops = [player.onPicture(listen), work.editor.subscribe(listen)];
    return () => stops.forEach((stop) => stop());
  }, [work, watched, player]);
  // Without the overlay nobody else tells the editor where the playhead is.
  useEffect(
    () =>
      (watched === null && !comparison.open) || work === null
        ? undefined
        : player.onPicture((next) => work.editor.setFrame(next)),
    [watched, comparison.open, work, player],
  );

  return (
    <Panes
      id="review"
      sideLabel={t('inspector')}
      belowHeight={200}
      main={
        <div className={classes.main}>
          {watched !== null && <WatchingBar onBack={() => setWatched(null)} />}
          {comparison.open && <ComparisonBar comparison={comparison} />}
          <div className={classes.picture}>
            <PictureStage player={player} source={picture} pixelAspect={pixelAspect}>
              {(view) =>
                work !== null && watched === null && !comparison.open ? (
                  <RedactionOverlay editor={work.editor} source={player} view={view} />
                ) : null
              }
            </PictureStage>
            {comparison.open && (
              <ComparisonPictures comparison={comparison} player={player} picture={picture} pixelAspect={pixelAspect} />
            )}
            <PlayerNotice player={player} {...failure} />
          </div>
          <TransportBar
            player={player}
            table={table}
            offsetUs={offsetUs}
            wall={{ startMs, zone, precision: recording.start.precision, doubt: recording.start.doubt }}
            hasSound={hasSound}
            segments={segments}
          />
        </div>
      }
      side={
        <ReviewSide
          recording={recording}
          redaction={redaction}
          mayEdit={mayEdit}
          onReopen={reopen}
          goTo={player.goTo}
          hasSound={hasSound}
          watching={watched !== null}
          onWatch={watch}
          comparison={comparison}
          project={project}
          tab={tab}
          onTab={setTab}
          markers={markers}
          inHand={inHand}
        />
      }
      below={<Timeline player={player} table={table} clock={clock} content={content} drag={drag} />}
    />
  );
}
