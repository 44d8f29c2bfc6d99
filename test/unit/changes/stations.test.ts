import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '#core/kernel/index.ts';
import { theStation } from '#test/support/catalog.ts';
import { type Desk, entry, openDesk, sharedRecordings, wronglyBuilt } from '#test/support/desk.ts';
import { carryOut, deeds, nthId } from '#test/support/operations.ts';

const desks: Desk[] = [];
afterEach(async () => {
  for (const desk of desks.splice(0)) await desk.close();
});
async function open(...given: Parameters<typeof openDesk>): Promise<Desk> {
  const desk = await openDesk(...given);
  desks.push(desk);
  return desk;
}

const recordings = sharedRecordings;

describe('what arrives from other stations', () => {
  it('becomes the same documents in any order, in any commits, doubled, and before or after the footage', async () => {
    const arrivals = fc.array(deeds(3), { maxLength: 50 }).chain((list) => {
      const made = carryOut(list, 3).map(entry);
      return fc.record({
        made: fc.constant(made),
        shuffled: fc.shuffledSubarray([...made], { minLength: made.length, maxLength: made.length }),
        cuts: fc.array(fc.nat(Math.max(1, made.length)), { minLength: 1, maxLength: 5 }),
        footage: fc.nat(5),
      });
    });
    await fc.assert(
      fc.asyncProperty(arrivals, async ({ made, shuffled, cuts, footage }) => {
        const [pieces, whole] = [await openDesk(), await openDesk()];
        try {
          const arrive = (desk: Desk) =>
            desk.catalog.commit({
              actor: theStation,
              writes: recordings.map((value) => ({ put: 'recording', value })),
              events: [],
            });
          const ends = [...cuts, made.length].sort((a, b) => a - b);
          for (const [n, end] of ends.entries()) {
            if (n === footage) await arrive(pieces);
            // Each commit brings again what came before it.
            await pieces.hear(shuffled.slice(0, end));
          }
          if (footage >= ends.length) await arrive(pieces);
          await arrive(whole);
          await whole.hear(made);
          expect(await pieces.state()).toBe(await whole.state());
          expect(await wronglyBuilt(pieces.catalog)).toEqual([]);
          expect(await wronglyBuilt(whole.catalog)).toEqual([]);
        } finally {
          await pieces.close();
          await whole.close();
        }
      }),
      { numRuns: 8 },
    );
  });

  it('changes nothing the second time: no number of the feed, no line of the log', async () => {
    const desk = await open();
    const made = carryOut(fc.sample(deeds(2), { seed: 4, numRuns: 60 }), 2).map(entry);
    await desk.hear([...made, ...made]);
    const [head, lines] = [await desk.catalog.changes.head(), (await desk.catalog.audit.head()).seq];
    expect(lines).toBe(made.length);
    await desk.hear(made);
    expect(await desk.catalog.changes.head()).toBe(head);
    expect((await desk.catalog.audit.head()).seq).toBe(lines);
  });

  it('is kept aside when a newer program wrote it, and read once this one can', async () => {
    const desk = await open();
    const [good] = carryOut([{ station: 0, what: 'note', document: 1, value: 3 }], 1).map(entry);
    const newer = { ...good!, body: { ...(good!.body as object), version: 2 } };
    await desk.hear([newer, newer, good!]);
    expect(await desk.catalog.operations.aside()).toEqual([newer]);
    expect(await desk.catalog.documents.get('note', nthId('note', 1))).not.toBeNull();
    const { entries } = { entries: await desk.catalog.audit.page(null, 10) };
    expect(entries.map(({ event }) => event.kind)).toContain('change.unread');
  });
});

describe('three stations whose people work at the same time', () => {
  const step = fc.record({
    station: fc.nat(2),
    what: fc.constantFrom('facts', 'note', 'marker', 'edit', 'edit', 'stale', 'choose', 'tell'),
    value: fc.nat(9),
  });

  it('end with the same, whoever told whom when; the project that is edited is the one that is built', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const three = [await openDesk(), await openDesk(), await openDesk()];
        try {
          const [recording] = recordings;
          const evidenceId = recording!.segments[0]!.evidenceId;
          for (const [n, { catalog, clock }] of three.entries()) {
            clock.time += n * 3_000_000;
            await catalog.commit({
              actor: theStation,
              writes: recordings.map((value) => ({ put: 'recording', value })),
              events: [],
            });
          }
          for (const { station, what, value } of steps) {
            const desk = three[station]!;
            const { marks, projects, actor, clock } = desk;
            clock.time += 10;
            const project = await projects.open(evidenceId, actor);
            const mute = { id: newId('mute'), name: `Mute ${value}`, range: { first: value, last: value } };
            const edits = [{ kind: 'put-mute' as const, at: 0, mute }];
            switch (what) {
              case 'facts':
                await marks.setFacts({ recordingId: recording!.id, fields: { category: `c${value}` } }, actor);
                break;
              case 'note':
                await marks.addNote({ recordingId: recording!.id, text: `n${value}` }, actor);
                break;
              case 'marker':
                await marks.addMarker(
                  { recordingId: recording!.id, evidenceId, frame: value, type: 'moment', note: null },
                  actor,
                );
                break;
              case 'edit':
                await projects.edit({ projectId: project.id, version: project.version, edits }, actor);
                break;
              case 'stale':
                await projects.branch({ projectId: project.id, version: 0, edits }, actor);
                break;
              case 'choose': {
                const { trunk, branches } = await projects.branches(project.id);
                const heads = [...(trunk === null ? [] : [trunk]), ...branches].map(({ head }) => head);
                const chosen = heads[value % Math.max(1, heads.length)];
                if (heads.length < 2 || chosen === undefined) break;
                await projects.choose({ projectId: project.id, heads, chosen, reason: 'Looked at' }, actor);
                break;
              }
              default:
                await three[(station + 1) % 3]!.hear(await desk.entries());
            }
          }
          for (const desk of three) for (const other of three) await desk.hear(await other.entries());
          const states = await Promise.all(three.map((desk) => desk.state()));
          expect(new Set(states).size).toBe(1);
          for (const desk of three) expect(await wronglyBuilt(desk.catalog)).toEqual([]);
        } finally {
          for (const desk of three) await desk.close();
        }
      }),
      { numRuns: 6 },
    );
  });
});
