import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EvidenceId, RecordingId } from '#common/ids/index.ts';
import { type Command, useClient, useCommands } from '#renderer/state/index.ts';
import type { MarkerType } from './markers.ts';

/** A marker that is being made: its frame is held while its note is typed. */
export type MarkerInHand = {
  /** Null while none is made. */
  readonly frame: number | null;
  readonly begin: () => void;
  readonly cancel: () => void;
  readonly add: (type: MarkerType, note: string) => Promise<void>;
};

/** M marks the frame that is on the screen; what is typed next goes into its note. */
export function useMarkerInHand(around: {
  readonly recordingId: RecordingId;
  readonly evidenceId: EvidenceId;
  /** Holds the picture, and says which frame is on the screen. */
  readonly holdFrame: () => number;
  readonly onBegin: () => void;
}): MarkerInHand {
  const { t } = useTranslation('marks');
  const client = useClient();
  const [frame, setFrame] = useState<number | null>(null);
  const { recordingId, evidenceId, holdFrame, onBegin } = around;
  const begin = useCallback(() => {
    setFrame(holdFrame());
    onBegin();
  }, [holdFrame, onBegin]);
  useCommands(
    useMemo(
      (): readonly Command[] => [
        {
          id: 'marks.add',
          title: t('command.add'),
          group: t('group'),
          shortcuts: ['m'],
          permission: 'evidence.mark',
          run: begin,
        },
      ],
      [t, begin],
    ),
  );
  return {
    frame,
    begin,
    cancel: () => setFrame(null),
    add: async (type, note) => {
      if (frame === null) return;
      await client.call('markers.add', { recordingId, evidenceId, frame, type, note: note === '' ? null : note });
      setFrame(null);
    },
  };
}
