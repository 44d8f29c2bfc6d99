import { scryptSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEvent } from '#common/audit/index.ts';
import type { Account } from '#common/contract/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import { newId } from '#core/kernel/index.ts';
import { actorOf, createPeople, type People } from '#core/people/index.ts';
import {
  type HandClock,
  handClock,
  openTestCatalog,
  type TempFolder,
  tempFolder,
  theStation,
} from '#test/support/catalog.ts';

const password = 'correct horse battery';
let folder: TempFolder;
let catalog: Catalog;
let clock: HandClock;
let people: People;
let admin: Account;

beforeEach(async () => {
  folder = tempFolder();
  clock = handClock();
  catalog = await openTestCatalog(folder.path, { clock });
  people = createPeople({ catalog, clock });
  admin = await people.setUp({ username: 'chief', displayName: 'Chief Marlow', password: null });
});
afterEach(async () => {
  await catalog.close();
  folder.dispose();
});

async function lastEvents(count: number): Promise<readonly AuditEvent[]> {
  return (await catalog.audit.page(null, count)).map((entry) => entry.event).reverse();
}

function addOfficer(given: string | null = null): Promise<Account> {
  return people.create(
    { username: ' DField ', displayName: ' Dana Field ', role: 'officer', password: given },
    actorOf(admin),
  );
}

/** As if so many wrong passwords had been typed already; typing them takes long. */
async function failBefore(id: Account['id'], failures: number): Promise<void> {
  const record = (await catalog.accounts.get(id))!;
  await catalog.commit({ actor: theStation, writes: [{ put: 'account', value: { ...record, failures } }], events: [] });
}

describe('setting up', () => {
  it('makes the first administrator, once', async () => {
    expect(admin).toMatchObject({ username: 'chief', role: 'admin', active: true });
    expect(await lastEvents(1)).toEqual([
      { kind: 'person.created', accountId: admin.id, username: 'chief', role: 'admin' },
    ]);
    const again = people.setUp({ username: 'other', displayName: 'Other', password: null });
    await expect(again).rejects.toMatchObject({ code: 'already-exists' });
    expect(await people.list()).toEqual([admin]);
  });

  it('makes one administrator even when asked twice at once', async () => {
    const empty = tempFolder();
    const fresh = await openTestCatalog(empty.path);
    const both = createPeople({ catalog: fresh, clock });
    const created: AuditEvent = { kind: 'agency.created', name: 'Marlow' };
    const attempts = await Promise.allSettled(
      ['one', 'two'].map((username) => both.setUp({ username, displayName: 'X', password: null }, [created])),
    );
    expect(attempts.map((attempt) => attempt.status)).toEqual(['fulfilled', 'rejected']);
    expect((await fresh.audit.page(null, 9)).map((entry) => entry.event.kind)).toEqual([
      'person.created',
      'agency.created',
    ]);
    await fresh.close();
    empty.dispose();
  });
});

