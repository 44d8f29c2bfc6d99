import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './code-text.module.css';

/** A hash or an id: monospace, whole, wrapped in even groups, with a way to copy it. */
export function CodeText({ text, name }: { readonly text: string; readonly name: string }) {
  const { t } = useTranslation('ui');
  return (
    <span className={classes.code}>
      <code className={classes.text}>
        {inGroups(text).map((group, index) => (
          <span key={index} className={classes.group}>
            {group}
          </span>
        ))}
      </code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t('copied') : t('copy', { name })}>
            <ActionIcon size={24} aria-label={t('copy', { name })} onClick={copy}>
              {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </span>
  );
}

/** Eight signs each, so that lines break evenly and eyes can compare; anything with spaces is left to break by itself. */
function inGroups(text: string): readonly string[] {
  return /\s/.test(text) ? [text] : (text.match(/.{1,8}/gu) ?? []);
}
