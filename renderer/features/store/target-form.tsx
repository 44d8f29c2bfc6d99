import { Checkbox, PasswordInput, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import type { ChangeEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoreDraft } from '#renderer/state/index.ts';
import { Hint } from '#renderer/ui/index.ts';
import classes from './store.module.css';
import type { DraftField } from './target-draft.ts';

const kinds: readonly StoreDraft['kind'][] = ['folder', 's3'];

type FieldsProps = {
  readonly draft: StoreDraft;
  /** Fields that are wrong and shall say so. */
  readonly wrong: ReadonlySet<DraftField>;
  readonly onChange: (draft: StoreDraft) => void;
};

/** Where a store is and how it is reached. */
export function TargetForm(props: FieldsProps) {
  const { t } = useTranslation('store');
  const { draft, onChange } = props;
  return (
    <>
      <div className={classes.field}>
        <span id="store-kind" className={classes.label}>
          {t('setUp.kind')}
        </span>
        <div>
          <SegmentedControl
            aria-labelledby="store-kind"
            size="sm"
            value={draft.kind}
            data={kinds.map((kind) => ({ value: kind, label: t(`setUp.kinds.${kind}`) }))}
            transitionDuration={0}
            onChange={(value) => onChange({ ...draft, kind: kinds.find((kind) => kind === value) ?? 'folder' })}
          />
        </div>
      </div>
      {draft.kind === 'folder' ? <FolderFields {...props} /> : <ObjectStoreFields {...props} />}
    </>
  );
}

/** What a text field of the form needs. */
function useBind({ draft, wrong, onChange }: FieldsProps) {
  const { t } = useTranslation('store');
  return (field: DraftField) => ({
    label: t(`setUp.${field}`),
    value: draft[field],
    error: wrong.has(field) ? t(`setUp.problems.${field}`) : null,
    autoComplete: 'off',
    autoCapitalize: 'none',
    spellCheck: false,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      onChange({ ...draft, [field]: event.currentTarget.value }),
  });
}

function FolderFields(props: FieldsProps) {
  const { t } = useTranslation('store');
  const bind = useBind(props);
  return (
    <>
      <Hint>{t('setUp.folderHint')}</Hint>
      <TextInput
        {...bind('location')}
        description={t('setUp.locationHint')}
        placeholder={t('setUp.locationPlaceholder')}
        maxLength={1000}
      />
    </>
  );
}

function ObjectStoreFields(props: FieldsProps) {
  const { t } = useTranslation('store');
  const { draft, wrong, onChange } = props;
  const bind = useBind(props);
  const moreWrong = wrong.has('authority') || wrong.has('proxy');
  return (
    <>
      <TextInput {...bind('endpoint')} description={t('setUp.endpointHint')} placeholder="https://" maxLength={500} />
      <div className={classes.pair}>
        <TextInput {...bind('region')} placeholder="us-east-1" maxLength={64} />
        <TextInput {...bind('bucket')} maxLength={63} />
      </div>
      <TextInput {...bind('prefix')} description={t('setUp.prefixHint')} placeholder="plainview/" maxLength={200} />
      <Checkbox
        label={t('setUp.pathStyle')}
        checked={draft.pathStyle}
        onChange={(event) => onChange({ ...draft, pathStyle: event.currentTarget.checked })}
      />
      <div className={classes.pair}>
        <TextInput {...bind('accessKeyId')} maxLength={256} />
        <PasswordInput
          {...bind('secretAccessKey')}
          description={t('setUp.secretKeyHint')}
          autoComplete="new-password"
          maxLength={512}
        />
      </div>
      <details className={classes.more} open={moreWrong || draft.authority !== '' || draft.proxy !== '' || undefined}>
        <summary>{t('setUp.more')}</summary>
        <div className={classes.form}>
          <Textarea
            {...bind('authority')}
            description={t('setUp.authorityHint')}
            placeholder="-----BEGIN CERTIFICATE-----"
            rows={4}
            classNames={{ input: classes.code ?? '' }}
            maxLength={100_000}
          />
          <TextInput {...bind('proxy')} description={t('setUp.proxyHint')} placeholder="http://" maxLength={500} />
        </div>
      </details>
    </>
  );
}
