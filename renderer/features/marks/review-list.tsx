import { Button, Radio, Textarea } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Review, reviewOutcomeSchema } from '#common/changes/index.ts';
import type { RecordingId } from '#common/ids/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { useCatalog, useClient, useDeed, useMay, useSession } from '#renderer/state/index.ts';
import { ErrorPanel, Hint, Row, Section, StateMark } from '#renderer/ui/index.ts';
import classes from './marks.module.css';
import { useKeptText } from './use-kept-text.ts';

const outcomes = reviewOutcomeSchema.options;
const tones = { 'in-order': 'verified', 'follow-up': 'attention' } as const;

/** Signed reviews, oldest first: each stands by itself and is never changed. Supervisors sign another below. */
export function ReviewList({ recordingId }: { readonly recordingId: RecordingId }) {
  const { t } = useTranslation('marks');
  const { zone } = useSession().agency;
  const maySign = useMay('review.sign');
  const reviews = useCatalog('review');
  const own = useMemo(
    () => reviews.all.filter((review) => review.recordingId === recordingId).sort((a, b) => a.madeAt - b.madeAt),
    [reviews, recordingId],
  );
  return (
    <Section title={t('reviews.title')} aside={<span className={classes.dim}>{own.length}</span>}>
      {own.length === 0 && <Hint>{t('reviews.none')}</Hint>}
      <ul className={classes.list}>
        {own.map((review) => (
          <li key={review.id} className={classes.entry}>
            <StateMark tone={tones[review.outcome]}>{t(`reviews.outcomes.${review.outcome}`)}</StateMark>
            {review.text !== null && <p className={classes.text}>{review.text}</p>}
            <span className={classes.dim}>
              {t('notes.by', { name: review.madeBy.name, at: formatWallTime(review.madeAt, zone) })}
            </span>
          </li>
        ))}
      </ul>
      {maySign && <SignReview recordingId={recordingId} />}
    </Section>
  );
}

function SignReview({ recordingId }: { readonly recordingId: RecordingId }) {
  const { t } = useTranslation('marks');
  const client = useClient();
  const [outcome, setOutcome] = useState<Review['outcome'] | null>(null);
  // The place of the text that is not sent yet: number 1 of this recording.
  const [text, setText] = useKeptText(`${recordingId}.1`);
  const [asked, setAsked] = useState(false);
  const needsText = outcome === 'follow-up' && text.trim() === '';
  const sign = useDeed(async (signed: Review['outcome']) => {
    const said = text.trim();
    await client.call('reviews.add', { recordingId, outcome: signed, text: said === '' ? null : said });
    setText('');
    setOutcome(null);
    setAsked(false);
  });
  const words = sign.failure === null ? null : errorWords(sign.failure);
  return (
    <form
      className={classes.form}
      noValidate
      aria-label={t('reviews.sign')}
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (outcome !== null && !needsText) void sign.run(outcome);
      }}
    >
      <Radio.Group
        label={t('reviews.outcome')}
        value={outcome}
        error={asked && outcome === null ? t('reviews.outcomeMissing') : null}
        onChange={(value) => setOutcome(outcomes.find((known) => known === value) ?? null)}
      >
        <div className={classes.choices}>
          {outcomes.map((value) => (
            <Radio key={value} value={value} label={t(`reviews.outcomes.${value}`)} />
          ))}
        </div>
      </Radio.Group>
      <Textarea
        label={t('reviews.text')}
        value={text}
        maxLength={8000}
        autosize
        minRows={2}
        maxRows={8}
        error={asked && needsText ? t('reviews.textMissing') : null}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {words !== null && <ErrorPanel error={words} />}
      <Hint>{t('reviews.signHint')}</Hint>
      <Row>
        <Button type="submit" variant="default" loading={sign.busy}>
          {t('reviews.sign')}
        </Button>
      </Row>
    </form>
  );
}
