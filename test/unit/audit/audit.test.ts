import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Actor, type AuditEvent, canonicalEntryText } from '#common/audit/index.ts';
import { type Audit, createAudit } from '#core/audit/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import { newId, silentLogger } from '#core/kernel/index.ts';
import { handClock, openRaw, openTestCatalog, type TempFolder, tempFolder, theStation } from '#test/support/catalog.ts';

const anchorKey = new Uint8Array(32).fill(3);
const clock = handClock();
let folder: TempFolder;
let catalog: Catalog;
let audit: Audit;

function auditOf(key = anchorKey): Audit {
  return createAudit({
    journal: catalog.audit,
    record: (commit) => catalog.commit(commit),
    anchorFile: anchorFile(),
    anchorKey: key,
    clock,
    logger: silentLogger,
  });
}

function anchorFile(): string {
  return join(folder.path, 'anchors.jsonl');
}

beforeEach(async () => {
  folder = tempFolder();
  catalog = await openTestCatalog(folder.path, { clock });
  audit = auditOf();
});
afterEach(async () => {
  await audit.stop();
  await catalog.close();
  folder.dispose();
});

async function log(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    clock.time += 1000;
    await catalog.commit({
      actor: { kind: 'command-line', osUser: 'désk' },
      writes: [],
      events: [{ kind: 'folder.watched', location: `/földer "${i}"\n` }],
    });
  }
}

function tamper(...statements: string[]): void {
  const raw = openRaw(folder.path);
  for (const statement of statements) raw.exec(statement);
  raw.close();
}

/** What an intruder with the catalog's key can do: forge entries so that each is sound by itself. */
function rewrite(first: number, last: number, change: (event: Record<string, unknown>) => void): void {
  const raw = openRaw(folder.path);
  type Row = { seq: number; at: number; actor: string; event: string; previous: string };
  const rows = raw
    .prepare('SELECT * FROM audit_entries WHERE seq BETWEEN ? AND ? ORDER BY seq')
    .all(first, last) as Row[];
  let previous = rows[0]!.previous;
  for (const row of rows) {
    const event = JSON.parse(row.event) as Record<string, unknown>;
    if (row.seq === first) change(event);
    const text = canonicalEntryText({
      seq: row.seq,
      at: row.at,
      actor: JSON.parse(row.actor) as Actor,
      event: event as AuditEvent,
      previous,
    });
    const hash = createHash('sha256').update(text, 'utf8').digest('hex');
    raw
      .prepare('UPDATE audit_entries SET event = ?, previous = ?, hash = ? WHERE seq = ?')
      .run(JSON.stringify(event), previous, hash, row.seq);
    previous = hash;
  }
  raw.close();
}

