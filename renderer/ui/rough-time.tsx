import { useTranslation } from 'react-i18next';
import { roughTime } from './format.ts';

/** Words for lengths of time: `about` for how long ago, `left` for how much is left. */
export function useRoughTime(): {
  readonly length: (milliseconds: number) => string;
  readonly ago: (milliseconds: number) => string;
  readonly left: (milliseconds: number) => string;
} {
  const { t } = useTranslation('ui');
  const length = (milliseconds: number): string => {
    const rough = roughTime(milliseconds);
    return rough.unit === 'moments' ? t('time.moments') : t(`time.${rough.unit}`, { count: rough.count });
  };
  return {
    length,
    ago: (milliseconds) =>
      roughTime(milliseconds).unit === 'moments' ? t('time.justNow') : t('time.ago', { length: length(milliseconds) }),
    left: (milliseconds) => t('time.left', { length: length(milliseconds) }),
  };
}
