import { ExpectedError } from '#common/errors/index.ts';
import { type CloudDesk, noStore } from './types.ts';

/** The desk of an agency whose footage stays on this station, such as the training agency's. */
export function withoutStore(): CloudDesk {
  const refuse = (): Promise<never> =>
    Promise.reject(
      new ExpectedError(
        'store-unsupported',
        'The training agency has no store: what is practised with stays on this station.',
        {
          nextStep: 'Leave the practice and work in the department to use its store.',
        },
      ),
    );
  return {
    status: () => Promise.resolve(noStore),
    probe: refuse,
    connect: refuse,
    disconnect: refuse,
    setLimits: refuse,
    setRetention: refuse,
    pause: refuse,
    resume: refuse,
    pin: refuse,
    unpin: refuse,
    setCache: refuse,
    queue: () => Promise.resolve({ items: [], total: 0 }),
    sendFirst: refuse,
  };
}
