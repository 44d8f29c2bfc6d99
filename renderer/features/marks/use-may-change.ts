import type { Author } from '#common/changes/index.ts';
import { useMay, useSession } from '#renderer/state/index.ts';

/** May this person change or remove what `author` wrote: one's own always, another's only with the right to it. */
export function useMayChange(author: Author): boolean {
  const mayMark = useMay('evidence.mark');
  const mayManage = useMay('marks.manage');
  const { account } = useSession();
  return mayManage || (mayMark && author.accountId === account.id);
}
