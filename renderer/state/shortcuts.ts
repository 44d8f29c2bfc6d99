import type { Command, CommandTable } from './commands.ts';

/** A key press in the notation of the command table, without sequences. */
export type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'repeat'>;

const sequencePause = 1_200;

/** The press as text: `mod+shift+k`. For printable signs that need Shift themselves (`?`), Shift is not named. */
export function pressText(press: Press, mac: boolean): string {
  const key = press.key === ' ' ? 'Space' : press.key;
  const letter = /^\p{L}$/u.test(key);
  const sign = key.length === 1 && !letter;
  const parts: string[] = [];
  if (mac ? press.metaKey : press.ctrlKey) parts.push('mod');
  if (mac && press.ctrlKey) parts.push('ctrl');
  if (press.altKey) parts.push('alt');
  if (press.shiftKey && !sign) parts.push('shift');
  parts.push(letter ? key.toLowerCase() : key);
  return parts.join('+');
}

/**
 * Listens on the window and runs commands. A press that begins a sequence is held for a moment. Text fields keep their keys,
 * except for commands that say otherwise; keys that a focused control needs itself (Enter, Space on a button) stay with it.
 */
export function listenForShortcuts(table: CommandTable, scope: Window, mac: boolean): () => void {
  let held: { readonly text: string; readonly at: number } | null = null;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const press = pressText(event, mac);
    const sequence = held !== null && event.timeStamp - held.at < sequencePause ? `${held.text} ${press}` : null;
    held = null;
    const inText = isTextField(event.target);
    const usable = table.list().filter((command) => !inText || command.inText === true);
    const command = match(usable, sequence) ?? match(usable, press);
    if (command === null) {
      const begins = usable.some((other) => other.shortcuts?.some((keys) => keys.startsWith(`${press} `)));
      if (begins) held = { text: press, at: event.timeStamp };
      return;
    }
    if (isOwnKey(event)) return;
    event.preventDefault();
    if (event.repeat && command.repeats !== true) return;
    table.run(command);
  };
  scope.addEventListener('keydown', onKeyDown);
  return () => scope.removeEventListener('keydown', onKeyDown);
}

function match(commands: readonly Command[], text: string | null): Command | null {
  if (text === null) return null;
  return commands.findLast((command) => command.shortcuts?.includes(text)) ?? null;
}

function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type);
}

/** Enter and Space press the focused control; a shortcut must not take that away. */
function isOwnKey(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' && event.key !== ' ') return false;
  const target = event.target;
  return target instanceof HTMLElement && target.matches('button, a[href], input, select, summary, [role="tab"]');
}
