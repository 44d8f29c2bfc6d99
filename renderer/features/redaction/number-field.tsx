import { NumberInput } from '@mantine/core';
import { useEffect, useState } from 'react';

/** A whole number that takes effect when it is finished: with Enter, the arrows, or on leaving the field. */
export function NumberField({
  label,
  value,
  min,
  max,
  step = 1,
  disabled = false,
  onCommit,
}: {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly disabled?: boolean;
  readonly onCommit: (value: number) => void;
}) {
  const [text, setText] = useState<string | number>(value);
  useEffect(() => setText(value), [value]);
  const commit = (): void => {
    const number = typeof text === 'number' ? text : Number.parseInt(text, 10);
    if (!Number.isFinite(number)) {
      setText(value);
      return;
    }
    const within = Math.min(max, Math.max(min, Math.round(number)));
    setText(within);
    if (within !== value) onCommit(within);
  };
  return (
    <NumberInput
      label={label}
      size="sm"
      value={text}
      min={min}
      max={max}
      step={step}
      disabled={disabled}
      allowDecimal={false}
      clampBehavior="none"
      onChange={setText}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape') setText(value);
      }}
    />
  );
}
