import { ExpectedError } from '#common/errors/index.ts';
import { MissingRight } from './errors.ts';

export function errorCodeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** What file systems say that know no hard links. */
export const noHardLinks = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EXDEV',
  'EINVAL',
  'UNKNOWN',
]);

const full = new Set(['ENOSPC', 'EDQUOT']);
const forbidden = new Set(['EACCES', 'EPERM', 'EROFS']);
const busy = new Set(['EBUSY', 'EAGAIN', 'EMFILE', 'ENFILE', 'ETXTBSY', 'ENOLCK']);
const gone = new Set([
  'EIO',
  'ENOENT',
  'ENOTDIR',
  'ENODEV',
  'ENXIO',
  'EBADF',
  'ESTALE',
  'ENOTCONN',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ECONNRESET',
  'ECONNABORTED',
  'ECONNREFUSED',
  'EREMOTEIO',
  'ENOMEDIUM',
  'UNKNOWN',
]);

/** What a folder can fail with, in words and in the port's codes. Anything unknown is returned as it is. */
export function folderFailure(error: unknown, folder: string): unknown {
  const code = errorCodeOf(error);
  if (error instanceof ExpectedError || code === null) return error;
  const details = (nextStep: string) => ({ subject: folder, nextStep, cause: error });
  if (full.has(code)) {
    return new ExpectedError(
      'destination-full',
      'The disk or share with the store is full.',
      details('Make room there, or raise its quota. Nothing is lost: this station keeps what could not be sent.'),
    );
  }
  if (forbidden.has(code)) {
    return new MissingRight(
      'the right to read, write and delete there',
      code === 'EROFS'
        ? 'The store is on a disk that can only be read.'
        : 'This account may not do that in the folder.',
      details('Let the account that Plainview runs under read, write and delete in this folder and all below it.'),
    );
  }
  if (busy.has(code)) {
    return new ExpectedError(
      'store-busy',
      'The disk or share is busy.',
      details('Nothing needs to be done: it is tried again.'),
    );
  }
  if (code === 'EFBIG' || code === 'ENAMETOOLONG') {
    return new ExpectedError(
      'store-unsupported',
      code === 'EFBIG'
        ? 'The disk or share cannot hold a file of this size.'
        : 'The disk or share cannot hold names of this length.',
      details('Use a disk with NTFS, APFS, ext4 or XFS, or a share of such a disk.'),
    );
  }
  if (code === 'ELOOP' || code === 'EMLINK') return linkInTheWay(folder, error);
  if (gone.has(code)) {
    return new ExpectedError(
      'store-unreachable',
      'The folder of the store cannot be reached.',
      details('Check that the disk or network share is connected.'),
    );
  }
  return error;
}

/** Links are never followed: what is written or read through one may lie anywhere. */
export function linkInTheWay(path: string, cause?: unknown): ExpectedError {
  return new ExpectedError('store-refused', 'A link lies where the store keeps a file or folder of its own.', {
    subject: path,
    nextStep: 'Find out who put it there. The store may hold no links; move the real folder there instead.',
    ...(cause === undefined ? {} : { cause }),
  });
}
