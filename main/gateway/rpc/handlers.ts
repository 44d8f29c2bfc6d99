import type { MethodName, ParsedRequestOf, ReplyOf } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { Station } from '#core/station/index.ts';
import type { EventHub } from '../events/index.ts';
import { type ActiveSession, type Sessions, sessionView } from '../session/index.ts';

/** What every handler may use. */
export type Door = { readonly station: Station; readonly sessions: Sessions; readonly events: EventHub };

/** Methods that need nobody signed in. The contract says the same; a test compares them. */
export type OpenMethod =
  | 'station.status'
  | 'setup.department'
  | 'session.signIn'
  | 'session.practise'
  | 'session.current';

type OpenHandlers = {
  readonly [M in OpenMethod]: (params: ParsedRequestOf<M>, clientId: string) => Promise<ReplyOf<M>>;
};
type SessionHandlers = {
  readonly [M in Exclude<MethodName, OpenMethod>]: (
    params: ParsedRequestOf<M>,
    session: ActiveSession,
  ) => Promise<ReplyOf<M>>;
};

/** The calls a client can make before anybody signed in there. */
export function openHandlers({ station, sessions, events }: Door): OpenHandlers {
  return {
    'station.status': () => station.status(),
    'setup.department': async (params, clientId) => {
      const { core, account } = await station.createDepartment(params, { kind: 'station' });
      events.watch(core);
      return sessionView(await sessions.start(clientId, core, account));
    },
    'session.signIn': async ({ username, password }, clientId) => {
      const core = station.department;
      if (core === null) {
        throw new ExpectedError('not-ready', 'This station has no department yet.', {
          nextStep: 'Set up the department first, or practise with the training agency.',
        });
      }
      const account = await core.sessions.signIn(username, password);
      events.watch(core);
      return sessionView(await sessions.start(clientId, core, account));
    },
    'session.practise': async ({ username }, clientId) => {
      const core = station.training;
      const account = await core.sessions.practise(username);
      events.watch(core);
      return sessionView(await sessions.start(clientId, core, account));
    },
    'session.current': (_params, clientId) => {
      const session = sessions.get(clientId);
      return Promise.resolve({ session: session === null ? null : sessionView(session) });
    },
  };
}

