import { ActionIcon } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useNotices } from '#renderer/state/index.ts';
import classes from './notice-list.module.css';

const icons = { done: IconCircleCheck, attention: IconAlertTriangle, failed: IconCircleX } as const;

/** The messages at the edge of the window; read out as they come. */
export function NoticeList() {
  const { t } = useTranslation();
  const notices = useNotices();
  const all = useStore(notices.store, (state) => state.all);
  return (
    <section className={classes.notices} aria-label={t('notices.region')} aria-live="polite">
      {all.map((notice) => {
        const Icon = icons[notice.tone];
        return (
          <div key={notice.id} className={classes.notice} data-tone={notice.tone}>
            <Icon size={20} stroke={1.75} aria-hidden className={classes.noticeIcon} />
            <div className={classes.noticeText}>
              <div>{notice.text}</div>
              {notice.detail !== null && notice.detail !== '' && (
                <div className={classes.noticeDetail}>{notice.detail}</div>
              )}
            </div>
            <ActionIcon size={24} aria-label={t('notices.dismiss')} onClick={() => notices.dismiss(notice.id)}>
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </div>
        );
      })}
    </section>
  );
}
