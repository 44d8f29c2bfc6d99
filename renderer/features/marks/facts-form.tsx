import { Autocomplete, TextInput } from '@mantine/core';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordingId } from '#common/ids/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { useCatalog, useClient, useDeed, useMay } from '#renderer/state/index.ts';
import { ErrorPanel, Facts, Hint, Section } from '#renderer/ui/index.ts';

const names = ['category', 'caseNumber', 'callNumber'] as const;
type Name = (typeof names)[number];
const longest: Readonly<Record<Name, number>> = { category: 80, caseNumber: 40, callNumber: 40 };

/** What a recording belongs to. A field is saved when it is left, or with Enter; Escape puts it back. */
export function FactsForm({ recordingId }: { readonly recordingId: RecordingId }) {
  const { t } = useTranslation('marks');
  const facts = useCatalog('facts');
  const said = facts.byId.get(recordingId);
  const mayMark = useMay('evidence.mark');
  const categories = useMemo(
    () => [...new Set(facts.all.flatMap(({ category }) => (category === null ? [] : [category])))].sort(),
    [facts],
  );
  return (
    <Section title={t('facts.title')}>
      {mayMark ? (
        names.map((name) => (
          <Field
            key={name}
            name={name}
            value={said?.[name] ?? ''}
            suggestions={name === 'category' ? categories : null}
            recordingId={recordingId}
          />
        ))
      ) : (
        <Facts facts={names.map((name) => ({ name: t(`facts.${name}`), value: said?.[name] ?? t('facts.none') }))} />
      )}
      {said !== undefined && <Hint>{t('facts.changedBy', { name: said.changedBy })}</Hint>}
    </Section>
  );
}

function Field({
  name,
  value,
  suggestions,
  recordingId,
}: {
  readonly name: Name;
  readonly value: string;
  readonly suggestions: readonly string[] | null;
  readonly recordingId: RecordingId;
}) {
  const { t } = useTranslation('marks');
  const client = useClient();
  const [typed, setTyped] = useState(value);
  const typing = useRef(false);
  // What somebody else said meanwhile does not change the text under the hand.
  useEffect(() => {
    if (!typing.current) setTyped(value);
  }, [value]);
  const deed = useDeed(async (text: string) => {
    await client.call('facts.set', { recordingId, fields: { [name]: text === '' ? null : text } });
  });
  const type = (text: string): void => {
    typing.current = true;
    setTyped(text);
  };
  const save = (): void => {
    typing.current = false;
    const text = typed.trim();
    if (text !== value) void deed.run(text);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter') save();
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    typing.current = false;
    setTyped(value);
  };
  const field = { label: t(`facts.${name}`), maxLength: longest[name], onBlur: save, onKeyDown };
  const words = deed.failure === null ? null : errorWords(deed.failure);
  return (
    <>
      {suggestions === null ? (
        <TextInput {...field} value={typed} onChange={(event) => type(event.currentTarget.value)} />
      ) : (
        <Autocomplete {...field} data={[...suggestions]} value={typed} onChange={type} />
      )}
      {words !== null && <ErrorPanel error={words} onRetry={save} />}
    </>
  );
}
