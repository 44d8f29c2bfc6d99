import { NumberInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import classes from './inspector.module.css';

/** A whole number that takes effect when it is finished: with Enter, the arrows, or on leaving the field. */
export function NumberField({
  label,
  sign,
  value,
  min,
  max,
  step = 1,
  disabled = false,
  onCommit,
}: {
  readonly label: string;
  /** Stands in the field before the number; the label is then spoken, not shown. */
  readonly sign: string;
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
      aria-label={label}
      title={label}
      size="sm"
      leftSection={<span className={classes.unit}>{sign}</span>}
      leftSectionWidth={sign.length > 2 ? 44 : 26}
      hideControls
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
        const by = event.key === 'ArrowUp' ? step : event.key === 'ArrowDown' ? -step : 0;
        if (by === 0) return;
        event.preventDefault();
        const next = Math.min(max, Math.max(min, value + (event.shiftKey ? by * 10 : by)));
        if (next !== value) onCommit(next);
      }}
    />
  );
}
