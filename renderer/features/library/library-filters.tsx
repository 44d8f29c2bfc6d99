import { Checkbox, Select, TextInput } from '@mantine/core';
import { IconSearch, IconX } from '@tabler/icons-react';
import { type RefObject, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Recording } from '#common/evidence/index.ts';
import { useAction } from '#renderer/state/index.ts';
import { ActionButton } from '#renderer/ui/index.ts';
import classes from './library.module.css';
import { type Filters, filterChoices, type RecordingState } from './recording-search.ts';
import { triggerWord } from './words.tsx';

const states: readonly RecordingState[] = ['ready', 'making-proxy', 'waiting', 'unplayable'];

/** The search field and the filters, in one line. */
export function LibraryFilters({
  recordings,
  filters,
  onChange,
  searchField,
}: {
  readonly recordings: readonly Recording[];
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
  readonly searchField: RefObject<HTMLInputElement | null>;
}) {
  const { t } = useTranslation('library');
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
      <Day label={t('filter.from')} value={filters.from} onChange={(value) => set('from', value)} />
      <Day label={t('filter.to')} value={filters.to} onChange={(value) => set('to', value)} />
      <Checkbox
        label={t('filter.protected')}
        checked={filters.onlyProtected}
        onChange={(event) => set('onlyProtected', event.currentTarget.checked)}
      />
      <Checkbox
        label={t('filter.redacted')}
        checked={filters.onlyRedacted}
        onChange={(event) => set('onlyRedacted', event.currentTarget.checked)}
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
