import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '#common/access/index.ts';
import { type Answer, type MethodName, methods } from '#common/contract/index.ts';
import { silentLogger, systemClock } from '#core/kernel/index.ts';
import { createGateway, type Gateway } from '#gateway/index.ts';
import { sampleParams } from '#test/support/sample-params.ts';
import { openTransportStation, type TransportStation } from '#test/support/transport-station.ts';

const everybody: readonly Role[] = ['officer', 'supervisor', 'records', 'admin'];

/** Who may do what, written down once more by hand: the door and its tables must come to the same. */
const allowed: { readonly [M in MethodName]: 'anyone' | readonly Role[] } = {
  'station.status': 'anyone',
  'setup.department': 'anyone',
  'session.signIn': 'anyone',
  'session.practise': 'anyone',
  'session.current': 'anyone',
  'session.signOut': everybody,
  'people.list': ['admin'],
  'people.create': ['admin'],
  'people.change': ['admin'],
  'dock.list': everybody,
  'dock.files': everybody,
  'dock.rescan': everybody,
  'dock.offload': everybody,
  'dock.watchFolder': ['supervisor', 'admin'],
  'dock.unwatchFolder': ['supervisor', 'admin'],
  'library.changes': everybody,
  'review.open': everybody,
  'review.mend': everybody,
  'redaction.open': everybody,
  'redaction.edit': everybody,
  'redaction.branches': everybody,
  'redaction.compare': everybody,
  'redaction.branch': everybody,
  'redaction.choose': everybody,
  'facts.set': everybody,
  'notes.add': everybody,
  'notes.change': everybody,
  'notes.remove': everybody,
  'markers.add': everybody,
  'markers.change': everybody,
  'markers.remove': everybody,
  'reviews.add': ['supervisor', 'admin'],
  'changes.history': everybody,
  'render.start': everybody,
  'render.open': everybody,
  'release.create': ['records', 'admin'],
  'release.open': ['records', 'admin'],
  'jobs.list': everybody,
  'jobs.pause': everybody,
  'jobs.resume': everybody,
  'jobs.cancel': everybody,
  'audit.list': ['supervisor', 'records', 'admin'],
  'audit.verify': ['supervisor', 'records', 'admin'],
  'audit.lastAnchor': everybody,
  'session.cacheKey': everybody,
  'store.status': everybody,
  'store.probe': ['admin'],
  'store.connect': ['admin'],
  'store.recoverySecret': ['admin'],
  'store.confirmRecovery': ['admin'],
  'store.disconnect': ['admin'],
  'store.setLimits': ['admin'],
  'store.setRetention': ['admin'],
  'store.pause': ['admin'],
  'store.resume': ['admin'],
  'store.queue': everybody,
  'store.pin': everybody,
  'store.unpin': everybody,
  'store.setCache': ['admin'],
  'store.sendFirst': everybody,
  'reconcile.status': everybody,
  'reconcile.findings': everybody,
  'reconcile.start': ['admin'],
  'reconcile.repair': ['admin'],
};

let station: TransportStation;
let gateway: Gateway;
beforeAll(async () => {
  station = await openTransportStation();
  gateway = createGateway({ station, logger: silentLogger, clock: systemClock });
});
afterAll(async () => {
  await gateway.close();
  await station.remove();
});

async function ask(client: string, method: string, params: unknown): Promise<Answer> {
  return JSON.parse(await gateway.handle(client, JSON.stringify({ id: 1, method, params }))) as Answer;
}

/** How the door decided: what happens behind it, and whether that goes well, is not its business here. */
function decision(answer: Answer): 'let in' | 'not-signed-in' | 'not-allowed' {
  const code = answer.ok ? null : answer.error.code;
  return code === 'not-signed-in' || code === 'not-allowed' ? code : 'let in';
}

describe.each(Object.keys(methods) as MethodName[])('%s', (method) => {
  const who = allowed[method];
  const params = sampleParams[method] ?? {};

  it('is for somebody signed in, or says that it is for anybody', async () => {
    expect(decision(await ask('stranger', method, params))).toBe(who === 'anyone' ? 'let in' : 'not-signed-in');
    await gateway.disconnect('stranger');
  });

  it.each(everybody)('is open to or closed for the %s', async (role) => {
    await ask(role, 'session.practise', { username: role });
    const expected = who === 'anyone' || who.includes(role) ? 'let in' : 'not-allowed';
    expect(decision(await ask(role, method, params))).toBe(expected);
  });

  it('has schemas that refuse what is not asked for', () => {
    expect(methods[method].request.safeParse(params).success).toBe(true);
    for (const nonsense of [null, 7, 'text', []]) {
      expect(methods[method].request.safeParse(nonsense).success).toBe(false);
      expect(methods[method].reply.safeParse(nonsense).success).toBe(false);
    }
  });
});
