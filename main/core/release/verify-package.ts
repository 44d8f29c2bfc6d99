import { promisify } from 'node:util';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { ExpectedError } from '#common/errors/index.ts';
import { createSha256 } from '#core/kernel/index.ts';
import { type Manifest, manifestName, manifestSchema, signatureName, signatureNamespace } from './manifest.ts';
import { verifySignature } from './ssh-signature.ts';
import { checkLayout } from './zip-layout.ts';

/** One thing that was looked at, in words. */
export type PackageCheck = { readonly name: string; readonly passed: boolean; readonly detail: string };

/** What the check of a package found. `signer` is null when the signature does not hold. */
export type PackageReport = {
  readonly intact: boolean;
  readonly checks: readonly PackageCheck[];
  readonly signer: { readonly fingerprint: string; readonly publicKey: string } | null;
  readonly manifest: Manifest | null;
};

/** Manifest and signature are small; anything larger is not ours. */
const smallFile = 16 * 1024 * 1024;

/**
 * Checks a release package without the station that made it: structure of the ZIP, signature, and every file's hash.
 * `expectedFingerprint` is what the department publishes; without it the report says that the signer was not compared.
 * Throws `package-invalid` only when the file is not a ZIP at all, `not-found` when it is not there.
 */
export async function verifyPackage(path: string, expectedFingerprint: string | null = null): Promise<PackageReport> {
  const zip = await openZip(path);
  try {
    return await inspect(zip, path, expectedFingerprint);
  } finally {
    zip.close();
  }
}

async function inspect(zip: ZipFile, path: string, expectedFingerprint: string | null): Promise<PackageReport> {
  const checks: PackageCheck[] = [];
  const note = (name: string, passed: boolean, detail: string): boolean => {
    checks.push({ name, passed, detail });
    return passed;
  };
  const report = (signer: PackageReport['signer'], manifest: Manifest | null): PackageReport => ({
    intact: checks.every((check) => check.passed),
    checks,
    signer,
    manifest,
  });

  const files = new Map<string, Entry>();
  const structure = await attempt(async () => {
    const entries = await readEntries(zip);
    await checkLayout(path, entries);
    for (const entry of entries) {
      // Folders that a packing program added say nothing.
      if (entry.fileName.endsWith('/') && entry.uncompressedSize === 0) continue;
      if (files.has(entry.fileName)) throw new Error(`${entry.fileName} is in it twice`);
      files.set(entry.fileName, entry);
    }
  });
  if (!note('structure', structure.failure === null, structure.failure ?? `${files.size} files`))
    return report(null, null);

  const statement = await attempt(() => readSmall(zip, files.get(manifestName), manifestName));
  const signature = await attempt(() => readSmall(zip, files.get(signatureName), signatureName));
  if (!statement.done || !signature.done) {
    note('manifest', false, statement.failure ?? signature.failure ?? '');
    return report(null, null);
  }
  const { value: bytes } = statement;
  const armoured = signature.value.toString('utf8');
  const signed = await attempt(() => verifySignature(bytes, armoured, signatureNamespace));
  note('signature', signed.done, signed.done ? `good, by the key ${signed.value.fingerprint}` : signed.failure);
  if (!signed.done) return report(null, null);
  const signer = signed.value;

  const parsed = await attempt(() => manifestSchema.parse(JSON.parse(bytes.toString('utf8'))));
  note(
    'manifest',
    parsed.done,
    parsed.done ? `release ${parsed.value.releaseId} by ${parsed.value.agency.name}` : parsed.failure,
  );
  if (!parsed.done) return report(signer, null);
  const manifest = parsed.value;

  const { publicKey, fingerprint } = manifest.signer;
  const names = publicKey === signer.publicKey && fingerprint === signer.fingerprint;
  note(
    'key',
    names,
    names ? 'the manifest names the key that signed it' : 'the manifest names another key than signed it',
  );
  if (expectedFingerprint !== null) {
    const same = signer.fingerprint === expectedFingerprint;
    note('signer', same, same ? 'the key you named' : `signed by ${signer.fingerprint}, not by ${expectedFingerprint}`);
  }
  const checked = manifest.files.some(
    ({ sha256, sizeBytes }) => sha256 === manifest.check.sha256 && sizeBytes === manifest.check.sizeBytes,
  );
  note('machine check', manifest.check.passed && checked, machineCheckInWords(manifest.check.passed, checked));
  for (const listed of manifest.files) {
    const entry = files.get(listed.path);
    files.delete(listed.path);
    if (entry === undefined) {
      note(listed.path, false, 'is missing');
      continue;
    }
    // Said before it is unpacked: a few bytes can unpack to more than any disk holds.
    if (entry.uncompressedSize !== listed.sizeBytes) {
      note(listed.path, false, 'was changed after it was signed');
      continue;
    }
    const hashed = await attempt(() => hashEntry(zip, entry));
    if (!hashed.done) note(listed.path, false, hashed.failure);
    else {
      const same = hashed.value.sha256 === listed.sha256 && hashed.value.size === listed.sizeBytes;
      note(listed.path, same, same ? `SHA-256 ${listed.sha256}` : 'was changed after it was signed');
    }
  }
  files.delete(manifestName);
  files.delete(signatureName);
  for (const stranger of files.keys()) note(stranger, false, 'is not in the manifest');
  return report(signer, manifest);
}

function machineCheckInWords(passed: boolean, isInPackage: boolean): string {
  if (!passed) return 'the video did not pass';
  return isInPackage ? 'the video passed before release' : 'the video that passed is not in this package';
}

type Attempt<T> =
  | { readonly done: true; readonly value: T; readonly failure: null }
  | { readonly done: false; readonly failure: string };

async function attempt<T>(work: () => T | Promise<T>): Promise<Attempt<T>> {
  try {
    return { done: true, value: await work(), failure: null };
  } catch (error) {
    return { done: false, failure: error instanceof Error ? error.message : String(error) };
  }
}

const openFile = promisify<string, yauzl.Options, ZipFile>(yauzl.open);

async function openZip(path: string): Promise<ZipFile> {
  try {
    return await openFile(path, {
      lazyEntries: true,
      autoClose: false,
      strictFileNames: true,
      validateEntrySizes: true,
    });
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new ExpectedError(
      missing ? 'not-found' : 'package-invalid',
      missing ? 'There is no such file.' : 'This file is not a release package: it is not a readable ZIP file.',
      {
        subject: path,
        nextStep: missing
          ? 'Check the path.'
          : 'Ask the department for a new copy; it may have been cut short on its way.',
        cause: error,
      },
    );
  }
}

function readEntries(zip: ZipFile): Promise<readonly Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.on('end', () => resolve(entries));
    zip.on('error', reject);
    zip.readEntry();
  });
}

function openEntry(zip: ZipFile, entry: Entry): Promise<NodeJS.ReadableStream> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error !== null) reject(error);
      else resolve(stream);
    });
  });
}

async function readSmall(zip: ZipFile, entry: Entry | undefined, name: string): Promise<Buffer> {
  if (entry === undefined) throw new Error(`${name} is missing`);
  if (entry.uncompressedSize > smallFile) throw new Error(`${name} is too large to be genuine`);
  const chunks: Buffer[] = [];
  for await (const chunk of await openEntry(zip, entry)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function hashEntry(zip: ZipFile, entry: Entry): Promise<{ sha256: string; size: number }> {
  const hash = createSha256();
  let size = 0;
  for await (const chunk of await openEntry(zip, entry)) {
    hash.update(chunk as Buffer);
    size += chunk.length;
  }
  return { sha256: hash.digestHex(), size };
}
