import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Command, navigate, useCommands } from '#renderer/state/index.ts';

/** Escape and a button lead from a page of the store back to its screen. */
export function useBackCommand(): void {
  const { t } = useTranslation('store');
  useCommands(
    useMemo(
      (): readonly Command[] => [
        {
          id: 'store.back',
          title: t('command.back'),
          group: t('group'),
          shortcuts: ['Escape'],
          quiet: true,
          run: () => navigate({ screen: 'store' }),
        },
      ],
      [t],
    ),
  );
}
