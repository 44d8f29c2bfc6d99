import { TextInput } from '@mantine/core';
import { type RefObject, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** A name that takes effect when the field is left or Enter is pressed. */
export function NameField({
  value,
  onCommit,
  inputRef,
}: {
  readonly value: string;
  readonly onCommit: (name: string) => void;
  readonly inputRef: RefObject<HTMLInputElement | null>;
}) {
  const { t } = useTranslation('redaction');
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = (): void => {
    if (text.trim() === '') setText(value);
    else if (text.trim() !== value) onCommit(text);
  };
  return (
    <TextInput
      ref={inputRef}
      aria-label={t('name')}
      value={text}
      maxLength={80}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') setText(value);
      }}
    />
  );
}
