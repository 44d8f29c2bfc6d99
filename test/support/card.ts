import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { randomBytes } from '#core/kernel/index.ts';

let small: Uint8Array | null = null;

/** One second of real H.264 with sound, made once. */
export function smallMovie(): Uint8Array {
  if (small !== null) return small;
  const folder = mkdtempSync(join(tmpdir(), 'plainview-movie-'));
  const path = join(folder, 'movie.mp4');
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=10:d=1', '-f', 'lavfi', '-i', 'sine=d=1'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', path],
  ]);
  small = new Uint8Array(readFileSync(path));
  rmSync(folder, { recursive: true });
  return small;
}

/** A movie that plays and differs from every other: a `free` box with random bytes at its end, `size` bytes in all at least. */
export function movie(size = 0): Uint8Array {
  const base = smallMovie();
  const filling = randomBytes(Math.max(16, size - base.length - 8));
  const box = new Uint8Array(8 + filling.length);
  new DataView(box.buffer).setUint32(0, box.length);
  box.set(Buffer.from('free'), 4);
  box.set(filling, 8);
  return Buffer.concat([base, box]);
}

/** The same without its index: what is left when a camera loses power while it writes. */
export function truncatedMovie(): Uint8Array {
  const whole = Buffer.from(movie());
  const at = whole.indexOf(Buffer.from('moov'));
  if (at < whole.indexOf(Buffer.from('mdat'))) throw new Error('This movie has its index in front.');
  return whole.subarray(0, at - 4);
}

/** Writes files below a folder; text is written as UTF-8. All get the given date. */
export function fill(
  root: string,
  files: Readonly<Record<string, Uint8Array | string>>,
  date = new Date('2026-11-20T23:00:00Z'),
): void {
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
    utimesSync(join(root, path), date, date);
  }
}

/** Whether this test may mount file systems; says so aloud when it may not. */
export function mayMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    process.stderr.write('\nSKIPPED: mounting needs root on Linux; nothing was tested with tmpfs and loop images.\n');
    return false;
  }
  const folder = mkdtempSync(join(tmpdir(), 'plainview-mount-'));
  const able = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status === 0;
  if (able) execFileSync('umount', [folder]);
  else
    process.stderr.write(
      '\nSKIPPED: this computer lets nobody mount; nothing was tested with tmpfs and loop images.\n',
    );
  rmSync(folder, { recursive: true, force: true });
  return able;
}

/** A file system of its own, unmounted (lazily) at the end. */
export type Mounted = Disposable & { readonly path: string; unmount(): void };

export function mountTmpfs(size: string, path = mkdtempSync(join(tmpdir(), 'plainview-tmpfs-'))): Mounted {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]);
  return mounted(path);
}

/** An ext4 image file with this label, mounted at `path` through a loop device. */
export function mountImage(image: string, megabytes: number, label: string, path: string): Mounted {
  writeFileSync(image, '');
  execFileSync('truncate', ['-s', `${megabytes}M`, image]);
  execFileSync('mkfs.ext4', ['-q', '-L', label, image]);
  return remountImage(image, path);
}

export function remountImage(image: string, path: string): Mounted {
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-o', 'loop', image, path]);
  return mounted(path);
}

function mounted(path: string): Mounted {
  let there = true;
  const unmount = (): void => {
    if (!there) return;
    there = false;
    execFileSync('umount', ['-l', path]);
  };
  return {
    path,
    unmount,
    [Symbol.dispose]: () => {
      unmount();
      rmSync(path, { recursive: true, force: true });
    },
  };
}
