import type { TFunction } from 'i18next';

/** A recording time in words for a screen reader: `12 minutes 31 seconds`. */
export function spokenTime(us: number, t: TFunction<'player'>): string {
  const total = Math.floor(Math.max(0, us) / 1_000_000);
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor(total / 60) % 60;
  const words = [
    hours > 0 ? t('spokenHours', { count: hours }) : null,
    minutes > 0 ? t('spokenMinutes', { count: minutes }) : null,
    t('spokenSeconds', { count: total % 60 }),
  ];
  return words.filter((word) => word !== null).join(' ');
}
