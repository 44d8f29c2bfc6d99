import { serveWorker } from '#core/kernel/index.ts';
import type { GuardApi } from './guard-api.ts';
import { examine } from './guard-examine.ts';
import { packRelease } from './pack.ts';

const api: GuardApi = {
  check: (plan, { signal, progress }) => examine(plan, signal, (frames) => progress({ frames })),
  pack: ({ plan, video, target }, { signal, progress }) => packRelease(plan, video, target, signal, progress),
};

serveWorker(api);
