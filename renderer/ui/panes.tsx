import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './panes.module.css';

const smallest = 200;
const step = 16;

/**
 * The work area: `main`, an inspector at its side, and a strip below (a timeline, a table). Side and strip are resizable by
 * pointer and arrow keys and remember their size under `id` in this browser.
 */
export function Panes({
  id,
  main,
  side,
  sideLabel,
  below,
  sideWidth = 320,
  belowHeight = 240,
}: {
  readonly id: string;
  readonly main: ReactNode;
  readonly side?: ReactNode;
  readonly sideLabel?: string;
  readonly below?: ReactNode;
  readonly sideWidth?: number;
  readonly belowHeight?: number;
}) {
  const { t } = useTranslation('ui');
  const [width, setWidth] = useRemembered(`${id}.side`, sideWidth);
  const [height, setHeight] = useRemembered(`${id}.below`, belowHeight);
  const hasSide = side !== undefined && side !== null;
  const hasBelow = below !== undefined && below !== null;
  return (
    <div
      className={classes.panes}
      style={{
        gridTemplateColumns: hasSide ? `minmax(0, 1fr) ${width}px` : 'minmax(0, 1fr)',
        gridTemplateRows: hasBelow ? `minmax(0, 1fr) ${height}px` : 'minmax(0, 1fr)',
      }}
    >
      <div className={classes.main}>{main}</div>
      {hasSide && (
        <aside className={classes.side} aria-label={sideLabel}>
          <Handle orientation="vertical" label={t('resizeSide')} size={width} onSize={setWidth} />
          <div className={classes.sideScroll}>{side}</div>
        </aside>
      )}
      {hasBelow && (
        <div className={classes.below}>
          <Handle orientation="horizontal" label={t('resizeBelow')} size={height} onSize={setHeight} />
          {below}
        </div>
      )}
    </div>
  );
}

function Handle({
  orientation,
  label,
  size,
  onSize,
}: {
  readonly orientation: 'vertical' | 'horizontal';
  readonly label: string;
  readonly size: number;
  readonly onSize: (size: number) => void;
}) {
  const vertical = orientation === 'vertical';
  const most = Math.round((vertical ? window.innerWidth : window.innerHeight) * 0.6);
  const limit = (wanted: number): number => Math.min(most, Math.max(smallest, wanted));
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    const handle = event.currentTarget;
    const from = (vertical ? event.clientX : event.clientY) + size;
    handle.setPointerCapture(event.pointerId);
    const drag = (moved: globalThis.PointerEvent): void =>
      onSize(limit(from - (vertical ? moved.clientX : moved.clientY)));
    const end = (): void => {
      handle.removeEventListener('pointermove', drag);
      handle.removeEventListener('lostpointercapture', end);
    };
    handle.addEventListener('pointermove', drag);
    handle.addEventListener('lostpointercapture', end);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const grow = vertical ? 'ArrowLeft' : 'ArrowUp';
    const shrink = vertical ? 'ArrowRight' : 'ArrowDown';
    if (event.key !== grow && event.key !== shrink) return;
    event.preventDefault();
    event.stopPropagation();
    onSize(limit(size + (event.key === grow ? step : -step)));
  };
  return (
    <div
      role="separator"
      tabIndex={0}
      className={classes.handle}
      data-orientation={orientation}
      aria-orientation={orientation}
      aria-label={label}
      aria-valuemin={smallest}
      aria-valuemax={most}
      aria-valuenow={Math.min(most, size)}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}

/** A number kept in this browser; the given one when nothing is kept or nothing can be. */
function useRemembered(key: string, initial: number): readonly [number, (value: number) => void] {
  const name = `plainview.panes.${key}`;
  const [value, setValue] = useState(() => {
    const kept = Number(readKept(name));
    return Number.isFinite(kept) && kept >= smallest ? kept : initial;
  });
  return [
    value,
    (next) => {
      setValue(next);
      keep(name, String(Math.round(next)));
    },
  ];
}

/** A text kept in this browser; null when there is none or the browser keeps nothing. */
function readKept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    // Storage may be switched off; sizes then start afresh each time.
    return null;
  }
}

/** Keeps a text in this browser if it keeps anything. Never for anything but how the window looks. */
function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // As above: how the window looks is not worth a message.
  }
}