describe('people', () => {
  it('are made with a tidy name, which nobody else can take', async () => {
    const officer = await addOfficer();
    expect(officer).toMatchObject({ username: 'dfield', displayName: 'Dana Field' });
    expect(await people.get(officer.id)).toEqual(officer);
    await expect(addOfficer()).rejects.toMatchObject({ code: 'already-exists' });
    expect(await people.list()).toHaveLength(2);
  });

  it('cannot have a short password or an odd user name', async () => {
    await expect(addOfficer('short')).rejects.toMatchObject({ code: 'invalid-request' });
    const odd = people.create({ username: '1 2', displayName: 'X', role: 'officer', password: null }, theStation);
    await expect(odd).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(people.change({ id: admin.id, displayName: ' ' }, theStation)).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });

  it('are changed with a line in the log for each thing', async () => {
    const officer = await addOfficer();
    const changed = await people.change(
      { id: officer.id, role: 'supervisor', active: false, displayName: 'Sgt. Field' },
      actorOf(admin),
    );
    expect(changed).toEqual({ ...officer, role: 'supervisor', active: false, displayName: 'Sgt. Field' });
    expect((await lastEvents(3)).map((event) => (event.kind === 'person.changed' ? event.change : event.kind))).toEqual(
      ['name: Dana Field → Sgt. Field', 'role: officer → supervisor', 'account closed'],
    );
    const head = await catalog.audit.head();
    await people.change({ id: officer.id, role: 'supervisor' }, actorOf(admin));
    expect(await catalog.audit.head()).toEqual(head);
  });

  it('who are not there cannot be changed', async () => {
    await expect(people.change({ id: newId('account') }, theStation)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('never lose their last administrator, even when two go at once', async () => {
    for (const change of [{ active: false }, { role: 'officer' as const }]) {
      const going = people.change({ id: admin.id, ...change }, actorOf(admin));
      await expect(going).rejects.toMatchObject({ code: 'conflict' });
    }
    const second = await people.create(
      { username: 'deputy', displayName: 'Deputy', role: 'admin', password: null },
      actorOf(admin),
    );
    const both = await Promise.allSettled([
      people.change({ id: admin.id, active: false }, actorOf(second)),
      people.change({ id: second.id, role: 'records' }, actorOf(admin)),
    ]);
    expect(both.map((result) => result.status)).toEqual(['fulfilled', 'rejected']);
  });
});

describe('signing in', () => {
  it('needs the right password, in whichever Unicode form it is typed', async () => {
    const officer = await addOfficer('pässwörter!!'.normalize('NFC'));
    expect(await people.authenticate('DField', 'pässwörter!!'.normalize('NFD'))).toEqual(officer);
    expect(await lastEvents(1)).toEqual([{ kind: 'session.signed-in', accountId: officer.id }]);
    await expect(people.authenticate('dfield', 'pässwörter!')).rejects.toMatchObject({ code: 'wrong-credentials' });
    expect(await lastEvents(1)).toEqual([{ kind: 'session.refused', username: 'dfield', reason: 'wrong password' }]);
    await people.signOut(officer);
    expect((await catalog.audit.page(null, 1))[0]).toMatchObject({
      actor: actorOf(officer),
      event: { kind: 'session.signed-out' },
    });
  });

  it('keeps no password, only its salted hash', async () => {
    await addOfficer(password);
    await people.create({ username: 'twin', displayName: 'T', role: 'officer', password }, theStation);
    const [one, two] = (await catalog.accounts.list()).filter((account) => account.password !== null);
    expect(Buffer.from(one!.password!.salt, 'base64')).toHaveLength(16);
    expect(Buffer.from(one!.password!.hash, 'base64')).toHaveLength(32);
    expect(one!.password!.hash).not.toBe(two!.password!.hash);
    const costs = { N: 131_072, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
    const derived = scryptSync(password, Buffer.from(one!.password!.salt, 'base64'), 32, costs);
    expect(one!.password!.hash).toBe(derived.toString('base64'));
    expect(JSON.stringify([await catalog.accounts.list(), await catalog.audit.page(null, 50)])).not.toContain(password);
  });

  it('takes as long for a name nobody has, and for one without a password', { retry: 2 }, async () => {
    await addOfficer(password);
    async function timeOf(username: string): Promise<number> {
      const start = performance.now();
      await people.authenticate(username, 'not the password').catch(() => undefined);
      return performance.now() - start;
    }
    await timeOf('dfield');
    const known = Math.min(await timeOf('dfield'), await timeOf('dfield'));
    for (const stranger of ['nobody', 'chief']) {
      const unknown = Math.min(await timeOf(stranger), await timeOf(stranger));
      expect(unknown / known).toBeGreaterThan(0.5);
      expect(unknown / known).toBeLessThan(2);
    }
  });

  it.each(['dfield', 'nobody'])('locks the name %s after five wrong passwords in a row', async (username) => {
    await addOfficer(password);
    const guesses = await Promise.allSettled(
      Array.from({ length: 7 }, () => people.authenticate(username, 'a wrong guess')),
    );
    const codes = guesses.map((guess) => (guess.status === 'rejected' ? (guess.reason as { code: string }).code : ''));
    expect(codes).toEqual([
      ...Array.from({ length: 4 }, () => 'wrong-credentials'),
      ...Array.from({ length: 3 }, () => 'account-locked'),
    ]);
    expect((await lastEvents(2)).map((event) => ('reason' in event ? event.reason : ''))).toEqual(['locked', 'locked']);
  });

  it('stays locked over a restart, opens with time, and locks longer the next time', async () => {
    const officer = await addOfficer(password);
    await failBefore(officer.id, 4);
    await people.authenticate('dfield', 'a wrong guess').catch(() => undefined);
    await catalog.close();
    catalog = await openTestCatalog(folder.path, { clock });
    people = createPeople({ catalog, clock });
    await expect(people.authenticate('dfield', password)).rejects.toMatchObject({ code: 'account-locked' });
    clock.time += 30_000;
    await expect(people.authenticate('dfield', 'a wrong guess')).rejects.toMatchObject({
      code: 'account-locked',
      nextStep: 'Wait 60 seconds, or ask an administrator to set a new password.',
    });
    clock.time += 60_000;
    expect(await people.authenticate('dfield', password)).toEqual(officer);
    expect(await catalog.accounts.get(officer.id)).toMatchObject({ failures: 0, lockedUntil: null });
  });

  it('works again at once when an administrator sets a new password', async () => {
    const officer = await addOfficer(password);
    await failBefore(officer.id, 4);
    await people.authenticate('dfield', 'a wrong guess').catch(() => undefined);
    await people.change({ id: officer.id, password: 'another good one' }, actorOf(admin));
    expect(await people.authenticate('dfield', 'another good one')).toEqual(officer);
    expect(await lastEvents(2)).toMatchObject([{ change: 'password set' }, { kind: 'session.signed-in' }]);
  });

  it('is over for closed accounts, which only learns who knows the password', async () => {
    const officer = await addOfficer(password);
    await people.change({ id: officer.id, active: false }, actorOf(admin));
    await expect(people.authenticate('dfield', 'a wrong guess')).rejects.toMatchObject({ code: 'wrong-credentials' });
    await expect(people.authenticate('dfield', password)).rejects.toMatchObject({ code: 'not-allowed' });
  });

  it('does not write into the log what was typed into the wrong field', async () => {
    await people.authenticate('My Secret Pass1!', 'x').catch(() => undefined);
    expect(await lastEvents(1)).toMatchObject([{ username: '(not a user name)' }]);
  });

  it('without a password is for people who have none', async () => {
    await addOfficer(password);
    expect(await people.practise('CHIEF')).toEqual(admin);
    await expect(people.practise('dfield')).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(people.practise('nobody')).rejects.toMatchObject({ code: 'not-found' });
    await expect(people.authenticate('chief', '')).rejects.toMatchObject({ code: 'wrong-credentials' });
  });
});
