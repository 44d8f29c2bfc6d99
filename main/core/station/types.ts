import type { Actor, AuditEvent } from '#common/audit/index.ts';
import type { Account, Agency, AuditReport, ParsedRequestOf, ReplyOf, StationEvent } from '#common/contract/index.ts';
import type { Job, JobProgress } from '#common/evidence/index.ts';
import type { AccountId, JobId } from '#common/ids/index.ts';
import type { Marks } from '#core/changes/index.ts';
import type { Outstanding } from '#core/cloud/index.ts';
import type { Clock, Logger, ProcessSpawner, SecretStore, WorkerEntries } from '#core/kernel/index.ts';

/** What a shell supplies to open a station. Everything that differs between shells is here. */
export type StationOptions = {
  readonly dataDir: string;
  readonly entries: WorkerEntries;
  readonly spawner: ProcessSpawner;
  /** The store that keeps the keys of the agency in this folder. */
  readonly secretStore: (agencyFolder: string) => Promise<SecretStore>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
  /** The folder with device profiles, policy packs and the training agency. */
  readonly assetsDir: string;
};

/** Random access to the plaintext of something sealed. No byte leaves before it was authenticated. */
export interface MediaReader {
  /** Bytes of plaintext. */
  readonly size: number;
  /** Up to `length` bytes from `position`; fewer at the end, none beyond it. Throws `tampered`. */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Something sealed, opened for the media door. Whoever opened it closes the reader. */
export type MediaObject = {
  readonly reader: MediaReader;
  /** `video/mp4`, `image/jpeg`, … */
  readonly contentType: string;
  /** The name a download gets; null for what is only looked at. */
  readonly fileName: string | null;
};

/** What became of an offload from the command line. */
export type OffloadReport = {
  readonly sealed: number;
  /** Already in the vault. */
  readonly known: number;
  readonly damaged: number;
  /** Files that were not read, or not sealed, with the reason. */
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
  readonly bytes: number;
};

/** How one agency's stores are, for `doctor`. */
export type AgencyHealth = {
  readonly partials: number;
  readonly objects: number;
  readonly catalogProblems: readonly string[];
  readonly audit: AuditReport;
};

/** One agency: its people, its evidence and everything that can be done with it. Never reaches another agency. */
export interface AgencyCore {
  readonly agency: Agency;

  readonly sessions: {
    /** Checks the password. Writes `session.signed-in` or `session.refused`. Throws `wrong-credentials`, `account-locked`. */
    signIn(username: string, password: string): Promise<Account>;
    /** Training alone: enters as a made-up person. Writes `session.signed-in`. Throws `not-found`; `not-allowed` in a department. */
    practise(username: string): Promise<Account>;
    /** The key that seals what this person's page keeps: 32 bytes, the same at every sign-in. */
    cacheKey(accountId: AccountId): Uint8Array;
    /** Writes `session.signed-out`. */
    signedOut(account: Account): Promise<void>;
  };

  readonly people: {
    list(): Promise<readonly Account[]>;
    create(input: ParsedRequestOf<'people.create'>, actor: Actor): Promise<Account>;
    change(input: ParsedRequestOf<'people.change'>, actor: Actor): Promise<Account>;
  };

  readonly docks: {
    list(): Promise<ReplyOf<'dock.list'>>;
    files(input: ParsedRequestOf<'dock.files'>): Promise<ReplyOf<'dock.files'>>;
    rescan(dockId: ParsedRequestOf<'dock.rescan'>['dockId']): Promise<void>;
    offload(dockId: ParsedRequestOf<'dock.offload'>['dockId'], actor: Actor): Promise<JobId>;
    watchFolder(location: string, actor: Actor): Promise<void>;
    unwatchFolder(location: string, actor: Actor): Promise<void>;
    /** Offloads one folder or file to its end, for the command line. Throws expected errors for a path that cannot be read. */
    offloadPath(
      path: string,
      actor: Actor,
      options: { readonly signal: AbortSignal; readonly onProgress: (progress: JobProgress) => void },
    ): Promise<OffloadReport>;
  };

  readonly library: {
    changes(input: ParsedRequestOf<'library.changes'>): Promise<ReplyOf<'library.changes'>>;
  };

  readonly review: {
    /** Writes `evidence.viewed`. Throws `not-found`, `not-ready`. The door grants `mediaId` to the session afterwards. */
    open(evidenceId: ParsedRequestOf<'review.open'>['evidenceId'], actor: Actor): Promise<ReplyOf<'review.open'>>;
    /** Writes `proxy.wanted`. Throws `not-found`, `not-ready`, `conflict`. */
    mend(evidenceId: ParsedRequestOf<'review.mend'>['evidenceId'], actor: Actor): Promise<void>;
  };

  readonly redaction: {
    open(evidenceId: ParsedRequestOf<'redaction.open'>['evidenceId'], actor: Actor): Promise<ReplyOf<'redaction.open'>>;
    edit(input: ParsedRequestOf<'redaction.edit'>, actor: Actor): Promise<ReplyOf<'redaction.edit'>>;
    branches(projectId: ParsedRequestOf<'redaction.branches'>['projectId']): Promise<ReplyOf<'redaction.branches'>>;
    compare(input: ParsedRequestOf<'redaction.compare'>): Promise<ReplyOf<'redaction.compare'>>;
    /** Writes `redaction.branched`. */
    branch(input: ParsedRequestOf<'redaction.branch'>, actor: Actor): Promise<ReplyOf<'redaction.branch'>>;
    /** Writes `redaction.chosen`. Throws `stale-version` when other versions are there than were looked at. */
    choose(input: ParsedRequestOf<'redaction.choose'>, actor: Actor): Promise<ReplyOf<'redaction.choose'>>;
  };

