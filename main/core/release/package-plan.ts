import type { Recording } from '#common/evidence/index.ts';
import { sha256Hex } from '#core/kernel/index.ts';
import { type Manifest, manifestName, signatureName, signatureNamespace } from './manifest.ts';
import { type LogRow, redactionCsv } from './redaction-log.ts';
import { redactionPdf } from './redaction-log-pdf.ts';
import type { Signer } from './ssh-signature.ts';
import { verifyText } from './verify-text.ts';

/** A small file of the package, complete. */
export type PackageFile = { readonly path: string; readonly bytes: Uint8Array };

/** Everything of a package but the video's bytes, and what those must turn out to be. */
export type PackagePlan = {
  readonly files: readonly PackageFile[];
  readonly video: { readonly path: string; readonly sha256: string; readonly sizeBytes: number };
  readonly writtenAt: number;
};

/** Writes the log, the instructions, the manifest and its signature. The video is named by the hash the guard checked. */
export async function planPackage(
  facts: Omit<Manifest, 'files'>,
  rows: readonly LogRow[],
  recording: Recording,
  signer: Signer,
): Promise<PackagePlan> {
  const text = (path: string, content: string): PackageFile => ({ path, bytes: new TextEncoder().encode(content) });
  const video = {
    path: `video/${safeStem(facts.original.fileName)}-redacted.mp4`,
    sha256: facts.check.sha256,
    sizeBytes: facts.check.sizeBytes,
  };
  const listed = [
    text('redaction-log.csv', redactionCsv(rows, recording, facts.original.sha256)),
    { path: 'redaction-log.pdf', bytes: await redactionPdf(rows, facts) },
    text('VERIFY.txt', verifyText(facts, video.path)),
    text('signer.pub', `${signer.publicKey} ${facts.signer.identity}\n`),
    text('allowed_signers', `${facts.signer.identity} namespaces="${signatureNamespace}" ${signer.publicKey}\n`),
  ];
  const entries = listed.map(({ path, bytes }) => ({ path, sizeBytes: bytes.length, sha256: sha256Hex(bytes) }));
  const sums = text('SHA256SUMS', [video, ...entries].map((entry) => `${entry.sha256}  ${entry.path}\n`).join(''));
  const manifest: Manifest = {
    ...facts,
    files: [video, ...entries, { path: sums.path, sizeBytes: sums.bytes.length, sha256: sha256Hex(sums.bytes) }],
  };
  const statement = text(manifestName, `${JSON.stringify(manifest, null, 2)}\n`);
  const signature = text(signatureName, signer.sign(statement.bytes, signatureNamespace));
  return { files: [statement, signature, ...listed, sums], video, writtenAt: Date.parse(facts.releasedAt) };
}

/** A file stem made only of letters, digits, dots and dashes, so that every system can unpack it. */
export function safeStem(fileName: string): string {
  const stem = fileName.replace(/\.[A-Za-z0-9]+$/, '');
  const safe = stem
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80);
  return safe === '' ? 'recording' : safe;
}
