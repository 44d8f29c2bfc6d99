import { describe, expect, it } from 'vitest';
import { emptyDraft, readDraft } from '#renderer/features/store/target-draft.ts';

const s3 = {
  ...emptyDraft,
  kind: 's3',
  region: 'r1',
  bucket: 'evidence',
  accessKeyId: 'A',
  secretAccessKey: 'S',
} as const;
const wrongIn = (draft: Parameters<typeof readDraft>[0]) => [...readDraft(draft).wrong];

describe('the form of a store', () => {
  it.each(['/srv/store', 'D:\\store', 'D:/store', '\\\\server\\share'])('takes the whole path %s', (location) => {
    expect(readDraft({ ...emptyDraft, location }).request).toEqual({
      target: { kind: 'folder', location },
      secretAccessKey: null,
    });
  });

  it.each(['', ' ', 'store', '~/store', '../store', '\\\\server'])('refuses %j, which is no whole path', (location) => {
    expect(wrongIn({ ...emptyDraft, location })).toEqual(['location']);
  });

  it.each([
    ['', ''],
    ['a', 'a/'],
    ['/a/b/', 'a/b/'],
  ])('makes the prefix of %j: %j', (prefix, made) => {
    expect(readDraft({ ...s3, prefix }).request?.target).toMatchObject({ prefix: made });
  });

  it.each([
    ['endpoint', 'ftp://store.example'],
    ['region', ' '],
    ['bucket', 'Evidence'],
    ['prefix', 'a b/'],
    ['accessKeyId', ''],
    ['secretAccessKey', ''],
    ['authority', 'not a certificate'],
    ['proxy', 'proxy:8080'],
  ] as const)('names the field %s when it is wrong', (field, value) => {
    expect(wrongIn({ ...s3, [field]: value })).toEqual([field]);
    expect(readDraft({ ...s3, [field]: value }).request).toBeNull();
  });

  it('takes certificates one after the other', () => {
    const one = '-----BEGIN CERTIFICATE-----\nMIIB+/=\n-----END CERTIFICATE-----\n';
    expect(readDraft({ ...s3, authority: one + one }).request?.target).toMatchObject({ authority: (one + one).trim() });
  });
});
