import type { ReactNode } from 'react';
import classes from './page.module.css';

/** A single column for reading and deciding: forms, and deeds that cannot be taken back. */
export function Page({
  title,
  lead,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className={classes.scroll}>
      <article className={classes.page}>
        <header className={classes.head}>
          <h2>{title}</h2>
          {lead !== undefined && <p className={classes.lead}>{lead}</p>}
        </header>
        {children}
      </article>
    </div>
  );
}

/** A raised part of a page. */
export function Card({ children, label }: { readonly children: ReactNode; readonly label?: string }) {
  return (
    <section className={classes.card} aria-label={label}>
      {children}
    </section>
  );
}

/** Things beside each other that wrap, with the usual space. */
export function Row({ children, end = false }: { readonly children: ReactNode; readonly end?: boolean }) {
  return (
    <div className={classes.row} data-end={end || undefined}>
      {children}
    </div>
  );
}

/** Things below each other with the usual space. */
export function Stack({ children, gap = 16 }: { readonly children: ReactNode; readonly gap?: 4 | 8 | 16 | 24 }) {
  return (
    <div className={classes.stack} style={{ gap }}>
      {children}
    </div>
  );
}
