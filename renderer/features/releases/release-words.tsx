import { useTranslation } from 'react-i18next';
import type { Release, Render } from '#common/evidence/index.ts';
import { StateMark, type Tone } from '#renderer/ui/index.ts';

/** Where a render stands, in words. `failed` tells a failed check from a failed rendering. */
export function RenderMark({ render }: { readonly render: Render }) {
  const { t } = useTranslation('releases');
  const { status } = render;
  const tones: Readonly<Record<typeof status.state, Tone>> = {
    queued: 'waiting',
    rendering: 'working',
    checking: 'working',
    passed: 'verified',
    failed: 'failed',
    cancelled: 'waiting',
  };
  const word = status.state === 'failed' && status.verdict === null ? 'error' : status.state;
  return <StateMark tone={tones[status.state]}>{t(`render.${word}`)}</StateMark>;
}

/** Where a package stands, in words. */
export function PackageMark({ release }: { readonly release: Release }) {
  const { t } = useTranslation('releases');
  const { state } = release.status;
  const tones: Readonly<Record<typeof state, Tone>> = { building: 'working', ready: 'verified', failed: 'failed' };
  return <StateMark tone={tones[state]}>{t(`package.${state}`)}</StateMark>;
}
