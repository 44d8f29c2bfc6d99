import { access, readdir, readFile } from 'node:fs/promises';
import { ExpectedError } from '#common/errors/index.ts';
import { type Logger, runTool } from '#core/kernel/index.ts';
import type { Volume, VolumeSource } from './volume.ts';
import { linuxVolumes, lsblkArguments } from './volumes-linux.ts';
import { macMountedDevices, macVolume } from './volumes-mac.ts';
import { windowsArguments, windowsVolumes } from './volumes-windows.ts';

const pollMs = 2000;
const toolTimeoutMs = 15_000;

/** How one operating system is asked. `fingerprint` is cheap and changes when a volume comes or goes. */
type System = {
  readonly fingerprint: () => Promise<string>;
  readonly list: () => Promise<readonly Volume[]>;
};

const linux: System = {
  fingerprint: () => readFile('/proc/self/mountinfo', 'utf8'),
  list: async () => {
    const [blocks, mounts] = await Promise.all([
      // A computer without lsblk still has mountinfo; labels are then the mount folders' names.
      runTool('lsblk', lsblkArguments, { timeoutMs: toolTimeoutMs }).then(
        ({ stdout }) => stdout,
        (error: unknown) => {
          if (error instanceof ExpectedError) return null;
          throw error;
        },
      ),
      readFile('/proc/self/mountinfo', 'utf8'),
    ]);
    return linuxVolumes(blocks, mounts);
  },
};

const windows: System = {
  fingerprint: async () => {
    const letters = Array.from({ length: 24 }, (_, i) => String.fromCharCode('C'.charCodeAt(0) + i));
    const present: string[] = [];
    for (const letter of letters) {
      const there = await access(`${letter}:\\`).then(
        () => true,
        () => false,
      );
      if (there) present.push(letter);
    }
    return present.join('');
  },
  list: async () => {
    const { stdout } = await runTool('powershell.exe', windowsArguments(), { timeoutMs: 2 * toolTimeoutMs });
    return windowsVolumes(stdout);
  },
};

const mac: System = {
  fingerprint: async () => (await readdir('/Volumes')).sort().join('\n'),
  list: async () => {
    const { stdout } = await runTool('diskutil', ['list', '-plist'], { timeoutMs: toolTimeoutMs });
    const volumes: Volume[] = [];
    for (const device of macMountedDevices(stdout)) {
      const answer = await runTool('diskutil', ['info', '-plist', device], { timeoutMs: toolTimeoutMs });
      const volume = macVolume(answer.stdout);
      if (volume !== null) volumes.push(volume);
    }
    return volumes;
  },
};

function systemOf(platform: NodeJS.Platform): System | null {
  if (platform === 'linux') return linux;
  if (platform === 'win32') return windows;
  return platform === 'darwin' ? mac : null;
}

/**
 * The removable volumes of this computer. Looks every two seconds for a change (a cheap look) and asks the system's tool
 * only after one. An operating system that is not known has none: folders can still be watched.
 */
export function createVolumeSource(options: {
  readonly logger: Logger;
  readonly platform?: NodeJS.Platform;
}): VolumeSource {
  const { logger, platform = process.platform } = options;
  const system = systemOf(platform);
  if (system === null) {
    return { list: () => Promise.resolve([]), watch: () => ({ [Symbol.dispose]: () => undefined }) };
  }
  return {
    list: system.list,
    watch: (listener) => {
      let seen: string | null = null;
      let busy = false;
      let warned = false;
      let disposed = false;
      const look = async (): Promise<void> => {
        if (busy) return;
        busy = true;
        try {
          const now = await system.fingerprint();
          if (now !== seen) {
            const volumes = await system.list();
            seen = now;
            warned = false;
            if (!disposed) listener(volumes);
          }
        } catch (error) {
          if (!warned) logger.warn('Drives cannot be listed; the next look is in a moment.', { error });
          warned = true;
        } finally {
          busy = false;
        }
      };
      void look();
      const timer = setInterval(() => void look(), pollMs);
      timer.unref();
      return {
        [Symbol.dispose]: () => {
          disposed = true;
          clearInterval(timer);
        },
      };
    },
  };
}
