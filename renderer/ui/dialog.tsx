import { CloseButton, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './dialog.module.css';

/**
 * A layer over the window that Escape or a click beside it closes; the focus stays inside and returns afterwards. For quick
 * looks and searches: deeds that cannot be taken back have pages of their own.
 */
export function Dialog({
  label,
  width,
  closeLabel,
  onClose,
  children,
}: {
  /** Its name; shown as heading when there is a close button. */
  readonly label: string;
  readonly width: number;
  /** Absent: no heading and no close button. */
  readonly closeLabel?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Modal.Root opened onClose={onClose} size={width} yOffset={72} classNames={{ content: classes.content ?? '' }}>
      <Modal.Overlay />
      <Modal.Content aria-label={label}>
        {closeLabel !== undefined && (
          <div className={classes.head}>
            <h2>{label}</h2>
            <CloseButton aria-label={closeLabel} onClick={onClose} />
          </div>
        )}
        {children}
      </Modal.Content>
    </Modal.Root>
  );
}
