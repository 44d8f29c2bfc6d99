import { Readable } from 'node:stream';
import yazl from 'yazl';
import { ExpectedError } from '#common/errors/index.ts';
import { createSha256 } from '#core/kernel/index.ts';
import {
  createSealedWriter,
  openSealedReader,
  type SealedAccess,
  type SealedReader,
  type SealedWriteResult,
} from '#core/vault/index.ts';
import type { PackagePlan } from './package-plan.ts';

const slice = 1024 * 1024;

/**
 * Writes the ZIP of a release straight into the vault. The video is hashed on its way; if it is not the file the guard
 * checked, nothing is left behind. Runs in the worker process, as it reads every byte of the video.
 */
export async function packRelease(
  plan: PackagePlan,
  video: SealedAccess,
  target: SealedAccess,
  signal: AbortSignal,
  progress: (doneBytes: number) => void,
): Promise<SealedWriteResult> {
  const reader = await openSealedReader(video);
  const writer = createSealedWriter(target);
  try {
    const zip = new yazl.ZipFile();
    const options = { mtime: new Date(plan.writtenAt), mode: 0o100644, forceDosTimestamp: true };
    for (const file of plan.files) zip.addBuffer(Buffer.from(file.bytes), file.path, options);
    const stream = Readable.from(checkedVideo(reader, plan, signal, progress), { objectMode: false });
    zip.addReadStream(stream, plan.video.path, { ...options, compress: false, size: plan.video.sizeBytes });
    zip.end();
    const failed = new Promise<never>((_, reject) => {
      stream.on('error', reject);
      zip.on('error', reject);
    });
    const written = (async () => {
      for await (const chunk of zip.outputStream) {
        signal.throwIfAborted();
        writer.write(chunk as Uint8Array);
      }
    })();
    await Promise.race([written, failed]);
    return await writer.finish();
  } catch (error) {
    writer.abort();
    throw error;
  } finally {
    await reader.close();
  }
}

async function* checkedVideo(
  reader: SealedReader,
  plan: PackagePlan,
  signal: AbortSignal,
  progress: (doneBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createSha256();
  for (let position = 0; position < reader.size; position += slice) {
    signal.throwIfAborted();
    const bytes = await reader.read(position, slice);
    hash.update(bytes);
    progress(position + bytes.length);
    // The last slice is only let through once the whole is known to be right.
    if (
      position + bytes.length >= reader.size &&
      (hash.digestHex() !== plan.video.sha256 || reader.size !== plan.video.sizeBytes)
    ) {
      throw new ExpectedError('not-passed', 'The video is not the file that was checked. Nothing was released.', {
        subject: plan.video.path,
        nextStep: 'Render the redacted copy again; the new file is checked again before it can be released.',
      });
    }
    yield bytes;
  }
}
