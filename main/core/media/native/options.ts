import { FFmpegError } from 'node-av/lib';

type HasOptions = { setOption(name: string, value: string): number };

/**
 * Sets FFmpeg options one by one on a context that is not open yet. Never through a Dictionary: FFmpeg frees the ones it
 * takes, node-av frees them again, and the process dies.
 */
export function setOptions(context: HasOptions, options: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(options)) {
    FFmpegError.throwIfError(context.setOption(name, String(value)), `option ${name}`);
  }
}
