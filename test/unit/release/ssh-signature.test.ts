import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSigner, verifySignature } from '../../../main/core/release/ssh-signature.ts';

const namespace = 'plainview-release';
const signer = createSigner(new Uint8Array(32).fill(7));
const statement = new TextEncoder().encode('{"a statement":1}\n');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'signature-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function sshKeygen(message: Uint8Array, signature: string): string {
  writeFileSync(join(folder, 'allowed'), `release@plainview namespaces="${namespace}" ${signer.publicKey}\n`);
  writeFileSync(join(folder, 'statement.sig'), signature);
  const args = ['-Y', 'verify', '-f', 'allowed', '-I', 'release@plainview', '-n', namespace, '-s', 'statement.sig'];
  return execFileSync('ssh-keygen', args, {
    cwd: folder,
    input: message,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

describe('a release signature', () => {
  it('is accepted by ssh-keygen', () => {
    expect(sshKeygen(statement, signer.sign(statement, namespace))).toContain(`Good "${namespace}" signature`);
  });

  it('is refused by ssh-keygen for another message', () => {
    expect(() => sshKeygen(new TextEncoder().encode('other'), signer.sign(statement, namespace))).toThrow();
  });

  it('names the same fingerprint as ssh-keygen', () => {
    writeFileSync(join(folder, 'key.pub'), `${signer.publicKey} release\n`);
    expect(execFileSync('ssh-keygen', ['-l', '-f', 'key.pub'], { cwd: folder, encoding: 'utf8' })).toContain(
      signer.fingerprint,
    );
  });

  it('is verified by us, and one made by ssh-keygen too', () => {
    expect(verifySignature(statement, signer.sign(statement, namespace), namespace).fingerprint).toBe(
      signer.fingerprint,
    );
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', 'theirs'], { cwd: folder });
    writeFileSync(join(folder, 'message'), statement);
    const theirs = execFileSync('ssh-keygen', ['-Y', 'sign', '-q', '-f', 'theirs', '-n', namespace], {
      cwd: folder,
      input: statement,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const fingerprint = execFileSync('ssh-keygen', ['-l', '-f', 'theirs.pub'], { cwd: folder, encoding: 'utf8' });
    expect(fingerprint).toContain(verifySignature(statement, theirs, namespace).fingerprint);
  });

  it.each([
    ['another message', (text: string) => text, new TextEncoder().encode('{"a statement":2}\n'), namespace],
    ['another purpose', (text: string) => text, statement, 'git'],
    ['a cut signature', (text: string) => text.slice(0, 90), statement, namespace],
    [
      'another signature',
      (text: string) => text.replace(/[A-Za-z](?=[A-Za-z0-9+/=]{3}\n-----END)/, (c) => (c === 'Q' ? 'R' : 'Q')),
      statement,
      namespace,
    ],
  ])('is refused for %s', (_name, change, message, purpose) => {
    expect(() => verifySignature(message, change(signer.sign(statement, namespace)), purpose)).toThrow(/signature/i);
  });
});
