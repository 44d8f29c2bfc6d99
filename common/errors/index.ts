import { z } from 'zod';

/** Stable codes of expected errors. A code never changes meaning; screens and exit codes hang on it. */
export const errorCodes = [
  'invalid-request',
  'not-signed-in',
  'wrong-credentials',
  'account-locked',
  'not-allowed',
  'not-found',
  'conflict',
  'already-exists',
  'stale-version',
  'not-ready',
  'station-busy',
  'source-gone',
  'source-changed',
  'source-unreadable',
  'not-a-recording',
  'unsafe-path',
  'destination-full',
  'destination-unwritable',
  'verification-failed',
  'tampered',
  'key-missing',
  'key-wrong',
  'unsupported-media',
  'damaged-media',
  'worker-crashed',
  'render-failed',
  'guard-failed',
  'not-passed',
  'package-invalid',
  'audit-broken',
  'too-large',
  'store-unreachable',
  'store-refused',
  'store-busy',
  'store-conflict',
  'store-unsupported',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/**
 * What the other side of a boundary learns of an error. Three families, and every error belongs to exactly one: `bug` (ours),
 * `expected` (the world's: has a code, a subject and a next step) and `cancelled` (somebody asked).
 * `reference` joins it to the log line that holds the stack.
 */
export const wireErrorSchema = z.object({
  family: z.enum(['bug', 'expected', 'cancelled']),
  code: z.enum(errorCodes).nullable(),
  message: z.string(),
  subject: z.string().nullable(),
  nextStep: z.string().nullable(),
  reference: z.string().nullable(),
});
export type WireError = z.infer<typeof wireErrorSchema>;

/** An error of the world, said in words: what happened, to what (`subject`), what to do next (`nextStep`). */
export class ExpectedError extends Error {
  override readonly name = 'ExpectedError';
  readonly code: ErrorCode;
  readonly subject: string | null;
  readonly nextStep: string | null;

  constructor(
    code: ErrorCode,
    message: string,
    details: { readonly subject?: string; readonly nextStep?: string; readonly cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.subject = details.subject ?? null;
    this.nextStep = details.nextStep ?? null;
  }
}

/** Somebody asked for the work to stop. Never shown as a failure. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';

  constructor(message = 'Cancelled.') {
    super(message);
  }
}

/** The wire shape of any thrown value. A bug's own words stay in the log: the person gets the reference number. */
export function toWireError(thrown: unknown, reference: string | null = null): WireError {
  if (thrown instanceof ExpectedError) {
    const { code, message, subject, nextStep } = thrown;
    return { family: 'expected', code, message, subject, nextStep, reference };
  }
  if (thrown instanceof CancelledError) {
    return { family: 'cancelled', code: null, message: thrown.message, subject: null, nextStep: null, reference: null };
  }
  return {
    family: 'bug',
    code: null,
    message: 'Something went wrong inside Plainview.',
    subject: null,
    nextStep: 'Try again. If it happens again, give the reference number to whoever looks after this station.',
    reference,
  };
}

/** The error a wire shape stands for, so that code on the far side can throw it again. */
export function fromWireError(wire: WireError): Error {
  if (wire.family === 'expected' && wire.code !== null) {
    return new ExpectedError(wire.code, wire.message, {
      ...(wire.subject === null ? {} : { subject: wire.subject }),
      ...(wire.nextStep === null ? {} : { nextStep: wire.nextStep }),
    });
  }
  if (wire.family === 'cancelled') return new CancelledError(wire.message);
  return new Error(wire.reference === null ? wire.message : `${wire.message} (reference ${wire.reference})`);
}

/** Marks the impossible branch of an exhausted union; throws a bug when the impossible happens. */
export function assertNever(value: never): never {
  throw new Error(`A case was forgotten: ${JSON.stringify(value)}`);
}
