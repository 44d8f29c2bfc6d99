import classes from './keys.module.css';

const names: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  PageUp: 'Page up',
  PageDown: 'Page down',
  shift: 'Shift',
};

/** Whether this keyboard has a Cmd key where others have Ctrl. */
export const isMac: boolean = typeof navigator !== 'undefined' && /mac/i.test(navigator.userAgent);

/** The presses of a shortcut, each as the keys on the keyboard: `mod+shift+k` → `[['Ctrl', 'Shift', 'K']]`. */
function shortcutKeys(shortcut: string, mac: boolean = isMac): readonly (readonly string[])[] {
  return shortcut.split(' ').map((press) =>
    press.split(/\+(?=.)/).map((part) => {
      if (part === 'mod') return mac ? '⌘' : 'Ctrl';
      if (part === 'alt') return mac ? '⌥' : 'Alt';
      return names[part] ?? (part.length === 1 ? part.toUpperCase() : part);
    }),
  );
}

/** One line of text for tooltips: `Ctrl+K`; the presses of a sequence follow each other: `G L`. */
export function shortcutText(shortcut: string, mac: boolean = isMac): string {
  return shortcutKeys(shortcut, mac)
    .map((keys) => keys.join('+'))
    .join(' ');
}

/** A shortcut drawn as keys. */
export function Keys({ shortcut }: { readonly shortcut: string }) {
  return (
    <span className={classes.keys}>
      {shortcutKeys(shortcut).flatMap((press, i) => press.map((key, k) => <kbd key={`${i}-${k}`}>{key}</kbd>))}
    </span>
  );
}
