/** What is in an element: text, or elements by name, of which one name may come several times. */
export type Xml = string | number | boolean | { readonly [name: string]: Xml | readonly Xml[] };

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function element(name: string, content: Xml | readonly Xml[]): string {
  if (Array.isArray(content)) return (content as readonly Xml[]).map((one) => element(name, one)).join('');
  const inner =
    typeof content === 'object'
      ? Object.entries(content as Readonly<Record<string, Xml>>)
          .map(([child, value]) => element(child, value))
          .join('')
      : escaped(String(content));
  return `<${name}>${inner}</${name}>`;
}

/** A whole document as S3 writes it. */
export function xmlDocument(name: string, content: Xml): Buffer {
  const text = element(name, content);
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${text}`);
}

/** The text of the first element of that name; null when there is none. */
export function textOf(xml: string, name: string): string | null {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found === undefined ? null : found.replaceAll('&quot;', '"').replaceAll('&#34;', '"').replaceAll('&amp;', '&');
}
