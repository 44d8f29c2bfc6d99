import { describe, expect, it } from 'vitest';
import type { Whereabouts } from '#common/evidence/index.ts';
import { classify } from '#core/cloud/reconcile/classify.ts';
import type { Here, Pair, There, VaultLook } from '#core/cloud/reconcile/types.ts';
import { meanings } from '#core/cloud/reconcile/words.ts';
import { newId } from '#core/kernel/index.ts';

const id = newId('evidence');
const [plain, cipher, other] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];
const fileKey = new Uint8Array(32).fill(1);
const day = 24 * 60 * 60 * 1000;
const now = 100 * day;

const verified: Whereabouts = { state: 'verified', at: 1, ciphertextSha256: cipher, retainUntil: null };
const queued: Whereabouts = { state: 'queued', since: 1, attempts: 0, notBefore: null, error: null };
const cloudOnly: Whereabouts = { state: 'only-in-cloud', at: 1, ciphertextSha256: cipher };
const missing: Whereabouts = { state: 'missing', since: 1, reason: 'It was gone.' };

const whole: VaultLook = {
  state: 'good',
  plaintextSha256: plain,
  plaintextSize: 44,
  ciphertextSize: 100,
  fileKey,
  proved: false,
};
const gone: VaultLook = { state: 'absent' };
const harmed: VaultLook = { state: 'damaged', words: 'It has 5 bytes, not 100.' };

function here(where: Whereabouts | null, vault: VaultLook = whole, sha256: string | null = plain): Here {
  const placement = where === null ? null : { id, recordingId: null, name: 'a.mp4', sizeBytes: 100, where };
  const record = placement === null ? null : { placement, ordinal: 1, mismatches: 0 };
  return { known: { id, record, ordinal: 1, sha256, plaintextBytes: 44, recordingId: null, name: 'a.mp4' }, vault };
}

const opened = (changes: object = {}): There['manifest'] => ({
  state: 'opened',
  manifest: {
    format: 'plainview original',
    version: 1,
    sealedId: id,
    fileKey: Buffer.from(fileKey).toString('base64'),
    plaintextSha256: plain,
    plaintextSize: 44,
    ciphertextSha256: cipher,
    ciphertextSize: 100,
    madeAt: 1,
    belongsTo: { kind: 'nothing' },
    ...changes,
  },
});

const unreadable = { state: 'unreadable', words: 'It was changed.' } as const;
const newer = { state: 'not-understood' } as const;
const none = { state: 'absent' } as const;
const media = { sizeBytes: 100, modifiedAt: 0 };
const short = { sizeBytes: 99, modifiedAt: 0 };
const otherBytes = { same: false, reason: 'The store gave back other bytes.' } as const;

function there(changes: Partial<There> = {}): There {
  return { media, manifest: opened(), bytes: null, ...changes };
}
const neither = there({ media: null, manifest: none });

