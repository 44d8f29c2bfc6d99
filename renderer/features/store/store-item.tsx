import { Button } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Placement } from '#common/evidence/index.ts';
import { navigate } from '#renderer/state/index.ts';
import { CodeText, Facts, formatBytes, Hint, Row, Section } from '#renderer/ui/index.ts';

/** One item of the queue: where it is, what went wrong, what can be done. */
export function QueueItem({ item, place }: { readonly item: Placement; readonly place: ReactNode }) {
  const { t } = useTranslation('store');
  const { recordingId } = item;
  return (
    <Section title={item.name}>
      {place}
      <Facts
        facts={[
          { name: t('queue.column.size'), value: formatBytes(item.sizeBytes) },
          { name: t('queue.id'), value: <CodeText text={item.id} name={t('queue.id')} /> },
        ]}
      />
      <Row>
        {recordingId === null ? (
          <Hint>{t('queue.damagedTray')}</Hint>
        ) : (
          <Button
            variant="default"
            leftSection={<IconExternalLink size={16} aria-hidden />}
            onClick={() => navigate({ screen: 'recording', recordingId })}
          >
            {t('queue.openRecording')}
          </Button>
        )}
      </Row>
    </Section>
  );
}
