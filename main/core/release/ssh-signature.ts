import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { ExpectedError } from '#common/errors/index.ts';

/**
 * OpenSSH's detached signature format ("SSHSIG", PROTOCOL.sshsig in OpenSSH's source), Ed25519 only, so that anybody can
 * check a package with `ssh-keygen -Y verify`.
 */
const magic = Buffer.from('SSHSIG');
const keyType = 'ssh-ed25519';
const hashName = 'sha512';

/** DER headers that turn 32 raw bytes into the forms node:crypto reads (RFC 8410). */
const pkcs8Header = Buffer.from('302e020100300506032b657004220420', 'hex');
const spkiHeader = Buffer.from('302a300506032b6570032100', 'hex');

/** Signs for one namespace with one key. */
export type Signer = {
  /** The public key as in an `authorized_keys` line: `ssh-ed25519 AAAA…`. */
  readonly publicKey: string;
  /** What people compare: `SHA256:` and the base64 hash of the key, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  /** An armoured detached signature over the bytes. */
  sign(bytes: Uint8Array, namespace: string): string;
};

/** A signer from a 32-byte Ed25519 seed. */
export function createSigner(seed: Uint8Array): Signer {
  if (seed.length !== 32) throw new Error(`An Ed25519 seed has 32 bytes, not ${seed.length}.`);
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Header, seed]), format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(spkiHeader.length);
  const blob = Buffer.concat([field(keyType), field(raw)]);
  return {
    publicKey: `${keyType} ${blob.toString('base64')}`,
    fingerprint: fingerprintOf(blob),
    sign(bytes, namespace) {
      const signature = sign(null, signedData(bytes, namespace), privateKey);
      const body = Buffer.concat([
        magic,
        uint32(1),
        field(blob),
        field(namespace),
        field(''),
        field(hashName),
        field(Buffer.concat([field(keyType), field(signature)])),
      ]);
      return armour(body);
    },
  };
}

/** Who signed: the key inside the signature, after the signature was found to be theirs. */
export type VerifiedSigner = { readonly publicKey: string; readonly fingerprint: string };

/**
 * Checks an armoured signature over the bytes and returns whose key made it. Whether that key is the department's is
 * for the caller to compare. Throws `package-invalid` when the signature is malformed or does not fit.
 */
export function verifySignature(bytes: Uint8Array, armoured: string, namespace: string): VerifiedSigner {
  const body = dearmour(armoured);
  const reader = fieldReader(body, magic.length);
  if (!body.subarray(0, magic.length).equals(magic) || reader.uint32() !== 1) throw unreadable();
  const blob = reader.field();
  const space = reader.field().toString();
  reader.field();
  const hash = reader.field().toString();
  const outer = fieldReader(reader.field());
  const key = fieldReader(blob);
  const signatureType = outer.field().toString();
  const signature = outer.field();
  if (key.field().toString() !== keyType || signatureType !== keyType || hash !== hashName) throw unreadable();
  const raw = key.field();
  if (raw.length !== 32 || space !== namespace) throw unreadable();
  const publicKey: KeyObject = createPublicKey({ key: Buffer.concat([spkiHeader, raw]), format: 'der', type: 'spki' });
  if (!verify(null, signedData(bytes, namespace), publicKey, signature)) {
    throw new ExpectedError(
      'package-invalid',
      'The signature does not belong to this manifest: one of them was changed.',
      {
        subject: 'manifest.json',
        nextStep: 'Do not rely on this package. Ask the department for a new one.',
      },
    );
  }
  return { publicKey: `${keyType} ${blob.toString('base64')}`, fingerprint: fingerprintOf(blob) };
}

function signedData(bytes: Uint8Array, namespace: string): Buffer {
  const digest = createHash(hashName).update(bytes).digest();
  return Buffer.concat([magic, field(namespace), field(''), field(hashName), field(digest)]);
}

function fingerprintOf(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function field(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as Uint8Array);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function fieldReader(bytes: Buffer, start = 0) {
  let position = start;
  const uint32 = (): number => {
    if (position + 4 > bytes.length) throw unreadable();
    position += 4;
    return bytes.readUInt32BE(position - 4);
  };
  return {
    uint32,
    field(): Buffer {
      const length = uint32();
      if (position + length > bytes.length) throw unreadable();
      position += length;
      return bytes.subarray(position - length, position);
    },
  };
}

const begin = '-----BEGIN SSH SIGNATURE-----';
const end = '-----END SSH SIGNATURE-----';

function armour(body: Buffer): string {
  const lines = body.toString('base64').match(/.{1,70}/g) ?? [];
  return `${[begin, ...lines, end].join('\n')}\n`;
}

function dearmour(text: string): Buffer {
  const lines = text.trim().split(/\r?\n/);
  if (lines[0] !== begin || lines.at(-1) !== end) throw unreadable();
  const body = Buffer.from(lines.slice(1, -1).join(''), 'base64');
  // Nothing beside the signature travels in its file.
  if (armour(body).trim() !== lines.join('\n')) throw unreadable();
  return body;
}

function unreadable(): ExpectedError {
  return new ExpectedError('package-invalid', 'The signature file is not an OpenSSH Ed25519 signature for a release.', {
    subject: 'manifest.json.sig',
    nextStep: 'Do not rely on this package. Ask the department for a new one.',
  });
}
