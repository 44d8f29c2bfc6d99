import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Placement, Recording } from '#common/evidence/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import classes from './library.module.css';
import { PlaceMark, placeOf } from './place.tsx';
import { Poster } from './poster.tsx';
import { recordingState } from './recording-search.ts';
import { lengthText } from './recording-table.tsx';
import { Marks, MediaMark } from './words.tsx';

const cardWidth = 232;
const cardHeight = 236;

/** Recordings as pictures; only the rows in view are drawn. Arrows move in both directions. */
export function RecordingGrid(props: {
  readonly recordings: readonly Recording[];
  readonly redacted: ReadonlySet<string>;
  readonly branched: ReadonlySet<string>;
  readonly placements: ReadonlyMap<string, Placement> | null;
  readonly zone: string;
  readonly selected: string | null;
  readonly onSelect: (recording: Recording) => void;
  readonly onOpen: (recording: Recording) => void;
}) {
  const { t } = useTranslation('library');
  const { recordings, redacted, branched, placements, zone, selected, onSelect, onOpen } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [across, setAcross] = useState(4);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() =>
      setAcross(Math.max(1, Math.floor((element.clientWidth - 16) / cardWidth))),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const rows = Math.ceil(recordings.length / across);
  const virtual = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => cardHeight,
    overscan: 3,
  });
  const at = recordings.findIndex((recording) => recording.id === selected);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: at + across,
      ArrowUp: at - across,
      Home: 0,
      End: recordings.length - 1,
    };
    const move = moves[event.key];
    const current = recordings[at];
    if (move !== undefined) {
      const index = Math.min(recordings.length - 1, Math.max(0, move));
      const next = recordings[index];
      if (next !== undefined) {
        onSelect(next);
        virtual.scrollToIndex(Math.floor(index / across));
      }
    } else if (event.key === 'Enter' && current !== undefined) onOpen(current);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={scroller}
      className={classes.grid}
      role="listbox"
      tabIndex={0}
      aria-label={t('recordings')}
      aria-activedescendant={at < 0 ? undefined : `card-${selected}`}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" className={classes.gridBody} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => (
          <div
            key={item.key}
            role="presentation"
            className={classes.gridRow}
            style={{
              transform: `translateY(${item.start}px)`,
              gridTemplateColumns: `repeat(${across}, minmax(0, 1fr))`,
            }}
          >
            {recordings.slice(item.index * across, (item.index + 1) * across).map((recording) => (
              <div
                key={recording.id}
                id={`card-${recording.id}`}
                role="option"
                aria-selected={recording.id === selected}
                className={classes.card}
                onClick={() => onSelect(recording)}
                onDoubleClick={() => onOpen(recording)}
              >
                <Poster recording={recording} size="card" />
                <span className={classes.cardTitle}>{recording.title}</span>
                <span className={classes.cardLine}>{formatWallTime(recording.start.at, zone)}</span>
                <span className={classes.cardFoot}>
                  <MediaMark state={recordingState(recording)} />
                  <span className={classes.cardLine}>{lengthText(recording)}</span>
                  <Marks recording={recording} redacted={redacted} branched={branched} />
                </span>
                {placements !== null && (
                  <span className={classes.cardFoot}>
                    <PlaceMark word={placeOf(recording, placements)} />
                  </span>
                )}
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
