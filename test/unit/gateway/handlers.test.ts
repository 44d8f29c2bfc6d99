import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { methods } from '#common/contract/index.ts';
import { silentLogger, systemClock } from '#core/kernel/index.ts';
import { createEventHub } from '#gateway/events/index.ts';
import { openHandlers, sessionHandlers } from '#gateway/rpc/handlers.ts';
import { createSessions } from '#gateway/session/index.ts';
import { openTransportStation, type TransportStation } from '#test/support/transport-station.ts';

let station: TransportStation;
beforeAll(async () => {
  station = await openTransportStation();
});
afterAll(() => station.remove());

describe('the table of handlers', () => {
  it('has one for every method, open to those whom the contract names', () => {
    const sessions = createSessions({ clock: systemClock, logger: silentLogger, onEnded: () => undefined });
    const door = { station, sessions, events: createEventHub({ clientsOf: () => [], logger: silentLogger }) };
    const open = Object.entries(methods).flatMap(([name, { access }]) => (access === 'anyone' ? [name] : []));
    const rest = Object.keys(methods).filter((name) => !open.includes(name));
    expect(Object.keys(openHandlers(door)).sort()).toEqual(open.sort());
    expect(Object.keys(sessionHandlers(door)).sort()).toEqual(rest.sort());
  });
});
