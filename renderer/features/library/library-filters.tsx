import { Button, Popover, Select, TextInput } from '@mantine/core';
import { IconBrush, IconCalendar, IconLock, IconSearch, IconX } from '@tabler/icons-react';
import { type RefObject, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlaceWord, Recording } from '#common/evidence/index.ts';
import { useAction } from '#renderer/state/index.ts';
import { ActionButton, ActionIconButton, type ButtonAction } from '#renderer/ui/index.ts';
import classes from './library.module.css';
import { type Filters, filterChoices, type RecordingState } from './recording-search.ts';
import { triggerWord } from './words.tsx';

const states: readonly RecordingState[] = ['ready', 'making-proxy', 'waiting', 'unplayable'];
/** Safest last, as a person looks for what is not safe yet. */
const places: readonly PlaceWord[] = ['missing', 'only-here', 'queued', 'uploading', 'only-in-cloud', 'verified'];

/** The search field and the filters, in one line. */
export function LibraryFilters({
  recordings,
  filters,
  onChange,
  searchField,
  withPlaces,
}: {
  readonly recordings: readonly Recording[];
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
  readonly searchField: RefObject<HTMLInputElement | null>;
  /** False where there never is a store. */
  readonly withPlaces: boolean;
}) {
  const { t } = useTranslation(['library', 'store']);
  const choices = useMemo(() => filterChoices(recordings), [recordings]);
  const clear = useAction('library.clear');
  const set = <K extends keyof Filters>(key: K, value: Filters[K]): void => onChange({ ...filters, [key]: value });
  return (
    <div className={classes.filters} role="search" aria-label={t('filter.bar')}>
      <TextInput
        ref={searchField}
        className={classes.search}
        leftSection={<IconSearch size={16} stroke={1.75} aria-hidden />}
        placeholder={t('searchPlaceholder')}
        aria-label={t('searchLabel')}
        value={filters.text}
        onChange={(event) => set('text', event.currentTarget.value)}
      />
      <Choice
        label={t('filter.device')}
        data={choices.devices.map(({ id, name }) => ({ value: id, label: name }))}
        value={filters.device}
        onChange={(value) => set('device', value)}
      />
      <Choice
        label={t('filter.officer')}
        data={choices.officers.map((officer) => ({ value: officer, label: officer }))}
        value={filters.officer}
        onChange={(value) => set('officer', value)}
      />
      <Choice
        label={t('filter.trigger')}
        data={choices.triggers.map((kind) => ({ value: kind, label: triggerWord(kind, t) }))}
        value={filters.trigger}
        onChange={(value) => set('trigger', value)}
      />
      <Choice
        label={t('filter.media')}
        data={states.map((state) => ({ value: state, label: t(`media.${state}`) }))}
        value={filters.media}
        onChange={(value) => set('media', states.find((state) => state === value) ?? null)}
      />
      {withPlaces && (
        <Choice
          label={t('store:place.label')}
          data={places.map((place) => ({ value: place, label: t(`store:place.${place}`) }))}
          value={filters.place}
          onChange={(value) => set('place', places.find((place) => place === value) ?? null)}
        />
      )}
      <Days from={filters.from} to={filters.to} onChange={(from, to) => onChange({ ...filters, from, to })} />
      <ActionIconButton
        action={toggle(t('filter.protected'), () => set('onlyProtected', !filters.onlyProtected))}
        pressed={filters.onlyProtected}
        icon={<IconLock size={20} stroke={1.5} aria-hidden />}
      />
      <ActionIconButton
        action={toggle(t('filter.redacted'), () => set('onlyRedacted', !filters.onlyRedacted))}
        pressed={filters.onlyRedacted}
        icon={<IconBrush size={20} stroke={1.5} aria-hidden />}
      />
      {clear?.disabledBecause === null && (
        <ActionButton action={clear} variant="subtle" icon={<IconX size={16} aria-hidden />} />
      )}
    </div>
  );
}

function Choice({
  label,
  data,
  value,
  onChange,
}: {
  readonly label: string;
  readonly data: readonly { readonly value: string; readonly label: string }[];
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}) {
  return (
    <Select
      className={classes.choice}
      aria-label={label}
      placeholder={label}
      data={[...data]}
      value={value}
      onChange={onChange}
      clearable
      searchable={data.length > 8}
    />
  );
}

const toggle = (title: string, run: () => void): ButtonAction => ({
  title,
  shortcut: null,
  disabledBecause: null,
  run,
});

/** The first and last day, in a small panel that stays out of the way until it is wanted. */
function Days({
  from,
  to,
  onChange,
}: {
  readonly from: string | null;
  readonly to: string | null;
  readonly onChange: (from: string | null, to: string | null) => void;
}) {
  const { t } = useTranslation('library');
  const any = from === null && to === null;
  const words = any ? t('filter.anyDay') : t('filter.days', { from: from ?? '…', to: to ?? '…' });
  return (
    <Popover position="bottom-start" trapFocus transitionProps={{ duration: 80 }}>
      <Popover.Target>
        <Button
          variant="default"
          className={classes.daysButton}
          {...(any ? { 'data-any': true } : {})}
          leftSection={<IconCalendar size={16} stroke={1.75} aria-hidden />}
        >
          {words}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.days} aria-label={t('filter.dayRange')}>
        <Day label={t('filter.from')} value={from} onChange={(value) => onChange(value, to)} />
        <Day label={t('filter.to')} value={to} onChange={(value) => onChange(from, value)} />
        <Button variant="subtle" disabled={any} onClick={() => onChange(null, null)}>
          {t('filter.anyDay')}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}

function Day({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}) {
  return (
    <label className={classes.day}>
      <span>{label}</span>
      <input
        type="date"
        value={value ?? ''}
        onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
      />
    </label>
  );
}
