import { describe, expect, it } from 'vitest';
import type { Role } from '#common/access/index.ts';
import { CannotNow, type Command, createCommandTable, pressText } from '#renderer/state/index.ts';
import { shortcutText } from '#renderer/ui/keys.tsx';

const command = (id: string, rest: Partial<Command> = {}): Command => ({
  id,
  title: id,
  group: 'test',
  run: () => undefined,
  ...rest,
});

function table(role: Role | null = 'officer') {
  const failures: unknown[] = [];
  return {
    commands: createCommandTable(
      () => role,
      (thrown) => failures.push(thrown),
    ),
    failures,
  };
}

describe('the command table', () => {
  it('leaves out what the role may not do', () => {
    const put = (role: Role | null): string[] => {
      const { commands } = table(role);
      commands.put(Symbol(), [command('a'), command('b', { permission: 'people.manage' })]);
      return commands.list().map((each) => each.id);
    };
    expect(put('officer')).toEqual(['a']);
    expect(put('admin')).toEqual(['a', 'b']);
    expect(put(null)).toEqual(['a']);
  });

  it('gives an id to the newest owner and back when that one leaves', () => {
    const { commands } = table();
    const screen = Symbol();
    commands.put(Symbol(), [command('go', { title: 'frame' })]);
    commands.put(screen, [command('go', { title: 'screen' })]);
    expect(commands.find('go')?.title).toBe('screen');
    commands.remove(screen);
    expect(commands.find('go')?.title).toBe('frame');
  });

  it('replaces what an owner laid in, keeping its place', () => {
    const { commands } = table();
    const first = Symbol();
    commands.put(first, [command('x', { title: 'one' })]);
    commands.put(Symbol(), [command('x', { title: 'two' })]);
    commands.put(first, [command('x', { title: 'one again' })]);
    expect(commands.find('x')?.title).toBe('two');
  });

  it('says why instead of running what cannot be done now', () => {
    const { commands, failures } = table();
    let ran = false;
    commands.run(command('x', { disabledBecause: 'Select a recording first.', run: () => void (ran = true) }));
    expect(ran).toBe(false);
    expect(failures).toEqual([new CannotNow('Select a recording first.')]);
  });

  it('never lets a command fail silently, thrown or rejected', async () => {
    const { commands, failures } = table();
    commands.run(
      command('throws', {
        run: () => {
          throw new Error('at once');
        },
      }),
    );
    commands.run(command('rejects', { run: () => Promise.reject(new Error('later')) }));
    await expect.poll(() => failures.map(String).sort()).toEqual(['Error: at once', 'Error: later']);
  });
});

describe('presses as text', () => {
  const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) => ({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    repeat: false,
    ...held,
  });

  it('name keys as the table does', () => {
    expect(pressText(press('k', { ctrlKey: true }), false)).toBe('mod+k');
    expect(pressText(press('k', { metaKey: true }), true)).toBe('mod+k');
    expect(pressText(press('k', { ctrlKey: true }), true)).toBe('ctrl+k');
    expect(pressText(press('K', { shiftKey: true, ctrlKey: true }), false)).toBe('mod+shift+k');
    expect(pressText(press('?', { shiftKey: true }), false)).toBe('?');
    expect(pressText(press(' '), false)).toBe('Space');
    expect(pressText(press('ArrowLeft', { shiftKey: true, altKey: true }), false)).toBe('alt+shift+ArrowLeft');
  });

  it('are shown as they stand on the keyboard', () => {
    expect(shortcutText('mod+shift+k', false)).toBe('Ctrl+Shift+K');
    expect(shortcutText('mod+k', true)).toBe('⌘+K');
    expect(shortcutText('g l', false)).toBe('G L');
    expect(shortcutText('shift+ArrowLeft', false)).toBe('Shift+←');
    expect(shortcutText('+', false)).toBe('+');
  });
});