/** The calls of somebody signed in: each reaches the agency of that session and no other. */
export function sessionHandlers({ sessions }: Door): SessionHandlers {
  return {
    'session.signOut': async (_params, { clientId }) => {
      await sessions.end(clientId);
      return {};
    },

    'session.cacheKey': (_params, { core, account }) =>
      Promise.resolve({ key: Buffer.from(core.sessions.cacheKey(account.id)).toString('base64') }),

    'people.list': async (_params, { core }) => ({ people: [...(await core.people.list())] }),
    'people.create': (params, { core, actor }) => core.people.create(params, actor),
    'people.change': async (params, { core, actor, clientId }) => {
      const account = await core.people.change(params, actor);
      await sessions.accountChanged(core, account, { newPassword: params.password !== undefined, by: clientId });
      return account;
    },

    'dock.list': (_params, { core }) => core.docks.list(),
    'dock.files': (params, { core }) => core.docks.files(params),
    'dock.rescan': async ({ dockId }, { core }) => {
      await core.docks.rescan(dockId);
      return {};
    },
    'dock.offload': async ({ dockId }, { core, actor }) => ({ jobId: await core.docks.offload(dockId, actor) }),
    'dock.watchFolder': async ({ location }, { core, actor }) => {
      await core.docks.watchFolder(location, actor);
      return {};
    },
    'dock.unwatchFolder': async ({ location }, { core, actor }) => {
      await core.docks.unwatchFolder(location, actor);
      return {};
    },

    'library.changes': (params, { core }) => core.library.changes(params),
    'review.open': async ({ evidenceId }, session) => {
      const opened = await session.core.review.open(evidenceId, session.actor);
      session.grant(opened.mediaId, { once: false });
      return opened;
    },
    'review.mend': async ({ evidenceId }, { core, actor }) => {
      await core.review.mend(evidenceId, actor);
      return {};
    },

    'redaction.open': ({ evidenceId }, { core, actor }) => core.redaction.open(evidenceId, actor),
    'redaction.edit': (params, { core, actor }) => core.redaction.edit(params, actor),
    'redaction.branches': ({ projectId }, { core }) => core.redaction.branches(projectId),
    'redaction.compare': (params, { core }) => core.redaction.compare(params),
    'redaction.branch': (params, { core, actor }) => core.redaction.branch(params, actor),
    'redaction.choose': (params, { core, actor }) => core.redaction.choose(params, actor),
    'facts.set': (params, { core, actor }) => core.marks.setFacts(params, actor),
    'notes.add': (params, { core, actor }) => core.marks.addNote(params, actor),
    'notes.change': (params, { core, actor }) => core.marks.changeNote(params, actor),
    'notes.remove': async (params, { core, actor }) => {
      await core.marks.removeNote(params, actor);
      return {};
    },
    'markers.add': (params, { core, actor }) => core.marks.addMarker(params, actor),
    'markers.change': (params, { core, actor }) => core.marks.changeMarker(params, actor),
    'markers.remove': async (params, { core, actor }) => {
      await core.marks.removeMarker(params, actor);
      return {};
    },
    'reviews.add': (params, { core, actor }) => core.marks.addReview(params, actor),
    'changes.history': (params, { core }) => core.marks.history(params),
    'render.start': (params, { core, actor }) => core.renders.start(params, actor),
    'render.open': async ({ renderId }, session) => {
      const opened = await session.core.renders.open(renderId, session.actor);
      session.grant(opened.mediaId, { once: false });
      return opened;
    },
    'release.create': (params, { core, actor }) => core.releases.create(params, actor),
    'release.open': async ({ releaseId }, session) => {
      const opened = await session.core.releases.open(releaseId, session.actor);
      session.grant(opened.mediaId, { once: true });
      return opened;
    },

    'jobs.list': (_params, { core }) => core.jobs.list(),
    'jobs.pause': async ({ jobId }, { core, actor }) => {
      await core.jobs.pause(jobId, actor);
      return {};
    },
    'jobs.resume': async ({ jobId }, { core, actor }) => {
      await core.jobs.resume(jobId, actor);
      return {};
    },
    'jobs.cancel': async ({ jobId }, { core, actor }) => {
      await core.jobs.cancel(jobId, actor);
      return {};
    },

    'audit.list': (params, { core }) => core.audit.list(params),
    'audit.verify': (_params, { core, actor }) => core.audit.verify(actor),
    'audit.lastAnchor': async (_params, { core }) => ({ at: await core.audit.lastAnchorAt() }),

    'store.status': (_params, { core }) => core.store.status(),
    'store.probe': (params, { core, actor }) => core.store.probe(params, actor),
    'store.connect': (params, { core, actor }) => core.store.connect(params, actor),
    'store.recoverySecret': (_params, { core, actor }) => core.store.recoverySecret(actor),
    'store.confirmRecovery': async (params, { core, actor }) => {
      await core.store.confirmRecovery(params, actor);
      return {};
    },
    'store.disconnect': async (params, { core, actor }) => {
      await core.store.disconnect(params, actor);
      return {};
    },
    'store.setLimits': async (params, { core, actor }) => {
      await core.store.setLimits(params, actor);
      return {};
    },
    'store.setRetention': async (params, { core, actor }) => {
      await core.store.setRetention(params, actor);
      return {};
    },
    'store.pause': async (_params, { core, actor }) => {
      await core.store.pause(actor);
      return {};
    },
    'store.resume': async (_params, { core, actor }) => {
      await core.store.resume(actor);
      return {};
    },
    'store.pin': async (params, { core, actor }) => {
      await core.store.pin(params, actor);
      return {};
    },
    'store.unpin': async (params, { core, actor }) => {
      await core.store.unpin(params, actor);
      return {};
    },
    'store.setCache': async (params, { core, actor }) => {
      await core.store.setCache(params, actor);
      return {};
    },
    'store.queue': (params, { core }) => core.store.queue(params),
    'store.sendFirst': async (params, { core }) => {
      await core.store.sendFirst(params);
      return {};
    },

    'reconcile.status': (_params, { core }) => core.reconcile.status(),
    'reconcile.findings': (params, { core }) => core.reconcile.findings(params),
    'reconcile.start': async (params, { core, actor }) => ({ jobId: (await core.reconcile.start(params, actor)).id }),
    'reconcile.repair': async (_params, { core, actor }) => ({ jobId: (await core.reconcile.repair(actor)).id }),
  };
}
