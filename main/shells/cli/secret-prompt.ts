import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CancelledError } from '#common/errors/index.ts';

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
