import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Recording } from '#common/evidence/index.ts';
import { newId, randomBytes, sha256Hex } from '#core/kernel/index.ts';
import { createSealedWriter, openSealedReader, type SealedAccess } from '#core/vault/index.ts';
import type { Manifest } from '../../../main/core/release/manifest.ts';
import { packRelease } from '../../../main/core/release/pack.ts';
import { planPackage } from '../../../main/core/release/package-plan.ts';
import { redactionRows } from '../../../main/core/release/redaction-log.ts';
import { createSigner } from '../../../main/core/release/ssh-signature.ts';
import { verifyPackage } from '../../../main/core/release/verify-package.ts';

const folder = mkdtempSync(join(tmpdir(), 'package-'));
const signer = createSigner(randomBytes(32));
const video = randomBytes(3_000_000);
let zip: string;
let unpacked: string;

const never = new AbortController().signal;
const access = (name: string): SealedAccess => ({ path: join(folder, name), fileKey: randomBytes(32), sealedId: name });

const facts = (bytes: Uint8Array): Omit<Manifest, 'files'> => ({
  format: 'plainview-release/1',
  releaseId: newId('release'),
  renderId: newId('render'),
  agency: { name: 'Example Police Department', training: false },
  releasedAt: '2026-11-23T15:00:00.000Z',
  releasedBy: 'rfeld',
  requester: 'A. Requester, "The Post", Zoë Żak',
  reason: '=HYPERLINK("http://example.org")',
  original: {
    evidenceId: newId('evidence'),
    fileName: 'DoeJane_202611201841_WFC1-0.mp4',
    sha256: 'a'.repeat(64),
    sizeBytes: 5,
    device: 'BWC-07',
    startedAt: '2026-11-20T23:41:00.000Z',
    sealedAt: '2026-11-21T02:00:00.000Z',
  },
  check: {
    passed: true,
    checkedAt: 1,
    sha256: sha256Hex(bytes),
    sizeBytes: bytes.length,
    frames: 100,
    regions: 40,
    checks: [],
  },
  signer: { publicKey: signer.publicKey, fingerprint: signer.fingerprint, identity: 'release@plainview' },
});

const rows = redactionRows(
  {
    tracks: Array.from({ length: 60 }, (_, i) => ({
      id: newId('track'),
      name: i === 0 ? '=cmd()' : `Face of bystander ${i}`,
      style: i % 2 === 0 ? { kind: 'solid' as const } : { kind: 'blur' as const, radius: 24 },
      range: { first: i, last: 90 },
      keyframes: [{ frame: i, box: { x: 10, y: 20, width: 30, height: 40 } }],
    })),
    mutes: [{ id: newId('mute'), name: 'Telephone number', range: { first: 10, last: 500 } }],
  },
  {
    timeBase: { num: 1, den: 30 },
    originTicks: 0,
    pts: Array.from({ length: 100 }, (_, i) => i),
    lastDuration: 1,
    keyframes: [0],
  },
);

const recording = { title: 'Traffic stop', device: { id: 'x', name: 'BWC-07' } } as unknown as Recording;

async function makePackage(name: string, sealed: Uint8Array): Promise<string> {
  const source = access(`${name}-video`);
  const writer = createSealedWriter(source);
  writer.write(sealed);
  await writer.finish();
  const target = access(name);
  const plan = await planPackage(facts(video), rows, recording, signer);
  await packRelease(plan, source, target, never, () => {});
  const reader = await openSealedReader(target);
  const path = join(folder, `${name}.zip`);
  writeFileSync(path, await reader.read(0, reader.size));
  await reader.close();
  return path;
}

