import { createStore, type StoreApi } from 'zustand/vanilla';
import { may, type Permission, type Role } from '#common/access/index.ts';

/**
 * One thing a person can do. Menus, the palette, shortcuts, buttons and tooltips all come from this entry; nothing else
 * handles a key. What the role may not do is absent; what cannot be done now is shown with the reason.
 */
export type Command = {
  /** `area.verb`, unique: `player.step-forward`. */
  readonly id: string;
  /** A translated verb phrase in sentence case. */
  readonly title: string;
  /** The heading it stands under in the palette and on the shortcut sheet; translated. */
  readonly group: string;
  /**
   * Keys that run it, the first one shown. Parts joined by `+` (`mod+k`, `shift+ArrowLeft`, `alt+Enter`), a sequence by a
   * space (`g l`). Single characters are compared as typed (`?`, `/`), letters without case. `mod` is Ctrl, or Cmd on a Mac.
   */
  readonly shortcuts?: readonly string[];
  /** Works while a text field has the focus, too. */
  readonly inText?: boolean;
  /** Repeats while the key is held; else a held key runs it once. */
  readonly repeats?: boolean;
  readonly permission?: Permission;
  /** Why it cannot be done now; null or absent when it can. */
  readonly disabledBecause?: string | null;
  /** Not in the palette: makes sense only by key or in its place. */
  readonly quiet?: boolean;
  readonly run: () => void | Promise<void>;
};

/** A command as buttons and tooltips need it. */
export type Action = {
  readonly id: string;
  readonly title: string;
  readonly shortcut: string | null;
  readonly disabledBecause: string | null;
  readonly run: () => void;
};

/** What one owner laid in. */
export type Entry = { readonly owner: symbol; readonly commands: readonly Command[] };

/** The one table. Screens and features lay their commands in while they are shown; the newest owner of a key has it. */
export type CommandTable = {
  readonly store: StoreApi<{ readonly entries: readonly Entry[] }>;
  /** Lays commands in, or replaces what the owner laid in before. */
  readonly put: (owner: symbol, commands: readonly Command[]) => void;
  readonly remove: (owner: symbol) => void;
  /** Everything the role may do, each id once (the newest owner's). */
  readonly list: () => readonly Command[];
  readonly find: (id: string) => Command | null;
  readonly run: (command: Command) => void;
};

/** The commands a role may use, each id once (the newest owner's). */
export function usableCommands(entries: readonly Entry[], role: Role | null): readonly Command[] {
  const byId = new Map<string, Command>();
  for (const { commands } of entries) {
    for (const command of commands) {
      const allowed = command.permission === undefined || (role !== null && may(role, command.permission));
      if (allowed) byId.set(command.id, command);
    }
  }
  return [...byId.values()];
}

/** `onFailure` is told what a command threw; a command never fails silently. */
export function createCommandTable(role: () => Role | null, onFailure: (thrown: unknown) => void): CommandTable {
  const store = createStore<{ readonly entries: readonly Entry[] }>(() => ({ entries: [] }));
  const list = (): readonly Command[] => usableCommands(store.getState().entries, role());
  return {
    store,
    put: (owner, commands) =>
      store.setState(({ entries }) => {
        const index = entries.findIndex((entry) => entry.owner === owner);
        const entry = { owner, commands };
        return { entries: index < 0 ? [...entries, entry] : entries.with(index, entry) };
      }),
    remove: (owner) => store.setState(({ entries }) => ({ entries: entries.filter((entry) => entry.owner !== owner) })),
    list,
    find: (id) => list().find((command) => command.id === id) ?? null,
    run: (command) => {
      if (typeof command.disabledBecause === 'string') {
        onFailure(new CannotNow(command.disabledBecause));
        return;
      }
      const done = async (): Promise<void> => command.run();
      void done().catch(onFailure);
    },
  };
}

/** A command was asked for while it could not be done; the message says why. */
export class CannotNow extends Error {
  override readonly name = 'CannotNow';
}
