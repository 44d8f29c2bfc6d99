import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Size } from '#common/geometry/index.ts';
import classes from './picture-stage.module.css';
import { type PictureView, viewPicture } from './picture-view.ts';
import type { Player } from './player.ts';

/** The picture as large as its area allows, and whatever is laid over it. `margin` is kept free around it for handles. */
export function PictureStage({
  player,
  source,
  pixelAspect,
  children,
}: {
  readonly player: Player;
  readonly source: Size;
  readonly pixelAspect: number;
  readonly children?: (view: PictureView) => ReactNode;
}) {
  const area = useRef<HTMLDivElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const view = usePictureView(area, source, pixelAspect);
  useEffect(() => (host.current === null ? undefined : player.mount(host.current)), [player]);
  const placed = view?.placement;
  return (
    <div ref={area} className={classes.area} data-testid="picture-area">
      <div
        ref={host}
        className={classes.picture}
        data-testid="picture"
        style={
          view === null || placed === undefined
            ? { visibility: 'hidden' }
            : {
                left: view.area.left + placed.left,
                top: view.area.top + placed.top,
                width: placed.width,
                height: placed.height,
              }
        }
      />
      {view !== null && children !== undefined && (
        <div className={classes.over} style={view.area}>
          {children(view)}
        </div>
      )}
    </div>
  );
}

function usePictureView(
  area: React.RefObject<HTMLDivElement | null>,
  source: Size,
  pixelAspect: number,
): PictureView | null {
  const [view, setView] = useState<PictureView | null>(null);
  const { width, height } = source;
  useEffect(() => {
    const element = area.current;
    if (element === null) return undefined;
    const measure = (): void => {
      const box = element.getBoundingClientRect();
      if (box.width < 1 || box.height < 1) return;
      const next = viewPicture({ width, height }, pixelAspect, box, window.devicePixelRatio);
      setView((before) => (before !== null && JSON.stringify(before) === JSON.stringify(next) ? before : next));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    window.addEventListener('resize', measure);
    let ratio = watchRatio();
    function watchRatio(): MediaQueryList {
      const query = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
      query.addEventListener('change', onRatio);
      return query;
    }
    function onRatio(): void {
      ratio.removeEventListener('change', onRatio);
      ratio = watchRatio();
      measure();
    }
    measure();
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', measure);
      ratio.removeEventListener('change', onRatio);
    };
  }, [area, width, height, pixelAspect]);
  return view;
}