beforeAll(async () => {
  zip = await makePackage('good', video);
  unpacked = join(folder, 'unpacked');
  mkdirSync(unpacked);
  execFileSync('unzip', ['-q', zip, '-d', unpacked]);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The package again, with something changed after it was signed. */
function changed(name: string, change: (folder: string) => void): string {
  const copy = join(folder, name);
  execFileSync('cp', ['-r', unpacked, copy]);
  change(copy);
  const path = join(folder, `${name}.zip`);
  execFileSync('python3', [
    '-c',
    'import shutil,sys; shutil.make_archive(sys.argv[1][:-4], "zip", sys.argv[2])',
    path,
    copy,
  ]);
  return path;
}

describe('a release package', () => {
  it('passes our own check and names the key', async () => {
    const report = await verifyPackage(zip, signer.fingerprint);
    expect(report.checks.filter((check) => !check.passed)).toEqual([]);
    expect(report.intact).toBe(true);
    expect(report.signer?.fingerprint).toBe(signer.fingerprint);
  });

  it('can be checked with ssh-keygen and sha256sum, by the commands VERIFY.txt gives', () => {
    const text = readFileSync(join(unpacked, 'VERIFY.txt'), 'utf8');
    const command = /ssh-keygen -Y verify .*/.exec(text)?.[0] ?? 'false';
    expect(execFileSync('bash', ['-c', command], { cwd: unpacked, encoding: 'utf8' })).toContain(
      'Good "plainview-release" signature',
    );
    expect(execFileSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: unpacked, encoding: 'utf8' })).toContain(
      'redaction-log.pdf: OK',
    );
    const manifest = JSON.parse(readFileSync(join(unpacked, 'manifest.json'), 'utf8')) as Manifest;
    const sums = manifest.files.find((file) => file.path === 'SHA256SUMS');
    expect(sums?.sha256).toBe(sha256Hex(readFileSync(join(unpacked, 'SHA256SUMS'))));
    expect(text).toContain(signer.fingerprint);
  });

  it('holds the log as CSV that runs no formula, and as PDF', () => {
    const csv = readFileSync(join(unpacked, 'redaction-log.csv'), 'utf8');
    expect(csv).toContain("'=cmd()");
    expect(csv).toContain('1,picture');
    // RFC 4180: as many fields in every line.
    const lines = csv.trimEnd().split('\r\n');
    const fields = lines.map((line) => line.replaceAll(/"[^"]*"/g, '').split(',').length);
    expect(new Set(fields).size).toBe(1);
    expect(csv).toContain('Telephone number,silenced,10,99');
    const pdf = readFileSync(join(unpacked, 'redaction-log.pdf'));
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.length).toBeGreaterThan(5000);
  });

  it('holds only what the manifest lists', () => {
    const all = readdirSync(unpacked, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(all.map((entry) => entry.name).sort()).toEqual([
      'DoeJane_202611201841_WFC1-0-redacted.mp4',
      'SHA256SUMS',
      'VERIFY.txt',
      'allowed_signers',
      'manifest.json',
      'manifest.json.sig',
      'redaction-log.csv',
      'redaction-log.pdf',
      'signer.pub',
    ]);
  });

  const video1 = 'video/DoeJane_202611201841_WFC1-0-redacted.mp4';
  it.each<[string, (at: string) => void, string]>([
    ['changed-video', (at) => writeFileSync(join(at, video1), randomBytes(3_000_000)), video1],
    ['missing-log', (at) => rmSync(join(at, 'redaction-log.csv')), 'redaction-log.csv'],
    ['added-file', (at) => writeFileSync(join(at, 'extra.txt'), 'x'), 'extra.txt'],
    [
      'changed-manifest',
      (at) =>
        writeFileSync(
          join(at, 'manifest.json'),
          readFileSync(join(at, 'manifest.json'), 'utf8').replace('rfeld', 'other'),
        ),
      'signature',
    ],
    ['missing-signature', (at) => rmSync(join(at, 'manifest.json.sig')), 'manifest'],
  ])('is refused: %s', async (name, change, blamed) => {
    const report = await verifyPackage(changed(name, change));
    expect(report.intact).toBe(false);
    expect(report.checks.filter((check) => !check.passed).map((check) => check.name)).toEqual([blamed]);
  });

  /** The package byte for byte, edited as no packing program would. */
  function edited(name: string, edit: (bytes: Buffer) => Buffer): string {
    const path = join(folder, `${name}.zip`);
    writeFileSync(path, edit(readFileSync(zip)));
    return path;
  }
  /** Python code that writes `out` from the open archive `z`. */
  function rewritten(name: string, code: string): string {
    const path = join(folder, `${name}.zip`);
    const script = `import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nout=zipfile.ZipFile(sys.argv[2],'w')\nfor i in z.infolist():\n  b=z.read(i)\n  n=zipfile.ZipInfo(i.filename)\n${code}\nout.close()\n`;
    execFileSync('python3', ['-c', script, zip, path]);
    return path;
  }

  it.each<[string, () => string, string]>([
    ['a comment at its end', () => rewritten('comment', "  out.writestr(n,b)\nout.comment=b'hello'"), 'after its end'],
    ['a comment of a file', () => rewritten('note', "  n.comment=b'hello'\n  out.writestr(n,b)"), 'has a comment'],
    [
      'a field of its own in a header',
      () => rewritten('extra', "  n.extra=b'\\x99\\x99\\x05\\x00hello'\n  out.writestr(n,b)"),
      'more than sizes and dates',
    ],
    [
      'bytes before the first file',
      () =>
        rewritten(
          'before',
          "  out.fp.seek(out.start_dir)\n  out.fp.write(b'x'*50)\n  out.start_dir=out.fp.tell()\n  out.writestr(n,b)",
        ),
      'bytes',
    ],
    [
      'another name where a file lies',
      () =>
        edited('renamed', (bytes) => {
          bytes.write('other.csv-log.pdf', bytes.indexOf('redaction-log.pdf'), 'latin1');
          return bytes;
        }),
      'is called',
    ],
    ['bytes after its end', () => edited('after', (bytes) => Buffer.concat([bytes, Buffer.alloc(9)])), ''],
  ])('is refused when it hides %s', async (_what, make, words) => {
    const report = await verifyPackage(make()).catch((error: unknown) => error as Error);
    if (report instanceof Error) expect(report.message).toContain('not a release package');
    else {
      expect(report.intact).toBe(false);
      expect(report.checks.find((check) => !check.passed)).toMatchObject({
        name: 'structure',
        detail: expect.stringContaining(words) as string,
      });
    }
  });

  it('is packed again by another program without harm', async () => {
    expect(await verifyPackage(rewritten('again', '  out.writestr(n,b)'))).toMatchObject({ intact: true });
    expect(await verifyPackage(changed('packed', () => undefined))).toMatchObject({ intact: true });
  });

  it('does not unpack what is not as large as it should be', async () => {
    const bomb = rewritten(
      'bomb',
      "  if i.filename=='VERIFY.txt': b=b' '*400000000; n.compress_type=8\n  out.writestr(n,b)",
    );
    const started = performance.now();
    const report = await verifyPackage(bomb);
    expect(report.checks.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual(['VERIFY.txt']);
    // Unpacking and hashing it would take seconds.
    expect(performance.now() - started).toBeLessThan(1500);
  });

  it.each<[string, Partial<Omit<Manifest, 'files'>>, string]>([
    ['names another key', { signer: { publicKey: 'ssh-ed25519 AAAA', fingerprint: 'SHA256:x', identity: 'x' } }, 'key'],
    ['speaks of another video', { check: { ...facts(randomBytes(9)).check } }, 'machine check'],
  ])('is refused when its own manifest %s', async (_what, lie, blamed) => {
    const plan = await planPackage(facts(video), rows, recording, signer);
    const manifest = JSON.parse(Buffer.from(plan.files[0]!.bytes).toString('utf8')) as Manifest;
    const statement = `${JSON.stringify({ ...manifest, ...lie })}\n`;
    const path = changed(`lie-${blamed}`, (at) => {
      writeFileSync(join(at, 'manifest.json'), statement);
      writeFileSync(join(at, 'manifest.json.sig'), signer.sign(Buffer.from(statement), 'plainview-release'));
    });
    const report = await verifyPackage(path);
    expect(report.checks.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual([blamed]);
  });

  it('is refused when signed by another key than the one named', async () => {
    const report = await verifyPackage(zip, 'SHA256:somebodyelse');
    expect(report.intact).toBe(false);
    expect(report.checks.find((check) => !check.passed)?.name).toBe('signer');
  });

  it('is never made from a video other than the one that was checked', async () => {
    const other = video.slice();
    other[1234567] = (other[1234567] ?? 0) ^ 1;
    await expect(makePackage('swapped', other)).rejects.toThrow('not the file that was checked');
    expect(readdirSync(folder)).not.toContain('swapped');
  });

  it('says plainly what is not a package', async () => {
    writeFileSync(join(folder, 'text.zip'), 'not a zip');
    await expect(verifyPackage(join(folder, 'text.zip'))).rejects.toThrow('not a release package');
    await expect(verifyPackage(join(folder, 'absent.zip'))).rejects.toThrow('no such file');
    writeFileSync(join(folder, 'cut.zip'), readFileSync(zip).subarray(0, 1_000_000));
    await expect(verifyPackage(join(folder, 'cut.zip'))).rejects.toThrow('not a release package');
  });
});
