import { createHash } from 'node:crypto';
import { type AuditEntry, type AuditEvent, canonicalEntryText, chainStart } from '#common/audit/index.ts';
import type { Account, Change, Dock, DockFile, Session } from '#common/contract/index.ts';
import type { DamagedItem, Job, RedactionProject, Release, Render, Verdict } from '#common/evidence/index.ts';
import { type Recording, recordingSchema } from '#common/evidence/index.ts';
import { type IdKind, idFromBytes } from '#common/ids/index.ts';

/** When the scripted station believes it is: Mon 23 Nov 2026, 14:00 in New York. */
export const scriptedNow = Date.UTC(2026, 10, 23, 19, 0, 0);
const minute = 60_000;
const hour = 60 * minute;

export function sha(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The same id for the same name, every time. */
export function id<K extends IdKind>(kind: K, name: string): ReturnType<typeof idFromBytes<K>> {
  return idFromBytes(kind, createHash('sha256').update(`${kind}/${name}`).digest());
}

const officers = ['R. Okafor', 'M. Delgado', 'J. Petrov', 'A. Lindqvist', 'T. Whitehorse', 'S. Amari', 'C. Novak'];
const calls = [
  'Traffic stop, Route 7',
  'Welfare check, Elm Street',
  'Shoplifting, Fairview Plaza',
  'Noise complaint, Harbor Court',
  'Vehicle collision, 4th and Main',
  'Domestic call, Birch Lane',
  'School visit, Millbrook Middle',
  'Alarm, First Federal',
];
const kindsOfTrigger = ['button', 'holster', 'light-bar', 'door', 'dispatch', 'radar-lock'];

export function account(name: string, displayName: string, role: Account['role']): Account {
  return { id: id('account', name), username: name, displayName, role, active: true };
}

export const people: readonly Account[] = [
  account('dwhitfield', 'Dana Whitfield', 'admin'),
  account('rokafor', 'Rosalind Okafor', 'officer'),
  account('mdelgado', 'Miguel Delgado', 'officer'),
  account('ltran', 'Sgt. Linh Tran', 'supervisor'),
  account('pmoreau', 'Paula Moreau', 'records'),
  { ...account('jpetrov', 'Jon Petrov', 'officer'), active: false },
];

export function sessionOf(person: Account, kind: 'department' | 'training'): Session {
  return {
    agency: {
      id: id('agency', kind),
      kind,
      name: kind === 'training' ? 'Cedar Falls Training Agency' : 'Millbrook Police Department',
      zone: 'America/New_York',
    },
    account: person,
  };
}

/** Recording number `n` of the library, newest first; every odd thing of the library occurs among the first thirty. */
export function recording(n: number, posters: number): Recording {
  const device = `BWC-${String((n % 17) + 1).padStart(2, '0')}`;
  const at = scriptedNow - n * 97 * minute - (n % 7) * 13_000;
  const segments = n % 9 === 4 ? 3 : 1;
  const broken = n === 11;
  return recordingSchema.parse({
    id: id('recording', String(n)),
    title: `${calls[n % calls.length]} ${n % 3 === 0 ? '' : `#${26_000 + n}`}`.trim(),
    device: { id: device.toLowerCase(), name: device },
    profileId: n % 5 === 0 ? 'axis-w1xx' : 'motorola-v300',
    officer: n % 13 === 6 ? null : officers[n % officers.length],
    start: {
      at,
      precision: n % 5 === 1 ? 'minute' : 'second',
      from: n % 13 === 6 ? 'file-date' : 'file-name',
      doubt: n === 6 ? 'The camera says 2017. Its clock was probably reset when the battery ran flat.' : null,
    },
    protectedOnCamera: n % 8 === 2,
    preEvent: n % 2 === 0 ? { microseconds: 30_000_000, silent: true } : null,
    segments: Array.from({ length: segments }, (_, index) => ({
      evidenceId: id('evidence', `${n}.${index}`),
      index,
      fileName: `${device}_20261123_${n}_${index}.mp4`,
      sourcePath: `DCIM/100MEDIA/${device}_20261123_${n}_${index}.mp4`,
      sha256: sha(`segment ${n}.${index}`),
      sizeBytes: 48_000_000 + n * 1_300_000,
      sealedAt: at + 5 * hour,
      readBack: n % 4 === 3 ? 'cache' : 'device',
      media: broken
        ? { state: 'unplayable', reason: 'The video track ends in the middle of a frame and no frame can be decoded.' }
        : n === 0
          ? { state: 'waiting' }
          : n === 1
            ? { state: 'making-proxy', facts: facts(n) }
            : {
                state: 'ready',
                facts: facts(n),
                posterId: posters > 0 && n % 19 !== 18 ? id('poster', String(n % posters)) : null,
                proxyId: n % 10 === 5 ? id('proxy', String(n)) : null,
              },
    })),
    sidecars:
      n % 5 === 0
        ? [
            {
              sidecarId: id('sidecar', String(n)),
              fileName: `${device}_${n}_gpstrail.json`,
              kind: 'gps',
              sha256: sha(`sidecar ${n}`),
              sizeBytes: 18_300,
            },
          ]
        : [],
    triggers: Array.from({ length: n % 4 }, (_, k) => ({
      time: new Date(at + k * 41_000).toISOString(),
      kind: kindsOfTrigger[(n + k) % kindsOfTrigger.length],
      source: k === 0 ? device : `Cruiser ${(n % 8) + 1}`,
      value: 'on',
    })),
    offloadedAt: at + 5 * hour,
    offloadedBy: 'rokafor',
  });
}

function facts(n: number) {
  return {
    container: 'mov,mp4',
    durationUs: (70 + ((n * 53) % 2400)) * 1_000_000,
    video: {
      codec: n % 10 === 5 ? 'hevc' : 'h264',
      width: 1920,
      height: 1080,
      rotation: 0,
      pixelAspect: 1,
      frames: 30 * (70 + ((n * 53) % 2400)),
      framesPerSecond: 29.97,
      variableRate: n % 6 === 1,
    },
    audio: { codec: 'aac', sampleRate: 48_000, channels: 1 },
    playsInBrowser: n % 10 !== 5,
  };
}

export function damagedItem(n: number): DamagedItem {
  const reasons = [
    'The file is empty. The card was probably pulled while the camera was writing.',
    'The index at the end of the file is missing, so it cannot be played. The recording was not closed.',
    'This is a text file with the name of a video.',
  ];
  return {
    id: id('damaged', String(n)),
    fileName: `01F4999902007041602323${500 + n}.asf`,
    sourcePath: `VIDEO/01F4999902007041602323${500 + n}.asf`,
    device: { id: 'car-03', name: 'Cruiser 3' },
    profileId: 'digital-ally-dvm500',
    sizeBytes: n % 2 === 0 ? 0 : 1_204_224,
    sha256: sha(`damaged ${n}`),
    reason: reasons[n % reasons.length] ?? '',
    keptAt: scriptedNow - n * 3 * hour,
  };
}

const document: RedactionProject['document'] = {
  tracks: [
    {
      id: id('track', 'face'),
      name: 'Face, bystander',
      style: { kind: 'solid' },
      range: { first: 120, last: 842 },
      keyframes: [{ frame: 120, box: { x: 400, y: 200, width: 120, height: 160 } }],
    },
    {
      id: id('track', 'plate'),
      name: 'Number plate',
      style: { kind: 'pixelate', block: 24 },
      range: { first: 0, last: 310 },
      keyframes: [{ frame: 0, box: { x: 900, y: 600, width: 200, height: 80 } }],
    },
  ],
  mutes: [{ id: id('mute', 'name'), name: 'Name of a child', range: { first: 400, last: 460 } }],
};

export function project(n: number, of: Recording): RedactionProject {
  return {
    id: id('project', String(n)),
    evidenceId: of.segments[0]?.evidenceId ?? id('evidence', 'none'),
    recordingId: of.id,
    version: 7 + n,
    document,
    head: null,
    branches: [],
    changedAt: scriptedNow - n * hour,
    changedBy: 'pmoreau',
  };
}

const checkNames = [
  'streams',
  'boxes',
  'tags',
  'frame-count',
  'frame-times',
  'coverage',
  'picture',
  'silence',
  'sound',
] as const;
const checkDetails: Readonly<Record<(typeof checkNames)[number], string>> = {
  streams: 'One H.264 picture and one AAC sound stream',
  boxes: 'Only the boxes a plain MP4 needs',
  tags: 'None found',
  'frame-count': '2,098 of 2,098 frames',
  'frame-times': 'Every frame within half a tick',
  coverage: '1,034 regions in 1,034 frames',
  picture: 'Lowest likeness outside the masks 41.2 dB',
  silence: '61 frames of sound below −90 dB',
  sound: 'The rest of the sound is the original’s, in step with the picture',
};

export function verdict(failing: (typeof checkNames)[number] | null, n: number): Verdict {
  return {
    passed: failing === null,
    checkedAt: scriptedNow - n * hour,
    sha256: sha(`render ${n}`),
    sizeBytes: 31_400_000,
    frames: 2098,
    regions: 1034,
    checks: checkNames.map((name) => ({
      name,
      passed: name !== failing,
      detail:
        name === failing ? 'The mask “Face, bystander” leaves 14 × 160 pixels of its region open' : checkDetails[name],
      frame: name === failing ? 611 : null,
    })),
  };
}

export function render(n: number, of: RedactionProject, status: Render['status']): Render {
  return {
    id: id('render', String(n)),
    projectId: of.id,
    evidenceId: of.evidenceId,
    recordingId: of.recordingId,
    projectVersion: of.version,
    operation: of.head,
    document: of.document,
    status,
    startedAt: scriptedNow - n * hour,
    startedBy: 'pmoreau',
  };
}

export function release(n: number, of: Render, status: Release['status']): Release {
  return {
    id: id('release', String(n)),
    renderId: of.id,
    recordingId: of.recordingId,
    requester: n === 0 ? 'Millbrook Courier' : 'Public Defender’s Office',
    reason: 'Records request 2026-114 of 18 Nov 2026; R.C. 149.43(A)(17)(l) for the bystander',
    status,
    createdAt: scriptedNow - (n + 1) * 2 * hour,
    createdBy: 'pmoreau',
  };
}

export function dock(name: string, rest: Partial<Dock>): Dock {
  return {
    id: id('dock', name),
    kind: 'volume',
    location: `/media/${name.toLowerCase()}`,
    label: name,
    profile: { id: 'motorola-v300', name: 'Motorola V300 export' },
    device: { id: name.toLowerCase(), name },
    state: 'ready',
    problem: null,
    counts: { fresh: 0, known: 0, damaged: 0, refused: 0, other: 0 },
    freshBytes: 0,
    clockDoubt: null,
    jobId: null,
    ...rest,
  };
}

export function dockFile(n: number): DockFile {
  const state = n % 50 === 7 ? 'damaged' : n % 97 === 3 ? 'refused' : n % 5 === 0 ? 'known' : 'fresh';
  return {
    path: `DCIM/100MEDIA/OkaforRosalind_202611${String(20 - Math.floor(n / 4000)).padStart(2, '0')}_BWC-07-${String(n).padStart(5, '0')}.mp4`,
    sizeBytes: state === 'damaged' ? 0 : 12_000_000 + n * 1024,
    state,
    reason:
      state === 'damaged'
        ? 'Empty: the card was pulled while the camera was writing'
        : state === 'refused'
          ? 'A link that leads out of the camera’s storage is not followed'
          : null,
    startedAt: scriptedNow - n * 6 * minute,
  };
}

export function job(name: string, rest: Partial<Job>): Job {
  return {
    id: id('job', name),
    kind: 'offload',
    title: name,
    state: 'running',
    progress: null,
    error: null,
    attempts: 1,
    createdAt: scriptedNow - 4 * minute,
    createdBy: 'rokafor',
    finishedAt: null,
    ...rest,
  };
}

/** An audit log of any length with a true chain. */
export function auditLog(length: number): readonly AuditEntry[] {
  const entries: AuditEntry[] = [];
  let previous = chainStart;
  for (let n = 0; n < length; n++) {
    const entry = {
      seq: n + 1,
      at: scriptedNow - (length - n) * 9 * minute,
      actor:
        n % 6 === 0
          ? ({ kind: 'station' } as const)
          : n % 31 === 5
            ? ({ kind: 'command-line', osUser: 'dana' } as const)
            : ({ kind: 'account', accountId: id('account', 'rokafor'), username: 'rokafor', role: 'officer' } as const),
      event: auditEvent(n),
      previous,
    };
    const hash = sha(canonicalEntryText(entry));
    entries.push({ ...entry, hash });
    previous = hash;
  }
  return entries;
}

function auditEvent(n: number): AuditEvent {
  const original = { sha256: sha(`a${n}`), sizeBytes: 1, sourcePath: `DCIM/100MEDIA/BWC-07_${n}.mp4`, dock: 'BWC-07' };
  const events: readonly AuditEvent[] = [
    { kind: 'station.started', version: '0.1.0' },
    { kind: 'session.signed-in', accountId: id('account', 'rokafor') },
    {
      kind: 'evidence.sealed',
      evidenceId: id('evidence', `${n}.0`),
      recordingId: id('recording', String(n)),
      readBack: 'device',
      ...original,
    },
    { kind: 'evidence.viewed', evidenceId: id('evidence', `${n}.0`), recordingId: id('recording', String(n)) },
    { kind: 'evidence.damaged', damagedId: id('damaged', '1'), reason: 'The file is empty.', ...original },
    { kind: 'session.refused', username: 'jpetrov', reason: 'the account is closed' },
    {
      kind: 'release.created',
      releaseId: id('release', '0'),
      renderId: id('render', '0'),
      requester: 'Millbrook Courier',
      reason: 'Records request 2026-114',
      sha256: sha('x'),
    },
    { kind: 'audit.verified', entries: n, intact: true },
  ];
  return events[n % events.length] ?? { kind: 'station.stopped' };
}

/** Numbers things in the order given, as the core's change feed does. */
export function changes(
  items: readonly { readonly kind: Change['kind']; readonly value: { readonly id: string } }[],
): readonly Change[] {
  return items.map(({ kind, value }, index) => ({ seq: index + 1, kind, id: value.id, value }) as Change);
}
