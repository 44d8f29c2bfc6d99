import { createStore, type StoreApi } from 'zustand/vanilla';
import { errorWords, noteProblem } from '#renderer/bridge/index.ts';
import { CannotNow } from './commands.ts';

/** A short word at the edge of the window. Failures stay until they are put away; the rest goes by itself. */
export type Notice = {
  readonly id: number;
  readonly tone: 'done' | 'attention' | 'failed';
  readonly text: string;
  readonly detail: string | null;
};

export type Notices = {
  readonly store: StoreApi<{ readonly all: readonly Notice[] }>;
  readonly say: (tone: Notice['tone'], text: string, detail?: string | null) => void;
  /** Says what went wrong, to what, and what to do. Cancellations are not failures and stay unsaid. */
  readonly sayError: (thrown: unknown) => void;
  readonly dismiss: (id: number) => void;
};

const shownFor = 6_000;

export function createNotices(): Notices {
  const store = createStore<{ readonly all: readonly Notice[] }>(() => ({ all: [] }));
  let last = 0;
  const dismiss = (id: number): void =>
    store.setState(({ all }) => ({ all: all.filter((notice) => notice.id !== id) }));
  const say: Notices['say'] = (tone, text, detail = null) => {
    const id = ++last;
    store.setState(({ all }) => ({ all: [...all.slice(-3), { id, tone, text, detail }] }));
    if (tone !== 'failed') setTimeout(() => dismiss(id), shownFor);
  };
  return {
    store,
    say,
    sayError: (thrown) => {
      if (thrown instanceof CannotNow) {
        say('attention', thrown.message);
        return;
      }
      const words = errorWords(thrown);
      if (words === null) return;
      noteProblem(thrown);
      const more = [words.subject, words.nextStep, words.reference].filter((part) => part !== null);
      say('failed', words.message, more.join(' · '));
    },
    dismiss,
  };
}
