/**
 * The department's store root as people write it down: 13 groups of 4 signs and a check sign, in Crockford's base32
 * (`7K3QD-…`). The 52 signs hold 4 bits of version and the 256 bits of the root; the check sign of a group depends on its
 * place, so that a wrong sign, two signs exchanged and two groups exchanged all show, and show where.
 */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const version = 1;
const rootBytes = 32;
const dataSigns = 4;
const groupSigns = dataSigns + 1;

/** How many groups a recovery secret has. */
export const recoveryGroups = 13;

/** A group as it was typed: nothing yet, right, or not what was printed. */
export type RecoveryGroup = {
  readonly text: string;
  readonly state: 'missing' | 'good' | 'incomplete' | 'wrong-sign' | 'typo';
};

/** What typed text holds. `root` only when every group is right and none is missing or too many. */
export type RecoveryReading = {
  readonly groups: readonly RecoveryGroup[];
  readonly extra: boolean;
  /** Every group is right, but another version of Plainview made the secret. */
  readonly otherVersion: boolean;
  readonly root: Uint8Array | null;
};

/** Multiplies two elements of the field with 32 elements (x⁵ + x² + 1). */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 5; bit++) if ((b >> bit) & 1) product ^= a << bit;
  for (let bit = 8; bit >= 5; bit--) if ((product >> bit) & 1) product ^= 0b100101 << (bit - 5);
  return product;
}

/** Different weights, none of them 0 or 1: one wrong sign or two exchanged ones always change the check. */
const weights = [2, 4, 8, 16] as const;

function checkOf(group: number, data: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum ^ multiply(weight, data[index] ?? 0), group + 1);
}

/** The groups of a store root (32 bytes), joined by dashes. Throws a bug for any other length. */
export function writeRecoverySecret(root: Uint8Array): string {
  if (root.length !== rootBytes) throw new Error(`A store root has ${rootBytes} bytes, not ${root.length}.`);
  const signs: number[] = [];
  let held = version;
  let bits = 4;
  for (const byte of root) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      signs.push((held >> bits) & 31);
      held &= (1 << bits) - 1;
    }
  }
  return Array.from({ length: recoveryGroups }, (_, group) => {
    const data = signs.slice(group * dataSigns, (group + 1) * dataSigns);
    return [...data, checkOf(group, data)].map((sign) => alphabet[sign]).join('');
  }).join('-');
}

/** Reads what somebody typed or pasted: letters of either case, groups apart or together, `O` for 0, `I` and `L` for 1. */
export function readRecoverySecret(text: string): RecoveryReading {
  const pieces = text
    .toUpperCase()
    .split(/[\s\-–—.,·]+/u)
    .flatMap((piece) => piece.match(new RegExp(`.{1,${groupSigns}}`, 'gu')) ?? [])
    .map((piece) => piece.replaceAll('O', '0').replaceAll(/[IL]/g, '1'));
  const groups = Array.from({ length: recoveryGroups }, (_, index) => readGroup(index, pieces[index] ?? ''));
  const extra = pieces.length > recoveryGroups;
  const whole = !extra && groups.every(({ state }) => state === 'good');
  const decoded = whole ? decode(groups.map((group) => group.text.slice(0, dataSigns)).join('')) : null;
  return {
    groups,
    extra,
    otherVersion: decoded !== null && decoded.version !== version,
    root: decoded?.version === version ? decoded.root : null,
  };
}

function readGroup(index: number, text: string): RecoveryGroup {
  if (text === '') return { text, state: 'missing' };
  const signs = Array.from(text).map((sign) => alphabet.indexOf(sign));
  if (signs.includes(-1)) return { text, state: 'wrong-sign' };
  if (signs.length < groupSigns) return { text, state: 'incomplete' };
  const check = checkOf(index, signs.slice(0, dataSigns));
  return { text, state: check === signs[dataSigns] ? 'good' : 'typo' };
}

function decode(data: string): { readonly version: number; readonly root: Uint8Array } {
  const root = new Uint8Array(rootBytes);
  const signs = Array.from(data).map((sign) => alphabet.indexOf(sign));
  const first = signs[0] ?? 0;
  let held = first & 1;
  let bits = 1;
  let at = 0;
  for (const sign of signs.slice(1)) {
    held = (held << 5) | sign;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      root[at++] = (held >> bits) & 255;
      held &= (1 << bits) - 1;
    }
  }
  return { version: first >> 1, root };
}
