import { execFile } from 'node:child_process';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';

/** What an external tool printed, as UTF-8 text, and how it ended. */
export type ToolResult = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** How an external tool is run. */
export type ToolOptions = {
  /** Exit codes that count as an answer (default: 0 alone). */
  readonly expectExitCodes?: readonly number[];
  /** Default 30 seconds. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
};

const largestOutput = 32 * 1024 * 1024;

/**
 * Runs an external tool without a shell and returns what it printed (UTF-8, in the C locale).
 * Throws ExpectedError `not-ready` when it is missing, took too long, or ended with an exit code that was not expected,
 * and CancelledError when `signal` fired.
 */
export function runTool(command: string, args: readonly string[], options: ToolOptions = {}): Promise<ToolResult> {
  const { expectExitCodes = [0], timeoutMs = 30_000, signal } = options;
  if (signal?.aborted === true) return Promise.reject(new CancelledError());
  const settings = {
    timeout: timeoutMs,
    killSignal: 'SIGKILL' as const,
    maxBuffer: largestOutput,
    windowsHide: true,
    env: { ...process.env, LC_ALL: 'C' },
    ...(signal === undefined ? {} : { signal }),
  };
  return new Promise((resolve, reject) => {
    execFile(command, args, settings, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code;
      if (signal?.aborted === true) reject(new CancelledError());
      else if (typeof exitCode === 'number' && expectExitCodes.includes(exitCode))
        resolve({ exitCode, stdout, stderr });
      else reject(toolFailure(command, error, stderr, timeoutMs));
    });
  });
}

type ToolError = Error & { readonly code?: number | string | null; readonly killed?: boolean };

function toolFailure(command: string, error: ToolError | null, stderr: string, timeoutMs: number): ExpectedError {
  const details = { subject: command, cause: error ?? undefined };
  if (error?.code === 'ENOENT') {
    return new ExpectedError('not-ready', `The program "${command}" is not installed on this computer.`, {
      ...details,
      nextStep: `Install ${command}, then try again.`,
    });
  }
  if (error?.killed === true) {
    return new ExpectedError(
      'not-ready',
      `"${command}" gave no answer in ${Math.round(timeoutMs / 1000)} seconds.`,
      details,
    );
  }
  const said = stderr.trim().split('\n').at(-1) ?? '';
  const ending = error?.code === undefined || error.code === null ? 'a signal' : `exit code ${error.code}`;
  return new ExpectedError('not-ready', `"${command}" ended with ${ending}${said === '' ? '' : `: ${said}`}.`, details);
}
