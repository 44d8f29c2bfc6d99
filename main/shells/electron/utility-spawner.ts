import { fileURLToPath } from 'node:url';
import { utilityProcess } from 'electron';
import type { ProcessSpawner } from '#core/kernel/index.ts';

/** Worker processes as Electron utility processes: they end with the app, and a crash there is theirs alone. */
export const utilitySpawner: ProcessSpawner = {
  spawn: (entry, name) => {
    const child = utilityProcess.fork(fileURLToPath(entry), [], { serviceName: `Plainview ${name}`, stdio: 'pipe' });
    return {
      send: (message) => {
        child.postMessage(message);
      },
      onMessage: (listener) => void child.on('message', listener),
      onOutput: (listener) => {
        for (const stream of [child.stdout, child.stderr]) {
          stream?.on('data', (data: Buffer) => listener(data.toString('utf8')));
        }
      },
      onExit: (listener) => void child.once('exit', (code) => listener({ code, signal: null, error: null })),
      kill: () => {
        if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
      },
    };
  },
};
