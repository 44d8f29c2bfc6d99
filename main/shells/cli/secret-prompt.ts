import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import type { CliHost } from './host.ts';

type Terminal = {
  readonly errorOutput: (text: string) => void;
  readonly standardInput: NodeJS.ReadableStream;
};

/** Asks at the terminal without showing what is typed. Throws CancelledError when the person gives up. */
export async function askSecret({ errorOutput, standardInput }: Terminal, question: string): Promise<string> {
  // The line editor echoes to this: nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: standardInput, output: nowhere, terminal: true });
  errorOutput(question);
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () => reject(new CancelledError()));
      lines.once('close', () => reject(new CancelledError()));
    });
  } finally {
    lines.close();
    errorOutput('\n');
  }
}

/** A new secret: from the environment, typed twice at the terminal, or the first line of standard input. */
export async function readNewSecret(host: CliHost, variable: string, question: string): Promise<string> {
  const given = host.environment[variable];
  if (given !== undefined && given !== '') return given;
  if (host.standardInput.isTTY !== true) {
    for await (const line of createInterface({ input: host.standardInput })) return line;
    return '';
  }
  const first = await askSecret(host, question);
  if (first === (await askSecret(host, 'Once more: '))) return first;
  throw new ExpectedError('invalid-request', 'The two differ.', { nextStep: 'Try again.' });
}
