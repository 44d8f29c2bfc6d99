import { Button, CopyButton, TextInput } from '@mantine/core';
import { IconCheck, IconCopy, IconPrinter } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readRecoverySecret, recoveryGroups } from '#common/evidence/recovery-secret.ts';
import { formatWallTime } from '#common/time/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import {
  type Command,
  type UnconfirmedSecret,
  useAction,
  useCloudControl,
  useCommands,
  useDeed,
  useSession,
} from '#renderer/state/index.ts';
import { ActionButton, ErrorPanel, Facts, Row, Section, StateMark } from '#renderer/ui/index.ts';
import classes from './recovery-sheet.module.css';
import { placeInFull } from './store-words.ts';

/**
 * The recovery secret, shown until it is confirmed. It takes the whole window: there is no way on but typing two groups from the
 * paper, and a window that dies over it is offered it again. What is printed is the sheet alone, black on white.
 */
export function RecoverySheet({
  unconfirmed,
  onConfirmed,
}: {
  readonly unconfirmed: UnconfirmedSecret;
  readonly onConfirmed: () => void;
}) {
  const { t } = useTranslation('store');
  const heading = useRef<HTMLHeadingElement>(null);
  const { agency, account } = useSession();
  const triedToClose = useStayOpen();
  useEffect(() => heading.current?.focus(), []);
  useCommands(
    useMemo(
      (): readonly Command[] => [
        {
          id: 'store.print',
          title: t('recovery.sheet.print'),
          group: t('group'),
          shortcuts: ['mod+p'],
          inText: true,
          run: () => window.print(),
        },
      ],
      [t],
    ),
  );
  const print = useAction('store.print');
  const groups = readRecoverySecret(unconfirmed.secret).groups.map(({ text }) => text);
  return (
    <main className={classes.window}>
      <div className={classes.column}>
        <article className={classes.sheet}>
          <header>
            <h1 ref={heading} tabIndex={-1}>
              {t('recovery.sheet.title')}
            </h1>
            <p className={classes.subject}>{t('recovery.sheet.subject', { agency: agency.name })}</p>
          </header>
          <p className={classes.lead}>{t('recovery.sheet.lead')}</p>
          <ol className={classes.groups}>
            {groups.map((group, index) => (
              <li key={index}>
                <span className={classes.number}>{index + 1}</span>
                <code>{group}</code>
              </li>
            ))}
          </ol>
          <p>{t('recovery.sheet.why')}</p>
          <p>{t('recovery.sheet.keep')}</p>
          <p>{t('recovery.sheet.signs')}</p>
          <Facts
            facts={[
              { name: t('recovery.sheet.place'), value: placeInFull(unconfirmed.target) },
              { name: t('recovery.sheet.founded'), value: formatWallTime(unconfirmed.foundedAt, agency.zone) },
              { name: t('recovery.sheet.by'), value: account.displayName },
            ]}
          />
        </article>
        <div className={classes.actions}>
          <Row>
            <ActionButton action={print} variant="filled" icon={<IconPrinter size={16} aria-hidden />} />
            <CopyButton value={unconfirmed.secret} timeout={8_000}>
              {({ copied, copy }) => (
                <>
                  <Button
                    variant="default"
                    leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
                    onClick={copy}
                  >
                    {t('recovery.sheet.copy')}
                  </Button>
                  <span role="status">{copied && t('recovery.sheet.copied')}</span>
                </>
              )}
            </CopyButton>
          </Row>
          <Confirm groups={groups} onConfirmed={onConfirmed} />
          <div role="alert">
            {triedToClose && <StateMark tone="attention">{t('recovery.sheet.mustStay')}</StateMark>}
          </div>
        </div>
      </div>
    </main>
  );
}

/** Two groups typed from the paper, or the page stays. */
function Confirm({ groups, onConfirmed }: { readonly groups: readonly string[]; readonly onConfirmed: () => void }) {
  const { t } = useTranslation('store');
  const cloud = useCloudControl();
  const [wanted] = useState(chooseTwo);
  const [typed, setTyped] = useState<readonly [string, string]>(['', '']);
  const [asked, setAsked] = useState(false);
  const right = wanted.map((index, at) => typed[at]?.trim().toUpperCase() === groups[index]);
  const deed = useDeed(async () => {
    await cloud.confirmSecret(wanted.map((index, at) => ({ number: index + 1, text: typed[at] ?? '' })));
    onConfirmed();
  });
  const failure = deed.failure === null ? null : errorWords(deed.failure);
  return (
    <form
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (right.every(Boolean)) void deed.run();
      }}
    >
      <Section title={t('recovery.sheet.confirm')}>
        <p className={classes.dim}>{t('recovery.sheet.confirmLead')}</p>
        <div className={classes.confirm}>
          {wanted.map((index, at) => (
            <TextInput
              key={index}
              label={t('recovery.sheet.confirmGroup', { number: index + 1 })}
              value={typed[at] ?? ''}
              maxLength={8}
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              classNames={{ input: classes.code ?? '' }}
              error={asked && right[at] !== true ? t('recovery.sheet.confirmWrong', { number: index + 1 }) : null}
              onChange={(event) => {
                const { value } = event.currentTarget;
                setTyped(([first, second]) => (at === 0 ? [value, second] : [first, value]));
              }}
            />
          ))}
        </div>
        {failure !== null && <ErrorPanel error={failure} />}
        <div>
          <Button type="submit" variant="default" loading={deed.busy}>
            {t('recovery.sheet.leave')}
          </Button>
        </div>
      </Section>
    </form>
  );
}

/** Two different groups, in order. Which two is no secret; that they cannot be known before printing is enough. */
function chooseTwo(): readonly [number, number] {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint32Array(2));
  const first = a % recoveryGroups;
  const second = (first + 1 + (b % (recoveryGroups - 1))) % recoveryGroups;
  return first < second ? [first, second] : [second, first];
}

/** Keeps the window from being closed or loaded anew by mistake; true once somebody tried. */
function useStayOpen(): boolean {
  const [tried, setTried] = useState(false);
  useEffect(() => {
    const stay = (event: BeforeUnloadEvent): void => {
      event.preventDefault();
      setTried(true);
    };
    window.addEventListener('beforeunload', stay);
    return () => window.removeEventListener('beforeunload', stay);
  }, []);
  return tried;
}
