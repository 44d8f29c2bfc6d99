import { describe, expect, it } from 'vitest';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import { parseCommand } from '#shells/cli/arguments.ts';
import { exitCodeOf, NotSetUpError } from '#shells/cli/exit-codes.ts';
import { plural, size } from '#shells/cli/words.ts';

describe('parseCommand', () => {
  it.each([
    ['', { kind: 'start', port: 0, noOpen: false }],
    ['--no-open --port 8100', { kind: 'start', port: 8100, noOpen: true }],
    ['start --port=0', { kind: 'start', port: 0, noOpen: false }],
    ['offload /mnt/card', { kind: 'offload', path: '/mnt/card', agency: 'department', toStore: null }],
    ['offload card --agency training', { kind: 'offload', path: 'card', agency: 'training', toStore: null }],
    [
      'offload card --to-store --store s.json --give-up-after 90',
      {
        kind: 'offload',
        path: 'card',
        agency: 'department',
        toStore: { targetFile: 's.json', giveUpAfterMinutes: 90 },
      },
    ],
    [
      'offload card --to-store',
      {
        kind: 'offload',
        path: 'card',
        agency: 'department',
        toStore: { targetFile: null, giveUpAfterMinutes: null },
      },
    ],
    ['verify a.zip', { kind: 'verify', path: 'a.zip', fingerprint: null }],
    ['verify a.zip --signer SHA256:x', { kind: 'verify', path: 'a.zip', fingerprint: 'SHA256:x' }],
    ['doctor', { kind: 'doctor' }],
    ['reconcile', { kind: 'reconcile', thorough: false, repair: false }],
    ['reconcile --thorough --repair', { kind: 'reconcile', thorough: true, repair: true }],
    ['setup --name N --username u', { kind: 'setup', name: 'N', username: 'u', zone: null, displayName: null }],
    ['passphrase set', { kind: 'passphrase', action: 'set' }],
    ['passphrase remove --data d', { kind: 'passphrase', action: 'remove' }],
    ['audit verify', { kind: 'audit-verify', agency: 'department' }],
    ['audit export -o f', { kind: 'audit-export', agency: 'department', output: 'f' }],
    ['--help', { kind: 'help', topic: null }],
    ['help audit', { kind: 'help', topic: 'audit' }],
    ['offload --help', { kind: 'help', topic: 'offload' }],
    ['--version', { kind: 'version' }],
  ])('%j', (line, command) => {
    expect(parseCommand(line.split(' ').filter(Boolean)).command).toEqual(command);
  });

  it('reads what every command understands', () => {
    expect(parseCommand(['doctor', '--json', '--data', '/srv/p'])).toMatchObject({ json: true, dataDir: '/srv/p' });
    expect(parseCommand(['offload', '--', '--odd-name']).command).toMatchObject({ path: '--odd-name' });
  });

  it.each([
    'burn',
    '__proto__',
    'constructor',
    'offload',
    'offload a b',
    'offload a --agency other',
    'offload a --nonsense',
    'offload a --store s.json',
    'offload a --give-up-after 5',
    'offload a --to-store --give-up-after soon',
    'offload a --to-store --give-up-after 0',
    'offload a --to-store --agency training',
    'offload a --to-store --recovery-secret x',
    'verify',
    'doctor now',
    'reconcile now',
    'start --port 70000',
    'start --port 80a',
    'setup',
    'setup --name N',
    'audit',
    'passphrase',
    'passphrase change',
    'passphrase set more',
    'audit erase',
    'audit verify more',
    'start --data',
  ])('does not understand %j', (line) => {
    expect(() => parseCommand(line.split(' '))).toThrow(expect.objectContaining({ code: 'invalid-request' }) as Error);
  });
});

describe('exit codes', () => {
  it.each([
    [new NotSetUpError(), 3],
    [new ExpectedError('station-busy', ''), 4],
    [new ExpectedError('invalid-request', ''), 2],
    [new ExpectedError('source-gone', ''), 1],
    [new CancelledError(), 130],
    [new Error(''), 70],
    ['thrown text', 70],
  ])('%s is %i', (thrown, code) => {
    expect(exitCodeOf(thrown)).toBe(code);
  });
});

describe('words', () => {
  it('says sizes and counts', () => {
    expect([0, 999, 1000, 1_234_567, 999_600_000, 3.2e9].map(size)).toEqual([
      '0 bytes',
      '999 bytes',
      '1.0 KB',
      '1.2 MB',
      '1.0 GB',
      '3.2 GB',
    ]);
    expect([plural(1, 'file'), plural(2, 'file')]).toEqual(['1 file', '2 files']);
  });
});
