import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';
import classes from './tab-bar.module.css';

export type Tab<K extends string> = { readonly id: K; readonly title: string; readonly count?: number };

/** Views of one screen. Arrow keys move between them. Put `panelId` of the shown one on its panel with `TabPanel`. */
export function TabBar<K extends string>({
  tabs,
  current,
  onChange,
  label,
  children,
}: {
  readonly tabs: readonly Tab<K>[];
  readonly current: K;
  readonly onChange: (id: K) => void;
  readonly label: string;
  /** Stands at the end of the bar. */
  readonly children?: ReactNode;
}) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const at = (tabs.findIndex((tab) => tab.id === current) + by + tabs.length) % tabs.length;
    const next = tabs[at];
    if (next === undefined) return;
    onChange(next.id);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[at]?.focus();
  };
  return (
    <div className={classes.bar}>
      <div ref={list} role="tablist" aria-label={label} className={classes.tabs} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            className={classes.tab}
            aria-selected={tab.id === current}
            tabIndex={tab.id === current ? 0 : -1}
            onClick={() => onChange(tab.id)}
          >
            {tab.title}
            {tab.count !== undefined && <span className={classes.count}>{tab.count.toLocaleString('en-US')}</span>}
          </button>
        ))}
      </div>
      {children}
    </div>
  );
}

/** What a tab shows. */
export function TabPanel({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <div role="tabpanel" id={id} aria-label={label} className={classes.panel}>
      {children}
    </div>
  );
}
