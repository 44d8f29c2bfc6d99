import { ExpectedError } from '#common/errors/index.ts';
import { systemCode } from '#core/kernel/index.ts';

const sourceGone = new Set([
  'EIO',
  'ENODEV',
  'ENXIO',
  'ENOENT',
  'ENOTDIR',
  'ESTALE',
  'EMEDIUMTYPE',
  'ENOMEDIUM',
  'UNKNOWN',
  'EBADF',
]);
const noSpace = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const targetUnwritable = new Set([
  'EROFS',
  'EACCES',
  'EPERM',
  'EIO',
  'ENOENT',
  'ENOTDIR',
  'ENODEV',
  'ESTALE',
  'EMFILE',
  'ENFILE',
]);

/** What reading the source can fail with, in words. Anything unknown is returned as it is. */
export function sourceFailure(error: unknown, path: string): unknown {
  const code = systemCode(error);
  if (code === 'ELOOP' || code === 'EMLINK') {
    return new ExpectedError('unsafe-path', 'The source is a link to another file, not a recording.', {
      subject: path,
      nextStep: 'Nothing was copied. If the link was expected, copy the file it points to.',
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new ExpectedError('source-unreadable', 'The file may not be read by this account.', {
      subject: path,
      nextStep: 'Check who owns the files on the camera, or dock it again.',
      cause: error,
    });
  }
  if (code !== null && sourceGone.has(code)) {
    return new ExpectedError(
      'source-gone',
      'The camera or drive went away, or cannot be read, while it was being copied.',
      {
        subject: path,
        nextStep:
          'Leave the camera in its dock until it says Sealed. Dock it again: what is already sealed is not copied twice.',
        cause: error,
      },
    );
  }
  return error;
}

/** What writing to the vault can fail with, in words. Anything unknown is returned as it is. */
export function targetFailure(error: unknown, path: string): unknown {
  const code = systemCode(error);
  if (code !== null && noSpace.has(code)) {
    return new ExpectedError('destination-full', 'The disk with the evidence vault is full.', {
      subject: path,
      nextStep: 'Make room on that disk. The camera still holds everything; the copy can then be started again.',
      cause: error,
    });
  }
  if (code === 'EEXIST') {
    return new ExpectedError('already-exists', 'A sealed file of this id exists already; it was not touched.', {
      subject: path,
      cause: error,
    });
  }
  if (code !== null && targetUnwritable.has(code)) {
    return new ExpectedError('destination-unwritable', 'The evidence vault cannot be written.', {
      subject: path,
      nextStep: 'Check that the disk of the vault is connected and that this account may write there.',
      cause: error,
    });
  }
  return error;
}
