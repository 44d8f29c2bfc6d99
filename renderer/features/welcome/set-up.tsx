import { Button, PasswordInput, Select, TextInput } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { methods } from '#common/contract/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { useDeed, useStation } from '#renderer/state/index.ts';
import { ErrorPanel, Hint, Row } from '#renderer/ui/index.ts';
import classes from './welcome.module.css';

const fields = ['name', 'zone', 'displayName', 'username', 'password', 'again'] as const;
type Field = (typeof fields)[number];
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const zones = [...new Set([ownZone, ...Intl.supportedValuesOf('timeZone')])];

type Values = Readonly<Record<Field, string>>;

/** Creating the department and its first administrator. Every field says what is wrong with it beside itself. */
export function SetUp({ onBack }: { readonly onBack: () => void }) {
  const { t } = useTranslation('welcome');
  const { session } = useStation();
  const [values, setValues] = useState<Values>(() => ({
    name: '',
    zone: ownZone,
    displayName: '',
    username: '',
    password: '',
    again: '',
  }));
  const [asked, setAsked] = useState(false);
  const wrong = findProblems(values);
  const deed = useDeed(() =>
    session.setUp({
      name: values.name,
      zone: values.zone,
      admin: { username: values.username, displayName: values.displayName, password: values.password },
    }),
  );
  const words = deed.failure === null ? null : errorWords(deed.failure);
  const problem = (field: Field): string | null => (asked && wrong.has(field) ? t(`setUp.problems.${field}`) : null);
  const bind = (field: Field) => ({
    value: values[field],
    error: problem(field),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => {
      const { value } = event.currentTarget;
      setValues((before) => ({ ...before, [field]: value }));
    },
  });
  return (
    <section className={classes.choice} data-primary aria-labelledby="set-up-title">
      <h2 id="set-up-title">{t('setUp.title')}</h2>
      <Hint>{t('setUp.lead')}</Hint>
      <form
        className={classes.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (wrong.size === 0) void deed.run();
        }}
      >
        <TextInput {...bind('name')} label={t('setUp.name')} placeholder={t('setUp.namePlaceholder')} autoFocus />
        <Select
          label={t('setUp.zone')}
          description={t('setUp.zoneHint')}
          data={zones}
          value={values.zone}
          error={problem('zone')}
          onChange={(zone) => setValues((before) => ({ ...before, zone: zone ?? '' }))}
          searchable
          limit={50}
        />
        <TextInput
          {...bind('displayName')}
          label={t('setUp.displayName')}
          placeholder={t('setUp.displayNamePlaceholder')}
          autoComplete="name"
        />
        <TextInput
          {...bind('username')}
          label={t('setUp.username')}
          description={t('setUp.usernameHint')}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
        />
        <PasswordInput
          {...bind('password')}
          label={t('setUp.password')}
          description={t('setUp.passwordHint')}
          autoComplete="new-password"
        />
        <PasswordInput {...bind('again')} label={t('setUp.again')} autoComplete="new-password" />
        {words !== null && <ErrorPanel error={words} />}
        <Row>
          <Button type="submit" variant="filled" loading={deed.busy}>
            {t('setUp.enter')}
          </Button>
          <Button variant="subtle" onClick={onBack} leftSection={<IconArrowLeft size={16} aria-hidden />}>
            {t('setUp.back')}
          </Button>
        </Row>
      </form>
    </section>
  );
}

/** The fields that would be refused, by the contract's own rules. */
function findProblems(values: Values): ReadonlySet<Field> {
  const { name, zone, displayName, username, password } = values;
  const parsed = methods['setup.department'].request.safeParse({
    name,
    zone,
    admin: { displayName, username, password },
  });
  const wrong = new Set<Field>();
  for (const issue of parsed.error?.issues ?? []) {
    const field = fields.find((each) => each === issue.path.at(-1));
    if (field !== undefined) wrong.add(field);
  }
  if (values.again !== password) wrong.add('again');
  return wrong;
}
