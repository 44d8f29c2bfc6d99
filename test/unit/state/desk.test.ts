import { describe, expect, it } from 'vitest';
import type { Dock } from '#common/contract/index.ts';
import type { Job } from '#common/evidence/index.ts';
import { newId } from '#core/kernel/index.ts';
import { createDesk } from '#renderer/state/desk.ts';
import { slowStation } from '#test/support/slow-station.ts';

const dock = (id: Dock['id'], state: Dock['state']) => ({ id, state }) as Dock;
const job = (id: Job['id'], state: Job['state']) => ({ id, state }) as Job;

describe('following the desk', () => {
  it('believes what the station told by itself before an answer that was on its way longer', async () => {
    const station = slowStation();
    const { store } = createDesk(station.client);
    const [seen, gone, added, calm] = [newId('dock'), newId('dock'), newId('dock'), newId('dock')];
    const [running, begun] = [newId('job'), newId('job')];
    await station.answer('dock.list', {
      docks: [dock(seen, 'scanning'), dock(gone, 'ready'), dock(calm, 'ready')],
      watching: [{ location: '/srv' }],
    });
    station.say({ kind: 'dock.changed', dock: dock(seen, 'ready') });
    station.say({ kind: 'dock.removed', dockId: gone });
    station.say({ kind: 'dock.changed', dock: dock(added, 'scanning') });
    station.say({ kind: 'job.changed', job: job(running, 'done') });
    station.say({ kind: 'job.changed', job: job(begun, 'running') });
    await station.answer('jobs.list', { jobs: [job(running, 'running')] });
    await station.answer('audit.lastAnchor', { at: null });
    const { docks, watching, jobs } = store.getState();
    expect(docks).toEqual([dock(seen, 'ready'), dock(calm, 'ready'), dock(added, 'scanning')]);
    expect(watching).toEqual([{ location: '/srv' }]);
    expect(jobs).toEqual([job(begun, 'running'), job(running, 'done')]);
  });

  it('believes the next answer again', async () => {
    const station = slowStation();
    const desk = createDesk(station.client);
    const id = newId('dock');
    station.say({ kind: 'dock.changed', dock: dock(id, 'scanning') });
    for (const [method, reply] of [
      ['dock.list', { docks: [], watching: [] }],
      ['jobs.list', { jobs: [] }],
      ['audit.lastAnchor', { at: 1 }],
    ] as const) {
      await station.answer(method, reply);
    }
    const again = desk.refresh();
    await station.answer('dock.list', { docks: [], watching: [] });
    await station.answer('jobs.list', { jobs: [] });
    await station.answer('audit.lastAnchor', { at: 2 });
    await again;
    expect(desk.store.getState()).toMatchObject({ docks: [], lastAnchorAt: 2 });
  });
});
