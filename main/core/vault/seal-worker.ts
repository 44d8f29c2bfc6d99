import { type CallContext, serveWorker } from '#core/kernel/index.ts';
import { type ReadBackResult, readBackSealed } from './read-back.ts';
import {
  createSealBuffers,
  type SealFileParams,
  type SealFileResult,
  type SealProgress,
  sealFile,
} from './seal-file.ts';
import type { SealedAccess } from './sealed-reader.ts';

// One worker does one file at a time (the pool sees to it), so one set of buffers is enough.
const buffers = createSealBuffers();

const api = {
  seal: (params: SealFileParams, { signal, progress }: CallContext<SealProgress>): Promise<SealFileResult> =>
    sealFile(params, buffers, { signal, onProgress: progress }),
  verify: (access: SealedAccess, { signal, progress }: CallContext<number>): Promise<ReadBackResult> =>
    readBackSealed({ ...access, buffers: buffers.sealed, signal, onVerified: progress }),
};
export type SealWorkerApi = typeof api;

serveWorker(api);
