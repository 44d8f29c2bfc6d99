import { IconCheck } from '@tabler/icons-react';
import classes from './steps.module.css';

/** The stages something goes through, in words, and how far it has come. Earlier ones are done. */
export function Steps({
  names,
  current,
  label,
}: {
  readonly names: readonly string[];
  /** Index of the stage under way; `names.length` when all are done; -1 before the first. */
  readonly current: number;
  readonly label: string;
}) {
  return (
    <ol className={classes.steps} aria-label={label}>
      {names.map((name, index) => {
        const state = index < current ? 'done' : index === current ? 'current' : 'ahead';
        return (
          <li
            key={name}
            className={classes.step}
            data-state={state}
            aria-current={state === 'current' ? 'step' : undefined}
          >
            <span className={classes.dot} aria-hidden>
              {state === 'done' && <IconCheck size={12} stroke={2.5} />}
            </span>
            {name}
          </li>
        );
      })}
    </ol>
  );
}

/** How much is done, as a thin bar. `share` from 0 to 1; null when it is not known. */
export function ProgressBar({ share, label }: { readonly share: number | null; readonly label: string }) {
  const percent = share === null ? null : Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div
      className={classes.bar}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
      data-unknown={percent === null || undefined}
    >
      <span style={{ width: `${percent ?? 100}%` }} />
    </div>
  );
}
