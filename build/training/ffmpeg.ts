import { spawn } from 'node:child_process';

/** Runs the FFmpeg of the machine and answers what it printed; throws with its complaint when it fails. */
export function ffmpeg(args: readonly string[]): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn('ffmpeg', ['-nostdin', '-loglevel', 'error', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done(said);
      else fail(new Error(`ffmpeg failed (${String(code)}): ${complaint.slice(-2000)}`));
    });
  });
}
