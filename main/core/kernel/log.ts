import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Clock } from './clock.ts';
import { makeFolder } from './files.ts';
import { randomBytes } from './random.ts';

/** Facts beside a log message, by name. Binary values and secrets are withheld. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where the station writes what happened, for whoever looks after it. Not the audit log: this one proves nothing. */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** Writes the error (pass it as field `error`: its stack and causes are kept) and returns the reference people are shown. */
  error(message: string, fields?: LogFields): string;
  close(): void;
}

const largestFile = 8 * 1024 * 1024;
const withheldWords = new Set([
  'key',
  'keys',
  'secret',
  'secrets',
  'token',
  'passphrase',
  'password',
  'cookie',
  'authorization',
]);
const deepest = 6;

function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some((word) => withheldWords.has(word));
}

function describeError(error: Error, depth: number): Record<string, unknown> {
  const described: Record<string, unknown> = { name: error.name, message: error.message, stack: error.stack };
  if ('code' in error) described['code'] = error.code;
  if (error.cause !== undefined && depth < deepest) described['cause'] = loggable(error.cause, depth + 1);
  return described;
}

function loggable(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return describeError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= deepest) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => loggable(item, depth + 1));
  const plain: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    plain[name] = isSecretName(name) ? '[withheld]' : loggable(item, depth + 1);
  }
  return plain;
}

function shortReference(): string {
  const hex = Buffer.from(randomBytes(4)).toString('hex');
  return `${hex.slice(0, 4)}-${hex.slice(4)}`;
}

/**
 * A logger writing JSON lines to `file` (kept under 8 MiB; the one before stays beside it as `.old`). Without `file`,
 * warnings and errors go to standard error. Binary values and fields named like a key, secret, token, password,
 * passphrase or cookie are never written. A log that cannot be written says so on standard error and stops nothing.
 */
export function createLogger(options: { readonly file?: string; readonly clock: Clock }): Logger {
  const { file, clock } = options;
  let descriptor = file === undefined ? null : openLog(file);

  function write(level: 'info' | 'warn' | 'error', message: string, fields: LogFields, reference?: string): void {
    const entry = { time: new Date(clock.now()).toISOString(), level, message, reference, fields: loggable(fields, 0) };
    const line = `${JSON.stringify(entry)}\n`;
    if (file === undefined || descriptor === null) {
      if (level !== 'info') process.stderr.write(line);
      return;
    }
    try {
      if (fstatSync(descriptor).size > largestFile) {
        closeSync(descriptor);
        descriptor = null;
        renameSync(file, `${file}.old`);
        descriptor = openLog(file);
      }
      writeSync(descriptor, line);
    } catch (error) {
      process.stderr.write(`The log cannot be written: ${String(error)}\n${line}`);
    }
  }

  return {
    info: (message, fields = {}) => write('info', message, fields),
    warn: (message, fields = {}) => write('warn', message, fields),
    error: (message, fields = {}) => {
      const reference = shortReference();
      write('error', message, fields, reference);
      return reference;
    },
    close: () => {
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
  };
}

function openLog(file: string): number {
  makeFolder(resolve(dirname(file)));
  return openSync(file, 'a', 0o600);
}

/** Writes nothing; its references lead nowhere. For tests and tools. */
export const silentLogger: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => shortReference(),
  close: () => undefined,
};
