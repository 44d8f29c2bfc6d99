import type { FindingClass, FindingKind, FindingLevel, Remedy } from '#common/contract/index.ts';

type Meaning = {
  readonly class: FindingClass;
  readonly level: FindingLevel;
  readonly words: string;
  readonly remedy: Remedy | null;
};

/** What each finding means: its class, how serious it is, what a person reads, and what puts it right. */
export const meanings: Readonly<Record<FindingKind, Meaning>> = {
  'not-confirmed': {
    class: 'same',
    level: 'calm',
    words: 'The store has it whole. This station has not read it back itself yet.',
    remedy: null,
  },
  waiting: {
    class: 'missing-there',
    level: 'calm',
    words: 'It waits here for its turn to be sent.',
    remedy: null,
  },
  'lost-there': {
    class: 'missing-there',
    level: 'serious',
    words: 'It was verified in the store and is gone from there: file and manifest. This station has it.',
    remedy: 'send-again',
  },
  'media-lost': {
    class: 'missing-there',
    level: 'serious',
    words: 'Its file is gone from the store; only the manifest is there. This station has it.',
    remedy: 'send-again',
  },
  'manifest-lost': {
    class: 'missing-there',
    level: 'attention',
    words: 'Its file is in the store, its manifest is gone: no other station could open it.',
    remedy: 'put-manifest',
  },
  'others-lost': {
    class: 'missing-there',
    level: 'serious',
    words: 'Somebody else put it there. Its manifest is in the store, its file is gone, and this station never had it.',
    remedy: null,
  },
  'upload-left': {
    class: 'missing-there',
    level: 'attention',
    words: 'An upload was begun and nobody goes on with it.',
    remedy: 'give-up',
  },
  'only-in-cloud': {
    class: 'missing-here',
    level: 'calm',
    words: 'It is kept in the store alone.',
    remedy: null,
  },
  'lost-here': {
    class: 'missing-here',
    level: 'serious',
    words: 'Its sealed file is gone from the vault of this station. The store has it.',
    remedy: 'mark-in-cloud',
  },
  arrival: {
    class: 'missing-here',
    level: 'attention',
    words: 'Another program put it into the store. This station does not have it in its library.',
    remedy: 'take-in',
  },
  'catalog-misses': {
    class: 'missing-here',
    level: 'attention',
    words: 'Vault and store have it, but it is not in the library: the catalog may have been restored from a backup.',
    remedy: 'take-in',
  },
  'media-differs': {
    class: 'different',
    level: 'serious',
    words: 'The file in the store is not what was put there. What this station has is whole.',
    remedy: 'send-again',
  },
  'manifest-unreadable': {
    class: 'different',
    level: 'serious',
    words: 'Its manifest in the store does not open.',
    remedy: 'put-manifest',
  },
  'manifest-differs': {
    class: 'different',
    level: 'serious',
    words:
      'Its manifest in the store is sealed with the key of this department and tells of another file than this one.',
    remedy: null,
  },
  'damaged-here': {
    class: 'different',
    level: 'serious',
    words: 'The sealed file of this station is damaged. The store has it.',
    remedy: 'restore',
  },
  'damaged-everywhere': {
    class: 'different',
    level: 'serious',
    words:
      'The sealed file of this station is damaged, and the store does not have it whole either. Keep both as they are.',
    remedy: null,
  },
  nowhere: {
    class: 'error',
    level: 'serious',
    words: 'Neither the vault of this station nor the store has it. Look for a backup of the vault or of the store.',
    remedy: null,
  },
  unreadable: {
    class: 'error',
    level: 'attention',
    words: 'It could not be compared.',
    remedy: null,
  },
  'orphan-media': {
    class: 'error',
    level: 'attention',
    words: 'A sealed file without a manifest that this station does not know. It is left as it is.',
    remedy: null,
  },
  'strange-manifest': {
    class: 'error',
    level: 'serious',
    words: 'A manifest that this station does not know and that does not open. It is left as it is.',
    remedy: null,
  },
  foreign: {
    class: 'error',
    level: 'attention',
    words: 'Something that no Plainview puts there. It is left as it is.',
    remedy: null,
  },
  'unknown-here': {
    class: 'error',
    level: 'attention',
    words: 'A sealed original in the vault that neither the catalog nor the store knows. It is left as it is.',
    remedy: null,
  },
};
