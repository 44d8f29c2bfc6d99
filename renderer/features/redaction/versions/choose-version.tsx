import { Button, Radio, Select, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorWords } from '#renderer/bridge/index.ts';
import { useDeed } from '#renderer/state/index.ts';
import { ErrorPanel, Hint, Row, Section } from '#renderer/ui/index.ts';
import classes from './versions.module.css';
import type { Version } from './versions.ts';

/** Choosing one of two versions that were compared: which one counts, and why. */
export function ChooseVersion({
  trunk,
  others,
  compared,
  onCompare,
  onChoose,
}: {
  readonly trunk: Version;
  readonly others: readonly Version[];
  /** The one beside the trunk. */
  readonly compared: Version;
  readonly onCompare: (head: string) => void;
  readonly onChoose: (chosen: Version, reason: string) => Promise<void>;
}) {
  const { t } = useTranslation('redaction');
  const [head, setHead] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const [asked, setAsked] = useState(false);
  const deed = useDeed(onChoose);
  const words = deed.failure === null ? null : errorWords(deed.failure);
  const chosen = [trunk, compared].find((version) => version.head === head) ?? null;
  const text = reason.trim();
  return (
    <form
      className={classes.choose}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (chosen !== null && text !== '') void deed.run(chosen, text);
      }}
    >
      <Section title={t('versions.chooseTitle')}>
        <Hint>{t('versions.chooseLead', { count: others.length })}</Hint>
        {others.length > 1 && (
          <Select
            label={t('versions.compareWith')}
            data={others.map((version) => ({ value: version.head, label: `${version.title} · ${version.detail}` }))}
            value={compared.head}
            allowDeselect={false}
            onChange={(value) => {
              if (value === null) return;
              setHead(null);
              onCompare(value);
            }}
          />
        )}
        <Radio.Group
          label={t('versions.which')}
          value={head}
          error={asked && chosen === null ? t('versions.choiceMissing') : null}
          onChange={setHead}
        >
          <div className={classes.choices}>
            {[trunk, compared].map((version) => (
              <Radio key={version.head} value={version.head} label={version.title} description={version.detail} />
            ))}
          </div>
        </Radio.Group>
        <Textarea
          label={t('versions.reason')}
          description={t('versions.reasonHint')}
          value={reason}
          maxLength={500}
          rows={3}
          error={asked && text === '' ? t('versions.reasonMissing') : null}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {words !== null && <ErrorPanel error={words} />}
        <Row>
          <Button type="submit" variant="filled" loading={deed.busy}>
            {t('versions.choose')}
          </Button>
        </Row>
      </Section>
    </form>
  );
}
