import { Button, type ButtonProps, ActionIcon as MantineActionIcon, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { shortcutText } from './keys.tsx';

/** What a button needs to know of a deed. `disabledBecause` is the reason it cannot be done now. */
export type ButtonAction = {
  readonly title: string;
  readonly shortcut: string | null;
  readonly disabledBecause: string | null;
  readonly run: () => void;
};

/** The tooltip of a deed: its name and key, or why it cannot be done. */
function explain({ title, shortcut, disabledBecause }: ButtonAction): string {
  if (disabledBecause !== null) return disabledBecause;
  return shortcut === null ? title : `${title} (${shortcutText(shortcut)})`;
}

/**
 * A button for a deed. One that cannot be done stays reachable, so that its reason can be read with mouse and keyboard.
 * Draws nothing for null: what a person may not do is absent.
 */
export function ActionButton({
  action,
  icon,
  label,
  busy = false,
  variant = 'default',
  ...rest
}: Pick<ButtonProps, 'color' | 'fullWidth' | 'className'> & {
  readonly action: ButtonAction | null;
  readonly icon?: ReactNode;
  readonly label?: string;
  readonly busy?: boolean;
  readonly variant?: 'filled' | 'default' | 'subtle' | 'light';
}) {
  if (action === null) return null;
  const refused = action.disabledBecause !== null;
  return (
    <Tooltip label={explain(action)} disabled={!refused && action.shortcut === null}>
      <Button
        {...rest}
        variant={variant}
        leftSection={icon}
        loading={busy}
        {...(refused ? { 'data-disabled': true, 'aria-disabled': true } : { onClick: action.run })}
      >
        {label ?? action.title}
      </Button>
    </Tooltip>
  );
}

/** An icon for a deed, named by its tooltip. */
export function ActionIconButton({
  action,
  icon,
  pressed,
  tone = 'gray',
}: {
  readonly action: ButtonAction | null;
  readonly icon: ReactNode;
  readonly pressed?: boolean;
  readonly tone?: 'gray' | 'accent' | 'danger';
}) {
  if (action === null) return null;
  const refused = action.disabledBecause !== null;
  return (
    <Tooltip label={explain(action)}>
      <MantineActionIcon
        color={tone}
        variant={pressed === true ? 'light' : 'subtle'}
        aria-label={action.title}
        aria-pressed={pressed}
        {...(refused ? { 'data-disabled': true, 'aria-disabled': true } : { onClick: action.run })}
      >
        {icon}
      </MantineActionIcon>
    </Tooltip>
  );
}
