import { Tooltip } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconDownload, IconFolder, IconRefresh, IconUsb } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Dock } from '#common/contract/index.ts';
import { useClient, useDeed, useMay, useNotices } from '#renderer/state/index.ts';
import {
  ActionButton,
  ActionIconButton,
  type ButtonAction,
  formatBytes,
  StateMark,
  type Tone,
} from '#renderer/ui/index.ts';
import classes from './dock.module.css';
import { DockFiles } from './dock-files.tsx';

const tones: Readonly<Record<Dock['state'], Tone>> = {
  scanning: 'working',
  ready: 'waiting',
  offloading: 'working',
  'nothing-new': 'verified',
  'not-a-camera': 'waiting',
  unreadable: 'failed',
  gone: 'waiting',
};

/** One camera (or watched folder): what it is, what is new on it, and the way to offload it. */
export function DockCard({
  dock,
  zone,
  progress,
}: {
  readonly dock: Dock;
  readonly zone: string;
  /** The progress of the dock's job, when it has one. */
  readonly progress: ReactNode;
}) {
  const { t } = useTranslation('dock');
  const [open, setOpen] = useState(false);
  const name = dockName(dock);
  const offload = useOffload(dock, name);
  const rescan = useRescan(dock, name);
  const total = Object.values(dock.counts).reduce((sum, count) => sum + count, 0);
  const Icon = dock.kind === 'folder' ? IconFolder : IconUsb;
  const toggle: ButtonAction = {
    title: t(open ? 'hideFiles' : 'showFiles', { name }),
    shortcut: null,
    disabledBecause: null,
    run: () => setOpen(!open),
  };
  return (
    <li className={classes.card} aria-label={name}>
      <div className={classes.head}>
        <Icon size={24} stroke={1.5} aria-hidden className={classes.icon} />
        <div className={classes.names}>
          <h2>{name}</h2>
          <span className={classes.dim} title={dock.location ?? undefined}>
            {dock.profile?.name ?? t('unknownProfile')} ·{' '}
            {dock.location === null ? t('kind.training') : `${t(`kind.${dock.kind}`)} · ${dock.location}`}
          </span>
        </div>
        <div className={classes.fresh}>
          <StateMark tone={tones[dock.state]}>
            {dock.counts.fresh > 0 && (dock.state === 'ready' || dock.state === 'offloading')
              ? `${t('fresh', { count: dock.counts.fresh })} · ${formatBytes(dock.freshBytes)}`
              : t(`state.${dock.state}`)}
          </StateMark>
          <Counts dock={dock} />
        </div>
        <div className={classes.deeds}>
          {total > 0 && (
            <ActionIconButton
              action={toggle}
              icon={open ? <IconChevronDown size={20} aria-hidden /> : <IconChevronRight size={20} aria-hidden />}
            />
          )}
          <ActionIconButton action={rescan} icon={<IconRefresh size={20} stroke={1.5} aria-hidden />} />
          <ActionButton
            action={offload.action}
            label={t('offload')}
            busy={offload.busy}
            variant={dock.state === 'ready' ? 'filled' : 'default'}
            icon={<IconDownload size={16} aria-hidden />}
          />
        </div>
      </div>
      {dock.problem !== null && (
        <p className={classes.problem}>
          <StateMark tone={dock.state === 'unreadable' ? 'failed' : 'attention'}>{dock.problem}</StateMark>
        </p>
      )}
      {dock.clockDoubt !== null && (
        <p className={classes.problem}>
          <StateMark tone="attention">
            {t('clockDoubt')}: {dock.clockDoubt}
          </StateMark>
        </p>
      )}
      {progress !== null && <div className={classes.progress}>{progress}</div>}
      {open && <DockFiles dock={dock} name={name} zone={zone} />}
    </li>
  );
}

/** What a dock is called: its device, else its label, else where it is. */
function dockName(dock: Dock): string {
  return dock.device?.name ?? (dock.label === '' ? (dock.location ?? dock.id) : dock.label);
}

function Counts({ dock }: { readonly dock: Dock }) {
  const { t } = useTranslation('dock');
  const parts: string[] = (['known', 'damaged', 'refused', 'other'] as const)
    .filter((kind) => dock.counts[kind] > 0)
    .map((kind) => t(`counts.${kind}`, { count: dock.counts[kind] }));
  if (dock.state === 'nothing-new' && dock.kind === 'volume') parts.push(t('safeToUnplug'));
  if (parts.length === 0) return null;
  const text = parts.join(' · ');
  return (
    <Tooltip label={`${text}. ${t('readOnly')}`}>
      <span className={classes.dim}>{text}</span>
    </Tooltip>
  );
}

function useOffload(dock: Dock, name: string): { readonly action: ButtonAction | null; readonly busy: boolean } {
  const { t } = useTranslation('dock');
  const client = useClient();
  const notices = useNotices();
  const allowed = useMay('evidence.offload');
  const deed = useDeed(async () => {
    try {
      await client.call('dock.offload', { dockId: dock.id });
    } catch (thrown) {
      notices.sayError(thrown);
    }
  });
  if (!allowed) return { action: null, busy: false };
  const refusedBecause = dock.state === 'ready' ? null : t(`offloadRefused.${dock.state}`);
  return {
    busy: deed.busy,
    action: {
      title: t('offloadNamed', { name }),
      shortcut: null,
      disabledBecause: refusedBecause,
      run: () => void deed.run(),
    },
  };
}

function useRescan(dock: Dock, name: string): ButtonAction {
  const { t } = useTranslation('dock');
  const client = useClient();
  const notices = useNotices();
  return {
    title: t('rescan', { name }),
    shortcut: null,
    disabledBecause:
      dock.state === 'scanning' || dock.state === 'offloading' || dock.state === 'gone'
        ? t(`offloadRefused.${dock.state}`)
        : null,
    run: () => {
      client.call('dock.rescan', { dockId: dock.id }).catch((thrown: unknown) => notices.sayError(thrown));
    },
  };
}