  /** What people say of recordings. Each change has its own line in the log. */
  readonly marks: Marks;

  readonly renders: {
    start(input: ParsedRequestOf<'render.start'>, actor: Actor): Promise<ReplyOf<'render.start'>>;
    /** Writes `render.viewed`. Throws `not-passed`. */
    open(renderId: ParsedRequestOf<'render.open'>['renderId'], actor: Actor): Promise<ReplyOf<'render.open'>>;
  };

  readonly releases: {
    create(input: ParsedRequestOf<'release.create'>, actor: Actor): Promise<ReplyOf<'release.create'>>;
    /** Writes `release.downloaded`. Throws `not-ready`. */
    open(releaseId: ParsedRequestOf<'release.open'>['releaseId'], actor: Actor): Promise<ReplyOf<'release.open'>>;
  };

  readonly jobs: {
    list(): Promise<ReplyOf<'jobs.list'>>;
    pause(jobId: JobId, actor: Actor): Promise<void>;
    resume(jobId: JobId, actor: Actor): Promise<void>;
    cancel(jobId: JobId, actor: Actor): Promise<void>;
    /** Resolves when it is done, failed, parked or cancelled. */
    finished(jobId: JobId): Promise<Job>;
  };

  readonly audit: {
    list(input: ParsedRequestOf<'audit.list'>): Promise<ReplyOf<'audit.list'>>;
    /** Checks the whole chain and its anchors. Writes `audit.verified`. */
    verify(actor: Actor): Promise<AuditReport>;
    lastAnchorAt(): Promise<number | null>;
    /** Writes one line by itself: for refusals at the door. */
    record(event: AuditEvent, actor: Actor): Promise<void>;
    /** The whole log for outsiders, oldest first, one JSON text a line (without the line end). */
    exportLines(): AsyncIterable<string>;
  };

  /** The department's store. Training has none and refuses what would make or change one. */
  readonly store: {
    status(): Promise<ReplyOf<'store.status'>>;
    /** Writes `store.probed`. */
    probe(input: ParsedRequestOf<'store.probe'>, actor: Actor): Promise<ReplyOf<'store.probe'>>;
    /** Writes `store.connected`. Throws `already-exists` while another is in use, `key-wrong` for a wrong recovery secret. */
    connect(input: ParsedRequestOf<'store.connect'>, actor: Actor): Promise<ReplyOf<'store.connect'>>;
    /** Writes `store.secret-shown`. Throws `not-found` once it was confirmed. */
    recoverySecret(actor: Actor): Promise<ReplyOf<'store.recoverySecret'>>;
    /** Writes `store.secret-confirmed`. Throws `key-wrong`. */
    confirmRecovery(input: ParsedRequestOf<'store.confirmRecovery'>, actor: Actor): Promise<void>;
    /** Writes `store.disconnected`. Which originals lie in the store is forgotten; the store keeps them. */
    disconnect(input: ParsedRequestOf<'store.disconnect'>, actor: Actor): Promise<void>;
    setLimits(limits: ParsedRequestOf<'store.setLimits'>, actor: Actor): Promise<void>;
    setRetention(input: ParsedRequestOf<'store.setRetention'>, actor: Actor): Promise<void>;
    pause(actor: Actor): Promise<void>;
    resume(actor: Actor): Promise<void>;
    /** Writes `recording.pinned`; the fetching is a job. Throws `not-found`, `conflict`. */
    pin(input: ParsedRequestOf<'store.pin'>, actor: Actor): Promise<void>;
    /** Writes `recording.unpinned`. */
    unpin(input: ParsedRequestOf<'store.unpin'>, actor: Actor): Promise<void>;
    setCache(limits: ParsedRequestOf<'store.setCache'>, actor: Actor): Promise<void>;
    /** What is not verified in the store, or not told to other stations yet. For the command line. */
    outstanding(): Promise<Outstanding>;
    queue(input: ParsedRequestOf<'store.queue'>): Promise<ReplyOf<'store.queue'>>;
    sendFirst(input: ParsedRequestOf<'store.sendFirst'>): Promise<void>;
  };

  /** Comparing vault, catalog and store. Training has no store and refuses. */
  readonly reconcile: {
    status(): Promise<ReplyOf<'reconcile.status'>>;
    findings(input: ParsedRequestOf<'reconcile.findings'>): Promise<ReplyOf<'reconcile.findings'>>;
    /** Writes `reconcile.started`. Throws `not-ready` without a store, `conflict` while a comparison runs. */
    start(input: ParsedRequestOf<'reconcile.start'>, actor: Actor): Promise<Job>;
    /** Writes `reconcile.repair-started`. Throws `not-found` when there is nothing to repair. */
    repair(actor: Actor): Promise<Job>;
  };

  readonly media: {
    /** Opens something sealed by its id. Throws `not-found` and `tampered`. Does not ask who wants it: the door did. */
    open(sealedId: string): Promise<MediaObject>;
  };

  /** For `doctor`: looks and changes nothing. */
  health(): Promise<AgencyHealth>;

  /** Everything this agency tells by itself. Returns what ends the listening. */
  onEvent(listener: (event: StationEvent) => void): () => void;
}

/** A running station: a department when there is one, and the training agency. */
export interface Station {
  readonly version: string;
  status(): Promise<ReplyOf<'station.status'>>;
  /** Null before first-run set-up. */
  readonly department: AgencyCore | null;
  readonly training: AgencyCore;
  /** First run. Writes `agency.created` and `person.created`. Throws `already-exists` when there is a department. */
  createDepartment(
    input: ParsedRequestOf<'setup.department'>,
    actor: Actor,
  ): Promise<{ readonly core: AgencyCore; readonly account: Account }>;
  /** Stops jobs, anchors, closes everything. Safe to repeat. */
  close(): Promise<void>;
}
