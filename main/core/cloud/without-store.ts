import { ExpectedError } from '#common/errors/index.ts';
import type { Reconcile } from './reconcile/desk.ts';
import { type CloudDesk, noStore } from './types.ts';

function refuse(): Promise<never> {
  return Promise.reject(
    new ExpectedError(
      'store-unsupported',
      'The training agency has no store: what is practised with stays on this station.',
      {
        nextStep: 'Leave the practice and work in the department to use its store.',
      },
    ),
  );
}

/** Where there is no store, there is nothing to compare with. */
export function withoutComparison(): Reconcile {
  return {
    status: () => Promise.resolve({ run: null, job: null }),
    findings: () => Promise.resolve({ items: [], total: 0 }),
    start: refuse,
    repair: refuse,
  };
}

/** The desk of an agency whose footage stays on this station, such as the training agency's. */
export function withoutStore(): CloudDesk {
  return {
    status: () => Promise.resolve(noStore),
    probe: refuse,
    connect: refuse,
    recoverySecret: refuse,
    confirmRecovery: refuse,
    disconnect: refuse,
    setLimits: refuse,
    setRetention: refuse,
    pause: refuse,
    resume: refuse,
    pin: refuse,
    unpin: refuse,
    setCache: refuse,
    outstanding: refuse,
    queue: () => Promise.resolve({ items: [], total: 0 }),
    sendFirst: refuse,
  };
}
