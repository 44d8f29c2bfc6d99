import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import classes from './virtual-table.module.css';

/** One column. `width` is a CSS grid track: `120px`, `minmax(160px, 2fr)`. */
export type Column<T> = {
  readonly id: string;
  readonly title: string;
  readonly width: string;
  readonly cell: (row: T) => ReactNode;
  readonly align?: 'end';
  readonly sortable?: boolean;
};

/** Which column the rows are sorted by. The table shows it; the caller sorts. */
export type Sort = { readonly column: string; readonly direction: 'up' | 'down' };

/**
 * A table of any length: only the rows in view are drawn. One stop for the keyboard: arrows, Page, Home and End move the
 * selection, Enter opens. `onEndReached` is told when the last row comes into view.
 */
export function VirtualTable<T>(props: {
  readonly label: string;
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly columns: readonly Column<T>[];
  readonly rowHeight?: number;
  readonly selected?: string | null;
  readonly onSelect?: (row: T) => void;
  readonly onOpen?: (row: T) => void;
  readonly sort?: Sort;
  readonly onSort?: (sort: Sort) => void;
  readonly onEndReached?: () => void;
  /** How many rows there are in all, when not all are here yet. */
  readonly total?: number;
}) {
  const { label, rows, rowKey, columns, rowHeight = 32, selected = null, onSelect, onOpen, onEndReached } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (lastShown >= 0 && lastShown >= rows.length - 1) onEndReached?.();
  }, [lastShown, rows.length, onEndReached]);

  const selectedIndex = selected === null ? -1 : rows.findIndex((row) => rowKey(row) === selected);
  const move = (index: number): void => {
    const target = Math.max(0, Math.min(rows.length - 1, index));
    const row = rows[target];
    if (row === undefined) return;
    onSelect?.(row);
    virtual.scrollToIndex(target);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: selectedIndex + 1,
      ArrowUp: selectedIndex < 0 ? 0 : selectedIndex - 1,
      PageDown: selectedIndex + page,
      PageUp: selectedIndex - page,
      Home: 0,
      End: rows.length - 1,
    };
    const target = steps[event.key];
    const row = rows[selectedIndex];
    if (target !== undefined) move(target);
    else if (event.key === 'Enter' && row !== undefined && onOpen !== undefined) onOpen(row);
    else return;
    event.preventDefault();
  };

  const template = columns.map((column) => column.width).join(' ');
  const showsSelected = items.some((item) => item.index === selectedIndex);
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={(props.total ?? rows.length) + 1}
      aria-colcount={columns.length}
      aria-activedescendant={showsSelected ? `${id}-${selectedIndex}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className={classes.head}>
        <div role="row" aria-rowindex={1} className={classes.row} style={{ gridTemplateColumns: template }}>
          {columns.map((column) => (
            <Heading key={column.id} column={column} sort={props.sort} onSort={props.onSort} />
          ))}
        </div>
      </div>
      <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <div
              key={item.key}
              id={`${id}-${item.index}`}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={item.index === selectedIndex}
              className={classes.row}
              data-body
              style={{
                gridTemplateColumns: template,
                height: item.size,
                transform: `translateY(${item.start}px)`,
              }}
              onClick={() => onSelect?.(row)}
              onDoubleClick={() => onOpen?.(row)}
            >
              {columns.map((column) => (
                <div key={column.id} role="gridcell" className={classes.cell} data-align={column.align}>
                  {column.cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Heading<T>({
  column,
  sort,
  onSort,
}: {
  readonly column: Column<T>;
  readonly sort: Sort | undefined;
  readonly onSort: ((sort: Sort) => void) | undefined;
}) {
  const direction = sort?.column === column.id ? sort.direction : null;
  const Arrow = direction === 'up' ? IconChevronUp : IconChevronDown;
  const sortable = column.sortable === true && onSort !== undefined;
  return (
    <div
      role="columnheader"
      className={classes.heading}
      data-align={column.align}
      aria-sort={direction === null ? undefined : direction === 'up' ? 'ascending' : 'descending'}
    >
      {sortable ? (
        <button
          type="button"
          className={classes.sort}
          onClick={() => onSort({ column: column.id, direction: direction === 'down' ? 'up' : 'down' })}
        >
          {column.title}
          {direction !== null && <Arrow size={14} aria-hidden />}
        </button>
      ) : (
        column.title
      )}
    </div>
  );
}

/** Rows that keep the place while the first ones are on their way. */
export function RowsPlaceholder({ label, rows = 12 }: { readonly label: string; readonly rows?: number }) {
  return (
    <div role="status" aria-label={label} className={classes.placeholder}>
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} className={classes.placeholderRow} />
      ))}
    </div>
  );
}
