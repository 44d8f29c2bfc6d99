import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '#common/access/index.ts';
import type { Actor, AuditEntry, AuditEvent } from '#common/audit/index.ts';
import type { Account, Agency, AgencyKind, StationEvent } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { Recording, RedactionProject } from '#common/evidence/index.ts';
import type { PosterId, RecordingId, SealedId } from '#common/ids/index.ts';
import { withoutComparison, withoutStore } from '#core/cloud/index.ts';
import { deriveKey, newId, randomBytes, silentLogger, systemClock } from '#core/kernel/index.ts';
import type { AgencyCore, Station } from '#core/station/index.ts';
import { createSealPool, openVault, type Vault } from '#core/vault/index.ts';

/** A station small enough for tests of what carries messages and bytes: people and rows in memory, bytes in a real vault. */
export type TransportStation = Station & {
  readonly cores: () => readonly TransportCore[];
  readonly remove: () => Promise<void>;
};
export type TransportCore = AgencyCore & {
  readonly vault: Vault;
  readonly folder: string;
  readonly evidence: { readonly id: SealedId; readonly bytes: Uint8Array };
  readonly poster: { readonly id: PosterId; readonly bytes: Uint8Array };
  readonly release: { readonly id: SealedId; readonly bytes: Uint8Array };
  readonly lines: AuditEntry[];
  readonly emit: (event: StationEvent) => void;
  /** Readers lent by `media.open` and not closed yet. */
  readonly openReaders: () => number;
};

const frames = { timeBase: { num: 1, den: 30 }, originTicks: 0, runs: [], frames: 1, lastDuration: 1, keyframes: [0] };

function absent(): never {
  throw new ExpectedError('not-found', 'There is no such thing here.');
}

