/** A value of a property list. Dates and data stay text. */
export type PlistValue = string | number | boolean | readonly PlistValue[] | { readonly [key: string]: PlistValue };

type Token = { readonly open: boolean; readonly empty: boolean; readonly name: string; readonly text: string };

const tag = /<(\/?)([A-Za-z]+)(?:\s[^>]*?)?(\/?)>([^<]*)/g;
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number.parseInt(decimal, 10));
      return entities[name?.toLowerCase() ?? ''] ?? whole;
    },
  );
}

/**
 * Reads an XML property list as macOS tools print it. Throws a plain Error when it is not one: the tools are part of the
 * system and their output has been the same for twenty years.
 */
export function parsePlist(xml: string): PlistValue {
  const tokens: Token[] = [...xml.matchAll(tag)].map(([, slash, name = '', selfClosing, text = '']) => ({
    open: slash === '',
    empty: selfClosing === '/',
    name,
    text: decode(text),
  }));
  let position = tokens.findIndex(({ name, open }) => name === 'plist' && open) + 1;
  if (position === 0) throw new Error('Not a property list.');

  function next(): Token {
    const token = tokens[position++];
    if (token === undefined) throw new Error('The property list ends too early.');
    return token;
  }

  function isClosing(name: string): boolean {
    const token = tokens[position];
    if (token === undefined || token.open || token.name !== name) return false;
    position++;
    return true;
  }

  function leaf({ name, text, empty }: Token): string {
    if (!empty && !isClosing(name)) throw new Error(`<${name}> of a property list is not closed.`);
    return empty ? '' : text;
  }

  function value(): PlistValue {
    const token = next();
    if (!token.open) throw new Error(`A property list has </${token.name}> where a value should be.`);
    switch (token.name) {
      case 'dict': {
        const entries: [string, PlistValue][] = [];
        while (!token.empty && !isClosing('dict')) entries.push([leaf(next()), value()]);
        return Object.fromEntries(entries);
      }
      case 'array': {
        const items: PlistValue[] = [];
        while (!token.empty && !isClosing('array')) items.push(value());
        return items;
      }
      case 'true':
      case 'false':
        leaf(token);
        return token.name === 'true';
      case 'integer':
      case 'real':
        return Number(leaf(token));
      default:
        return leaf(token);
    }
  }

  return value();
}