describe('a log nobody touched', () => {
  it('is intact when it is empty', async () => {
    expect(await audit.check()).toEqual({
      intact: true,
      entries: 0,
      head: null,
      brokenAt: null,
      reason: null,
      anchors: 0,
      lastAnchorAt: null,
    });
    expect(await audit.anchor()).toBeNull();
  });

  it('is intact over many entries and anchors', async () => {
    await log(3);
    const first = await audit.anchor();
    expect(await audit.anchor()).toEqual(first);
    await log(600);
    await audit.anchor();
    await log(2);
    expect(await audit.check()).toMatchObject({
      intact: true,
      entries: 605,
      anchors: 2,
      lastAnchorAt: clock.time - 2000,
    });
    expect(await auditOf().lastAnchorAt()).toBe(clock.time - 2000);
  });

  it('holds that it was verified, by whom and with what outcome', async () => {
    await log(2);
    await audit.verify(theStation);
    expect((await catalog.audit.page(null, 1))[0]).toMatchObject({
      actor: theStation,
      event: { kind: 'audit.verified', entries: 2, intact: true },
    });
  });

  it('stops a check when it is told to', async () => {
    await log(1);
    await expect(audit.check({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('tampering with the catalog shows', () => {
  beforeEach(() => log(8));

  const cases = [
    [
      'a changed event',
      `UPDATE audit_entries SET event = json_set(event, '$.location', '/x') WHERE seq = 4`,
      4,
      'changed',
    ],
    [
      'an addition to an event',
      `UPDATE audit_entries SET event = json_set(event, '$.note', 'x') WHERE seq = 4`,
      4,
      'changed',
    ],
    ['an event that is not JSON', `UPDATE audit_entries SET event = 'gone' WHERE seq = 4`, 4, 'changed'],
    ['a changed kind', `UPDATE audit_entries SET kind = 'folder.unwatched' WHERE seq = 4`, 4, 'changed'],
    ['another actor', `UPDATE audit_entries SET actor = '{"kind":"station"}' WHERE seq = 4`, 4, 'changed'],
    ['another time', 'UPDATE audit_entries SET at = at + 1 WHERE seq = 4', 4, 'changed'],
    ['another hash', `UPDATE audit_entries SET hash = printf('%064d', 1) WHERE seq = 4`, 4, 'changed'],
    ['a removed entry', 'DELETE FROM audit_entries WHERE seq = 4', 4, 'Entry 4 was removed'],
    ['several removed entries', 'DELETE FROM audit_entries WHERE seq IN (4, 5)', 4, 'Entries 4 to 5 were removed'],
    ['a removed beginning', 'DELETE FROM audit_entries WHERE seq < 4', 1, 'Entries 1 to 3 were removed'],
    [
      'two entries exchanged',
      'UPDATE audit_entries SET seq = 100 WHERE seq = 4; UPDATE audit_entries SET seq = 4 WHERE seq = 5; UPDATE audit_entries SET seq = 5 WHERE seq = 100',
      4,
      'replaced, or moved',
    ],
    [
      'a removed entry with the rest moved up',
      'DELETE FROM audit_entries WHERE seq = 4; UPDATE audit_entries SET seq = seq - 1 WHERE seq = 5; UPDATE audit_entries SET seq = 5 WHERE seq = 6; UPDATE audit_entries SET seq = 6 WHERE seq = 7; UPDATE audit_entries SET seq = 7 WHERE seq = 8',
      4,
      'replaced, or moved',
    ],
  ] as const;

  it.each(cases)('%s', async (_name, sql, brokenAt, reason) => {
    tamper(sql);
    const report = await audit.check();
    expect(report).toMatchObject({ intact: false, brokenAt, entries: brokenAt - 1 });
    expect(report.reason).toContain(reason);
  });

  it('an entry forged with its own hash, at the one after it', async () => {
    rewrite(4, 4, (event) => Object.assign(event, { location: '/forged' }));
    expect(await audit.check()).toMatchObject({
      intact: false,
      brokenAt: 5,
      reason: 'Entry 5 does not follow from the one before it: one of the two was replaced.',
    });
  });

  it('a removed end, by the anchor that saw more', async () => {
    await audit.anchor();
    tamper('DELETE FROM audit_entries WHERE seq > 5');
    expect(await audit.check()).toMatchObject({
      intact: false,
      entries: 5,
      brokenAt: 6,
      reason: 'The log ends at entry 5, but entry 8 was anchored: its end was removed.',
    });
    await expect(audit.anchor()).rejects.toMatchObject({ code: 'audit-broken' });
  });

  it('a log emptied altogether', async () => {
    await audit.anchor();
    tamper('DELETE FROM audit_entries');
    expect(await audit.check()).toMatchObject({ intact: false, brokenAt: 1 });
  });

  it('a chain forged anew from an entry to its end, by the anchor', async () => {
    await audit.anchor();
    rewrite(4, 8, (event) => Object.assign(event, { location: '/forged' }));
    expect(await audit.check()).toMatchObject({
      intact: false,
      brokenAt: 8,
      reason: 'Entry 8 is not the one that was anchored: the chain was written anew.',
    });
    await log(1);
    await expect(audit.anchor()).rejects.toMatchObject({ code: 'audit-broken' });
  });

  it('is entered into the log when somebody verifies', async () => {
    tamper('DELETE FROM audit_entries WHERE seq = 4');
    await audit.verify(theStation);
    expect((await catalog.audit.page(null, 1))[0]?.event).toEqual({
      kind: 'audit.verified',
      entries: 3,
      intact: false,
    });
  });
});

it('any change of any entry shows at that entry or the next', async () => {
  await log(12);
  const columns = ['at', 'actor', 'event', 'previous', 'hash'] as const;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.constantFrom(...columns), async (seq, column) => {
      const raw = openRaw(folder.path);
      const read = raw.prepare(`SELECT ${column} AS value FROM audit_entries WHERE seq = ?`);
      const update = raw.prepare(`UPDATE audit_entries SET ${column} = ? WHERE seq = ?`);
      const { value } = read.get(seq) as { value: number | string };
      update.run(typeof value === 'number' ? value - 1 : value.replace(/[0-9a-z](?=[^0-9a-z]*$)/, '~'), seq);
      const report = await audit.check();
      update.run(value, seq);
      raw.close();
      expect(report).toMatchObject({ intact: false, brokenAt: seq });
      expect(await audit.check()).toMatchObject({ intact: true, entries: 12 });
    }),
    { numRuns: 60 },
  );
});

describe('the anchor file', () => {
  beforeEach(async () => {
    for (let i = 0; i < 3; i++) {
      await log(2);
      await audit.anchor();
    }
  });

  function lines(): string[] {
    return readFileSync(anchorFile(), 'utf8').trimEnd().split('\n');
  }

  it('is refused with another key', async () => {
    const report = await auditOf(new Uint8Array(32).fill(4)).check();
    expect(report).toMatchObject({ intact: false, anchors: 0, brokenAt: null });
    expect(report.reason).toContain('Line 1 of the anchor file');
  });

  it.each([
    ['an edited line', (all: string[]) => [all[0]!, all[1]!.replace('"seq":4', '"seq":3'), all[2]!], 2],
    ['a removed line', (all: string[]) => [all[0]!, all[2]!], 2],
    ['exchanged lines', (all: string[]) => [all[1]!, all[0]!, all[2]!], 1],
    ['a line that is not ours', (all: string[]) => [...all, 'hello'], 4],
  ])('shows %s', async (_name, change, line) => {
    writeFileSync(anchorFile(), `${change(lines()).join('\n')}\n`);
    const report = await audit.check();
    expect(report).toMatchObject({ intact: false, anchors: line - 1 });
    expect(report.reason).toContain(`Line ${line} of the anchor file`);
    await log(1);
    await expect(audit.anchor()).rejects.toMatchObject({ code: 'audit-broken' });
  });

  it('survives a power cut in the middle of a line', async () => {
    appendFileSync(anchorFile(), '{"at":17');
    expect(await audit.check()).toMatchObject({ intact: true, anchors: 3 });
    await log(1);
    await audit.anchor();
    expect(lines()).toHaveLength(4);
    expect(await audit.check()).toMatchObject({ intact: true, anchors: 4 });
  });

  it('grows by itself while it is told to, and a last time at the end', async () => {
    rmSync(anchorFile());
    const told: number[] = [];
    audit.onAnchor((anchor) => told.push(anchor.seq));
    audit.start(20);
    await expect.poll(() => existsSync(anchorFile()) && lines().length).toBe(1);
    await log(1);
    await expect.poll(() => told).toEqual([6, 7]);
    await log(1);
    await audit.stop();
    expect(told.at(-1)).toBe(8);
  });
});

describe('the export', () => {
  it('can be checked with sed and sha256sum alone', async () => {
    await log(3);
    await catalog.commit({
      actor: { kind: 'account', accountId: newId('account'), username: 'dfield', role: 'officer' },
      writes: [],
      events: [{ kind: 'session.refused', username: 'a","hash":"b', reason: 'emoji 😀, quote ", backslash \\' }],
    });
    const exported: string[] = [];
    for await (const line of audit.exportLines()) exported.push(line);
    expect(exported).toHaveLength(4);
    let previous = '0'.repeat(64);
    for (const line of exported) {
      const script = `sed -E 's/"hash":"[0-9a-f]{64}",//' | tr -d '\\n' | sha256sum`;
      const digest = execFileSync('/bin/sh', ['-c', script], { input: line, encoding: 'utf8' }).slice(0, 64);
      expect(JSON.parse(line)).toMatchObject({ hash: digest, previous });
      previous = digest;
    }
  });
});
