import type { Actor, AuditEvent } from '#common/audit/index.ts';
import type { Dock, StationEvent } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { evidenceIdSchema, posterIdSchema, releaseIdSchema } from '#common/ids/index.ts';
import { withoutComparison, withoutStore } from '#core/cloud/index.ts';
import { type AgencyRooms, sealedId } from './agency.ts';
import { reviewOf } from './review.ts';
import type { AgencyCore, AgencyHealth, MediaObject } from './types.ts';

/** The rooms of an agency as the door sees them. */
export function agencyCore(rooms: AgencyRooms): AgencyCore {
  const { agency, catalog, vault, audit, people, jobs, ingest, projects, marks, renders, releases } = rooms;
  const training = agency.kind === 'training';

  const record = async (event: AuditEvent, actor: Actor): Promise<void> => {
    await catalog.commit({ actor, writes: [], events: [event] });
  };

  function refuseInTraining(): void {
    if (!training) return;
    throw new ExpectedError('not-allowed', 'The training agency only takes its own made-up footage.', {
      nextStep: 'Leave the practice and work in the department to offload real cameras.',
    });
  }

  return {
    agency,
    sessions: {
      signIn: (username, password) => people.authenticate(username, password),
      practise: (username) => {
        if (training) return people.practise(username);
        throw new ExpectedError('not-allowed', 'In a department everybody signs in with a password.');
      },
      cacheKey: rooms.cacheKey,
      signedOut: (account) => people.signOut(account),
    },
    people: {
      list: () => people.list(),
      create: (input, actor) => people.create(input, actor),
      change: (input, actor) => people.change(input, actor),
    },
    docks: {
      list: async () => {
        const { docks, watching } = await ingest.docks();
        if (training) return { docks: docks.map(trainingCard), watching: [] };
        return { docks: [...docks], watching: [...watching] };
      },
      files: (input) => {
        const { files, total } = ingest.files(input);
        return Promise.resolve({ files: [...files], total });
      },
      rescan: (dockId) => ingest.rescan(dockId),
      offload: (dockId, actor) => ingest.startOffload(dockId, actor),
      watchFolder: async (location, actor) => {
        refuseInTraining();
        await ingest.watchFolder(location, actor);
      },
      unwatchFolder: async (location, actor) => {
        refuseInTraining();
        await ingest.unwatchFolder(location, actor);
      },
      offloadPath: async (path, actor, options) => {
        refuseInTraining();
        const { items, ...counts } = await ingest.offloadPath(path, actor, options);
        const problems = items.flatMap(({ path: at, reason }) => (reason === null ? [] : [{ path: at, reason }]));
        return { ...counts, problems };
      },
    },
    library: {
      changes: async ({ since, limit }) => {
        const { changes, head } = await catalog.changes.since(since, limit);
        return { epoch: catalog.epoch, changes: [...changes], head };
      },
    },
    review: reviewOf(rooms),
    redaction: {
      open: (evidenceId, actor) => projects.open(evidenceId, actor),
      edit: (input, actor) => projects.edit(input, actor),
      branches: (projectId) => projects.branches(projectId),
      compare: (input) => projects.compare(input),
      branch: (input, actor) => projects.branch(input, actor),
      choose: (input, actor) => projects.choose(input, actor),
    },
    marks,
    renders: {
      start: (input, actor) => renders.start(input, actor),
      open: (renderId, actor) => renders.open(renderId, actor),
    },
    releases: {
      create: (input, actor) => releases.create(input, actor),
      open: (releaseId, actor) => releases.open(releaseId, actor),
    },
    jobs: {
      list: async () => ({ jobs: [...(await jobs.list())] }),
      pause: (jobId, actor) => jobs.pause(jobId, actor),
      resume: (jobId, actor) => jobs.resume(jobId, actor),
      cancel: (jobId, actor) => jobs.cancel(jobId, actor),
      finished: (jobId) => jobs.finished(jobId),
    },
    audit: {
      list: async ({ before, limit }) => {
        const entries = await catalog.audit.page(before, limit);
        return { entries: [...entries], head: (await catalog.audit.head()).seq };
      },
      verify: (actor) => audit.verify(actor),
      lastAnchorAt: () => audit.lastAnchorAt(),
      record,
      exportLines: () => audit.exportLines(),
    },
    store: rooms.cloud ?? withoutStore(),
    reconcile: rooms.reconcile ?? withoutComparison(),
    media: { open: (id) => openMedia(rooms, id) },
    async health(): Promise<AgencyHealth> {
      const { problems } = await catalog.integrity();
      return {
        partials: rooms.recovered.length,
        objects: (await vault.list()).length,
        catalogProblems: problems,
        audit: await audit.check(),
      };
    },
    onEvent: (listener) => listenTo(rooms, listener),
  };
}

async function openMedia({ vault, catalog, media }: AgencyRooms, text: string): Promise<MediaObject> {
  const id = sealedId(text);
  const release = releaseIdSchema.safeParse(id);
  if (release.success) {
    const found = await catalog.releases.get(release.data);
    if (found?.status.state !== 'ready')
      throw new ExpectedError('not-found', 'There is no such package.', { subject: text });
    return { reader: await vault.openReader(id), contentType: 'application/zip', fileName: found.status.fileName };
  }
  const evidence = evidenceIdSchema.safeParse(id);
  const original = evidence.success ? await media.contentType(evidence.data) : 'video/mp4';
  const contentType = posterIdSchema.safeParse(id).success ? 'image/jpeg' : original;
  return { reader: await vault.openReader(id), contentType, fileName: null };
}

/** Where the cards of the training agency lie is no place that anybody docked a camera at. */
function trainingCard(dock: Dock): Dock {
  return { ...dock, location: null };
}

/** Everything the rooms tell, in the words of the contract. */
function listenTo(rooms: AgencyRooms, listener: (event: StationEvent) => void): () => void {
  const { agency, catalog, ingest, jobs, audit, cloud } = rooms;
  const endings = [
    catalog.onHead((head) => listener({ kind: 'library.head', head })),
    jobs.onChange((job) => listener({ kind: 'job.changed', job })),
    audit.onAnchor((anchor) => listener({ kind: 'audit.anchored', at: anchor.at })),
    ingest.onDockChange((event) => {
      const shown = agency.kind === 'training' && event.kind === 'dock.changed';
      listener(shown ? { ...event, dock: trainingCard(event.dock) } : event);
    }),
    cloud?.onStatus((status) => listener({ kind: 'store.changed', status })) ?? (() => undefined),
  ];
  return () => {
    for (const end of endings) end();
  };
}
