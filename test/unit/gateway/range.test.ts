import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attachment, namesTag, parseRange, rangeStillHolds } from '#gateway/media/range.ts';

describe('parseRange', () => {
  it.each([
    [null, 'whole'],
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=0-', { first: 0, last: 99 }],
    ['bytes=99-', { first: 99, last: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=5-2', 'whole'],
    ['bytes=5-1000', { first: 5, last: 99 }],
    ['bytes=-1', { first: 99, last: 99 }],
    ['bytes=-100', { first: 0, last: 99 }],
    ['bytes=-1000', { first: 0, last: 99 }],
    ['bytes=-0', 'unsatisfiable'],
    ['BYTES=1-2', { first: 1, last: 2 }],
    ['bytes= 1-2 ', { first: 1, last: 2 }],
    ['bytes=0-1,5-6', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=a-b', 'whole'],
    ['bytes=1.5-2', 'whole'],
    ['bytes=0x10-', 'whole'],
    ['frames=1-2', 'whole'],
    ['bytes=99999999999999999999-', 'unsatisfiable'],
    ['bytes=0-99999999999999999999', { first: 0, last: 99 }],
  ])('%j of 100 bytes', (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });

  it('has nothing to give from nothing', () => {
    expect(parseRange('bytes=0-', 0)).toBe('unsatisfiable');
    expect(parseRange('bytes=-5', 0)).toBe('whole');
  });

  it('never leaves the bytes there are', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.option(fc.nat(2000)), fc.option(fc.nat(2000)), (size, from, to) => {
        const range = parseRange(`bytes=${from ?? ''}-${to ?? ''}`, size);
        if (typeof range === 'string') return;
        expect(range.first).toBeGreaterThanOrEqual(0);
        expect(range.last).toBeLessThan(size);
        expect(range.first).toBeLessThanOrEqual(range.last);
      }),
    );
  });
});

describe('conditions', () => {
  it('compares tags', () => {
    expect(namesTag('"a"', '"a"')).toBe(true);
    expect(namesTag('W/"b", W/"a"', '"a"')).toBe(true);
    expect(namesTag('*', '"a"')).toBe(true);
    expect(namesTag('"b"', '"a"')).toBe(false);
    expect(namesTag(null, '"a"')).toBe(false);
  });

  it('lets a range count only for the same bytes', () => {
    expect(rangeStillHolds(null, '"a"')).toBe(true);
    expect(rangeStillHolds('"a"', '"a"')).toBe(true);
    expect(rangeStillHolds('W/"a"', '"a"')).toBe(false);
    expect(rangeStillHolds('Mon, 23 Nov 2026 12:00:00 GMT', '"a"')).toBe(false);
  });
});

describe('attachment', () => {
  it('keeps a name and lets nothing out of the header', () => {
    expect(attachment('Release 4.zip')).toBe(`attachment; filename="Release 4.zip"; filename*=UTF-8''Release%204.zip`);
    const hostile = attachment('a"; filename="b\r\nSet-Cookie: x=y – é');
    expect(hostile).not.toMatch(/[\r\n]/);
    expect(hostile.match(/"/g)).toHaveLength(2);
  });
});