async function createCore(kind: AgencyKind, folder: string, zone = 'America/New_York'): Promise<TransportCore> {
  await mkdir(folder, { recursive: true });
  const pool = createSealPool({
    entry: new URL('../../main/core/vault/seal-worker.ts', import.meta.url),
    logger: silentLogger,
    threads: 1,
  });
  const vault = openVault({ folder, vaultKey: randomBytes(32), sealPool: pool, clock: systemClock });
  const evidence = { id: newId('evidence'), bytes: randomBytes(3 * 1024 * 1024 + 4567) };
  const poster = { id: newId('poster'), bytes: randomBytes(20_000) };
  const release = { id: newId('release'), bytes: randomBytes(300_000) };
  for (const { id, bytes } of [evidence, poster, release]) await vault.sealBytes(id, bytes);
  const agency: Agency = { id: newId('agency'), kind, name: kind, zone };
  const cacheSecret = randomBytes(32);
  const accounts = new Map<string, { account: Account; password: string }>();
  const listeners = new Set<(event: StationEvent) => void>();
  const lines: AuditEntry[] = [];
  const recordingId: RecordingId = newId('recording');
  let readers = 0;
  let head = 1;
  let project: RedactionProject = {
    id: newId('project'),
    evidenceId: evidence.id,
    recordingId,
    version: 0,
    document: { tracks: [], mutes: [] },
    head: null,
    branches: [],
    changedAt: 0,
    changedBy: '',
  };

  const emit = (event: StationEvent): void => listeners.forEach((listener) => listener(event));
  const record = (event: AuditEvent, actor: Actor): Promise<void> => {
    const hash = '0'.repeat(64);
    lines.push({ seq: lines.length + 1, at: systemClock.now(), actor, event, previous: hash, hash });
    return Promise.resolve();
  };
  const recording: Recording = {
    id: recordingId,
    title: 'Front door',
    device: { id: 'cam', name: 'Camera' },
    profileId: 'generic',
    officer: null,
    start: { at: 0, precision: 'second', from: 'file-name', doubt: null },
    protectedOnCamera: false,
    preEvent: null,
    segments: [
      {
        evidenceId: evidence.id,
        index: 0,
        fileName: 'a.mp4',
        sourcePath: 'a.mp4',
        sha256: 'a'.repeat(64),
        sizeBytes: evidence.bytes.length,
        sealedAt: 0,
        readBack: 'cache',
        media: {
          state: 'ready',
          posterId: poster.id,
          proxyId: null,
          facts: {
            container: 'mp4',
            durationUs: 1,
            video: {
              codec: 'h264',
              width: 2,
              height: 2,
              rotation: 0,
              pixelAspect: 1,
              frames: 1,
              framesPerSecond: 30,
              variableRate: false,
            },
            audio: null,
            playsInBrowser: true,
          },
        },
      },
    ],
    sidecars: [],
    triggers: [],
    offloadedAt: 0,
    offloadedBy: 'nobody',
  };

  const add = (username: string, displayName: string, role: Role, password: string): Account => {
    if (accounts.has(username)) throw new ExpectedError('already-exists', 'This name is taken.');
    const account: Account = { id: newId('account'), username, displayName, role, active: true };
    accounts.set(username, { account, password });
    return account;
  };
  if (kind === 'training')
    for (const role of ['officer', 'supervisor', 'records', 'admin'] as const) add(role, role, role, '');

  const enter = async (account: Account): Promise<Account> => {
    await record({ kind: 'session.signed-in', accountId: account.id }, { kind: 'station' });
    return account;
  };

  return {
    agency,
    vault,
    folder,
    evidence,
    poster,
    release,
    lines,
    emit,
    openReaders: () => readers,
    sessions: {
      signIn: async (username, password) => {
        const known = accounts.get(username);
        if (known?.account.active !== true || known.password !== password) {
          await record({ kind: 'session.refused', username, reason: 'wrong' }, { kind: 'station' });
          throw new ExpectedError('wrong-credentials', 'The name or the password is wrong.');
        }
        return await enter(known.account);
      },
      practise: (username) => enter(accounts.get(username)?.account ?? absent()),
      cacheKey: (accountId) => deriveKey(cacheSecret, accountId),
      signedOut: (account) => record({ kind: 'session.signed-out', accountId: account.id }, { kind: 'station' }),
    },
    people: {
      list: () => Promise.resolve([...accounts.values()].map(({ account }) => account)),
      create: (input) => Promise.resolve(add(input.username, input.displayName, input.role, input.password)),
      change: (input) => {
        const known = [...accounts.values()].find(({ account }) => account.id === input.id) ?? absent();
        const { displayName, role, active } = known.account;
        known.account = {
          ...known.account,
          displayName: input.displayName ?? displayName,
          role: input.role ?? role,
          active: input.active ?? active,
        };
        known.password = input.password ?? known.password;
        return Promise.resolve(known.account);
      },
    },
    docks: {
      list: () => Promise.resolve({ docks: [], watching: [] }),
      files: () => Promise.resolve({ files: [], total: 0 }),
      rescan: absent,
      offload: absent,
      watchFolder: () => Promise.reject(new Error('The secret words of a bug: /srv/evidence/key')),
      unwatchFolder: absent,
      offloadPath: absent,
    },
    library: {
      changes: ({ since }) => {
        const changes =
          since < 1 && kind === 'training'
            ? [
                {
                  seq: 1,
                  kind: 'recording' as const,
                  id: recording.id,
                  value: { ...recording, segments: [...recording.segments] },
                },
              ]
            : [];
        return Promise.resolve({ epoch: agency.id, changes, head });
      },
    },
    review: {
      open: async (evidenceId, actor) => {
        if (!(await vault.has(evidenceId))) absent();
        await record({ kind: 'evidence.viewed', evidenceId, recordingId }, actor);
        return {
          mediaId: evidenceId,
          contentType: 'video/mp4',
          frames: { ...frames, surplus: 'never leaves the door' },
        };
      },
      mend: (evidenceId, actor) => record({ kind: 'proxy.wanted', evidenceId }, actor),
    },
    redaction: {
      open: () => Promise.resolve({ ...project, document: { tracks: [], mutes: [] } }),
      edit: ({ version, edits }) => {
        if (version !== project.version) throw new ExpectedError('stale-version', 'Somebody else was faster.');
        project = { ...project, version: version + edits.length };
        emit({ kind: 'library.head', head: ++head });
        return Promise.resolve({ version: project.version });
      },
      branches: absent,
      compare: absent,
      branch: absent,
      choose: absent,
    },
    marks: {
      setFacts: absent,
      addNote: absent,
      changeNote: absent,
      removeNote: absent,
      addMarker: absent,
      changeMarker: absent,
      removeMarker: absent,
      addReview: absent,
      history: absent,
    },
    renders: { start: absent, open: absent },
    releases: {
      create: absent,
      open: () => Promise.resolve({ mediaId: release.id, fileName: 'release.zip' }),
    },
    jobs: {
      list: () => Promise.resolve({ jobs: [] }),
      pause: absent,
      resume: absent,
      cancel: absent,
      finished: absent,
    },
    audit: {
      list: ({ limit }) => Promise.resolve({ entries: lines.toReversed().slice(0, limit), head: lines.length }),
      verify: () =>
        Promise.resolve({
          intact: true,
          entries: lines.length,
          head: null,
          brokenAt: null,
          reason: null,
          anchors: 0,
          lastAnchorAt: null,
        }),
      lastAnchorAt: () => Promise.resolve(null),
      record,
      exportLines: async function* () {
        for (const line of await Promise.resolve(lines)) yield JSON.stringify(line);
      },
    },
    store: withoutStore(),
    reconcile: withoutComparison(),
    media: {
      open: async (sealedId) => {
        const reader = await vault.openReader(sealedId as SealedId);
        readers++;
        let closed = false;
        return {
          reader: {
            size: reader.size,
            read: (position, length) => reader.read(position, length),
            close: async () => {
              if (!closed) readers--;
              closed = true;
              await reader.close();
            },
          },
          contentType:
            sealedId === poster.id ? 'image/jpeg' : sealedId === release.id ? 'application/zip' : 'video/mp4',
          fileName: sealedId === release.id ? 'Front door – réleased.zip' : null,
        };
      },
    },
    health: absent,
    onEvent: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => {
      await pool.close();
    },
  } as TransportCore & { close: () => Promise<void> };
}

/** Opens the station in a temporary folder. */
export async function openTransportStation(): Promise<TransportStation> {
  const folder = await mkdtemp(join(tmpdir(), 'plainview-transport-'));
  const training = await createCore('training', join(folder, 'training'));
  const cores: TransportCore[] = [training];
  const station = {
    version: '0.0.0',
    training,
    department: null as TransportCore | null,
    status: async () => ({
      version: '0.0.0',
      department: station.department === null ? null : { name: 'department' },
      training: {
        name: 'training',
        people: (await training.people.list()).map(({ username, displayName, role }) => ({
          username,
          displayName,
          role,
        })),
      },
      keysKeptBy: 'a test',
    }),
    createDepartment: async (input: Parameters<Station['createDepartment']>[0], actor: Actor) => {
      if (station.department !== null) throw new ExpectedError('already-exists', 'There is a department already.');
      const core = await createCore('department', join(folder, 'department'), input.zone);
      cores.push(core);
      station.department = core;
      const { username, displayName, password } = input.admin;
      return { core, account: await core.people.create({ username, displayName, password, role: 'admin' }, actor) };
    },
    cores: () => cores,
    close: async () => {
      for (const core of cores as (TransportCore & { close: () => Promise<void> })[]) await core.close();
    },
    remove: async () => {
      await station.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return station;
}
