import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecoverySecret, recoveryGroups, writeRecoverySecret } from '#common/evidence/recovery-secret.ts';

const signs = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const root = fc.uint8Array({ minLength: 32, maxLength: 32 });
const states = (text: string) => readRecoverySecret(text).groups.map(({ state }) => state);
const allGood = Array.from({ length: recoveryGroups }, () => 'good');

describe('the recovery secret', () => {
  it('comes back from paper as it was, however it is typed', () => {
    fc.assert(
      fc.property(root, fc.constantFrom('-', ' ', '', '\n', ' – '), fc.boolean(), (bytes, between, lower) => {
        const printed = writeRecoverySecret(bytes);
        expect(printed).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){12}[0-9A-HJKMNP-TV-Z]{5}$/);
        const typed = printed.split('-').join(between).replaceAll('0', 'o').replaceAll('1', 'l');
        expect(readRecoverySecret(lower ? typed.toLowerCase() : typed)).toMatchObject({
          root: bytes,
          extra: false,
          otherVersion: false,
        });
      }),
    );
  });

  it('names the group of every wrong sign', () => {
    fc.assert(
      fc.property(root, fc.nat(12), fc.nat(4), fc.constantFrom(...Array.from(signs)), (bytes, group, at, sign) => {
        const groups = writeRecoverySecret(bytes).split('-');
        const before = groups[group] ?? '';
        const after = before.slice(0, at) + sign + before.slice(at + 1);
        fc.pre(after !== before);
        const typed = groups.with(group, after).join('-');
        expect(states(typed)).toEqual(allGood.with(group, 'typo'));
        expect(readRecoverySecret(typed).root).toBeNull();
      }),
    );
  });

  it('names the group of every two signs exchanged, and both of two groups exchanged', () => {
    fc.assert(
      fc.property(root, fc.nat(12), fc.nat(4), fc.nat(4), fc.nat(12), (bytes, group, a, b, other) => {
        const groups = writeRecoverySecret(bytes).split('-');
        const chars = Array.from(groups[group] ?? '');
        const exchanged = chars.with(a, chars[b] ?? '').with(b, chars[a] ?? '');
        if (exchanged.join('') !== chars.join('')) {
          expect(states(groups.with(group, exchanged.join('')).join(' '))).toEqual(allGood.with(group, 'typo'));
        }
        fc.pre(group !== other);
        const moved = groups.with(group, groups[other] ?? '').with(other, groups[group] ?? '');
        expect(states(moved.join('-'))).toEqual(allGood.with(group, 'typo').with(other, 'typo'));
      }),
    );
  });

  it('says what is missing, too short, too much, or no sign of it', () => {
    const printed = writeRecoverySecret(new Uint8Array(32).fill(171));
    const groups = printed.split('-');
    expect(states('')).toEqual(allGood.map(() => 'missing'));
    expect(states(groups.slice(0, 4).join(' '))).toEqual([...allGood].fill('missing', 4));
    expect(states(groups.with(2, (groups[2] ?? '').slice(0, 3)).join('-'))).toEqual(allGood.with(2, 'incomplete'));
    expect(states(groups.with(5, 'AB*DE').join('-'))).toEqual(allGood.with(5, 'wrong-sign'));
    expect(readRecoverySecret(`${printed}-AAAAA`)).toMatchObject({ extra: true, root: null });
  });

  it('tells another version from a typo', () => {
    const [first = '', ...rest] = writeRecoverySecret(new Uint8Array(32)).split('-');
    // Version 1 is 0001 in the first sign's upper bits: 2. Any other sign with its own check is another version.
    const others = Array.from(signs).flatMap((sign) =>
      Array.from(signs).map((check) => `${sign}${first.slice(1, 4)}${check}`),
    );
    const read = others.map((group) => readRecoverySecret([group, ...rest].join('-')));
    expect(read.filter(({ root: found }) => found !== null)).toHaveLength(2);
    expect(read.filter(({ otherVersion }) => otherVersion)).toHaveLength(30);
  });

  it('refuses a root of another length', () => {
    expect(() => writeRecoverySecret(new Uint8Array(31))).toThrow('32 bytes');
  });
});