type Case = readonly [what: string, here: Here | null, there: There, expected: string | null];
const cases: readonly Case[] = [
  ['verified and there', here(verified), there(), null],
  ['queued and nowhere there', here(queued), neither, 'waiting calm null'],
  ['not placed yet', here(null), neither, 'waiting calm null'],
  ['on its way, the file there already', here(queued), there({ manifest: none }), 'waiting calm null'],
  ['queued and there in full', here(queued), there(), 'not-confirmed calm null'],
  ['missing as known, and there after all', here(missing), there(), 'not-confirmed attention send-again'],
  ['missing as known', here(missing), neither, 'lost-there serious send-again'],
  ['verified and gone', here(verified), neither, 'lost-there serious send-again'],
  ['its file gone', here(verified), there({ media: null }), 'media-lost serious send-again'],
  ['its manifest gone', here(verified), there({ manifest: none }), 'manifest-lost attention put-manifest'],
  ['missing, its manifest gone', here(missing), there({ manifest: none }), 'manifest-lost attention send-again'],
  [
    'its manifest gone, its file cut',
    here(verified),
    there({ manifest: none, media: short }),
    'media-differs serious send-again',
  ],
  ['its file cut', here(verified), there({ media: short }), 'media-differs serious send-again'],
  ['other bytes', here(verified), there({ bytes: otherBytes }), 'media-differs serious send-again'],
  [
    'a manifest of other bytes',
    here(verified),
    there({ manifest: opened({ ciphertextSha256: other }) }),
    'media-differs serious send-again',
  ],
  [
    'a manifest that does not open',
    here(verified),
    there({ manifest: unreadable }),
    'manifest-unreadable serious put-manifest',
  ],
  ['the same while it is sent', here(queued), there({ manifest: unreadable }), 'manifest-unreadable serious null'],
  [
    'the same when it is known as missing',
    here(missing),
    there({ manifest: unreadable }),
    'manifest-unreadable serious send-again',
  ],
  [
    'a manifest of another content',
    here(verified),
    there({ manifest: opened({ plaintextSha256: other }) }),
    'manifest-differs serious null',
  ],
  [
    'a manifest with another key',
    here(verified),
    there({ manifest: opened({ fileKey: 'AAAA' }) }),
    'manifest-differs serious null',
  ],
  ['a manifest of a newer program', here(verified), there({ manifest: newer }), 'unreadable attention null'],
  ['gone from the vault', here(verified, gone), there(), 'lost-here serious mark-in-cloud'],
  ['in the cloud alone', here(cloudOnly, gone), there(), 'only-in-cloud calm null'],
  ['gone from both', here(verified, gone), neither, 'nowhere serious null'],
  ['gone here, cut there', here(verified, gone), there({ media: short }), 'nowhere serious null'],
  ['in the cloud alone, and gone', here(cloudOnly, gone), neither, 'nowhere serious null'],
  [
    'in the cloud alone, of other bytes',
    here(cloudOnly, gone),
    there({ manifest: opened({ ciphertextSha256: other }) }),
    'nowhere serious null',
  ],
  [
    'gone here, a manifest of a newer program',
    here(verified, gone),
    there({ manifest: newer }),
    'unreadable attention null',
  ],
  ['damaged here', here(verified, harmed), there(), 'damaged-here serious restore'],
  ['damaged here, gone there', here(verified, harmed), neither, 'damaged-everywhere serious null'],
  [
    'damaged here, other bytes there',
    here(verified, harmed),
    there({ bytes: otherBytes }),
    'damaged-everywhere serious null',
  ],
  [
    'damaged here, the manifest of another file',
    here(verified, harmed, other),
    there(),
    'damaged-everywhere serious null',
  ],
  ['another file than the catalog says', here(verified, whole, other), there(), 'unreadable serious null'],
  [
    'a disk that does not give it',
    here(verified, { state: 'unreadable', words: 'It failed.' }),
    there(),
    'unreadable attention null',
  ],
  ['put there by another program', null, there(), 'arrival attention take-in'],
  ['the same with other bytes', null, there({ bytes: otherBytes }), 'media-differs serious null'],
  ['only its manifest', null, there({ media: null }), 'others-lost serious null'],
  ['a manifest nobody can open', null, there({ manifest: unreadable }), 'strange-manifest serious null'],
  ['a file without a manifest', null, there({ manifest: none }), 'orphan-media attention null'],
  [
    'the same, just put',
    null,
    there({ manifest: none, media: { sizeBytes: 1, modifiedAt: now - day / 2 } }),
    'orphan-media calm null',
  ],
];

describe('what is said of an original', () => {
  it.each(cases)('%s', (_, mine, theirs, expected) => {
    const pair: Pair = { name: 'n', here: mine, there: theirs, inVault: false };
    const verdict = classify(pair, now);
    expect(verdict === null ? null : `${verdict.kind} ${verdict.level} ${String(verdict.remedy)}`).toBe(expected);
    if (verdict !== null) expect(verdict.words).toMatch(/^[A-Z].*\.$/s);
  });

  it('never repairs what is somebody else’s or what this station does not have whole', () => {
    for (const [, mine, theirs] of cases) {
      const verdict = classify({ name: 'n', here: mine, there: theirs, inVault: false }, now);
      if (mine === null) expect([null, 'take-in']).toContain(verdict?.remedy ?? null);
      if (mine?.vault.state !== 'good') expect(['send-again', 'put-manifest']).not.toContain(verdict?.remedy);
    }
  });

  it('has a class, words and a level for every kind', () => {
    for (const { words, level, remedy } of Object.values(meanings)) {
      expect(words.length).toBeGreaterThan(20);
      if (level === 'calm') expect(remedy).toBeNull();
    }
  });
});
