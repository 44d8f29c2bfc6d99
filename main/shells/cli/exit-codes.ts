import { type ErrorCode, ExpectedError } from '#common/errors/index.ts';

/** What the exit code of every command means. A meaning never changes. */
export const exitCodes = {
  /** Done, and everything is in order. */
  ok: 0,
  /** A problem was found: a damaged recording, a package that does not hold, a check that failed; or it could not be done. */
  problem: 1,
  /** The command was not understood. */
  usage: 2,
  /** There is no department here yet. */
  notSetUp: 3,
  /** Another Plainview has this data folder open. */
  stationBusy: 4,
  /** All is sealed here, and not all of it is verified in the store yet: run it again. */
  notInStore: 5,
  /** A mistake inside Plainview. */
  bug: 70,
  /** Stopped by Ctrl+C. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const special: { readonly [C in ErrorCode]?: ExitCode } = {
  'invalid-request': exitCodes.usage,
  'station-busy': exitCodes.stationBusy,
};

/** The exit code for something thrown. */
export function exitCodeOf(thrown: unknown): ExitCode {
  if (thrown instanceof NotSetUpError) return exitCodes.notSetUp;
  if (thrown instanceof ExpectedError) return special[thrown.code] ?? exitCodes.problem;
  return thrown instanceof Error && thrown.name === 'CancelledError' ? exitCodes.interrupted : exitCodes.bug;
}

/** There is no department at this station. */
export class NotSetUpError extends ExpectedError {
  constructor() {
    super('not-ready', 'There is no department at this station yet.', {
      nextStep: 'Set it up with "plainview setup", or in the window after "plainview start".',
    });
  }
}
