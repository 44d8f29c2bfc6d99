/** `1 recording`, `30 recordings`. */
export function count(number: number, what: string): string {
  return `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`;
}

/** A name for people: control characters (which could hide the rest, or command a terminal) become a visible sign. */
export function printableName(name: string): string {
  return name.replace(/[\p{Cc}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu, '\u{fffd}').slice(0, 300);
}

export function unplugged(sealed: number, total: number): string {
  return `The camera was unplugged after ${sealed} of ${count(total, 'recording')} were sealed. Dock it again: the offload continues where it stopped.`;
}

export function someFailed(failed: number, first: { readonly path: string; readonly reason: string }): string {
  const others = failed > 1 ? ` and ${count(failed - 1, 'other file')}` : '';
  return `${printableName(first.path)}${others} could not be sealed. ${first.reason} Everything else is sealed.`;
}
