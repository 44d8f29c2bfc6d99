import type { ReactNode } from 'react';
import classes from './facts.module.css';

/** A name and what is true of it. Absent values are left out. */
export type Fact = { readonly name: string; readonly value: ReactNode };

/** Facts about one thing, name beside value. */
export function Facts({ facts }: { readonly facts: readonly (Fact | null)[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map((fact) =>
        fact === null ? null : (
          <div key={fact.name} className={classes.fact}>
            <dt>{fact.name}</dt>
            <dd>{fact.value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
