import {
  IconAlertTriangle,
  IconCircleDashed,
  IconCircleX,
  IconLoader2,
  IconLock,
  type IconProps,
  IconShieldCheck,
} from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import classes from './state-mark.module.css';

/** The six states things can be in, each with its own colour and icon everywhere. */
export type Tone = 'verified' | 'working' | 'waiting' | 'attention' | 'failed' | 'restricted';

const icons: Readonly<Record<Tone, ComponentType<IconProps>>> = {
  verified: IconShieldCheck,
  working: IconLoader2,
  waiting: IconCircleDashed,
  attention: IconAlertTriangle,
  failed: IconCircleX,
  restricted: IconLock,
};

/** A state as icon and word. States that share a tone may have icons of their own. */
export function StateMark({
  tone,
  icon: Icon = icons[tone],
  children,
}: {
  readonly tone: Tone;
  readonly icon?: ComponentType<IconProps>;
  readonly children: ReactNode;
}) {
  return (
    <span className={classes.mark} data-tone={tone}>
      <Icon size={16} stroke={1.75} aria-hidden className={classes.icon} />
      <span className={classes.word}>{children}</span>
    </span>
  );
}
