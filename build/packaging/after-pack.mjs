import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FuseV1Options, FuseVersion } from '@electron/fuses';

/** The fuse that electron-builder has no name for yet. WebAssembly memory is used for aligned buffers; its traps stay on. */
export const remainingFuses = { [FuseV1Options.WasmTrapHandlers]: true };

const processors = { 0: 'ia32', 1: 'x64', 2: 'armv7l', 3: 'arm64' };

/**
 * npm installs native libraries for the computer it runs on. Packed for another one, the app would start and then fail at
 * the first recording, so such an installer is not made.
 */
function demandNative(folder, system, processor) {
  const modules = join(folder, 'app.asar.unpacked', 'node_modules');
  const media = join(modules, '@seydx');
  const present = existsSync(media) ? readdirSync(media) : [];
  if (!present.some((name) => name.startsWith(`node-av-${system}-${processor}`))) {
    throw new Error(
      `FFmpeg for ${system} ${processor} is not installed here: build this installer on such a computer.`,
    );
  }
  const database = join(modules, 'better-sqlite3-multiple-ciphers', 'prebuilds', `${system}-${processor}.node`);
  if (!existsSync(database)) throw new Error(`The database library for ${system} ${processor} is not in the package.`);
}

/** Called by electron-builder when an app is packed, before its own fuses are set and before it is signed. */
export default async function afterPack(context) {
  const { packager, arch, electronPlatformName } = context;
  demandNative(packager.getResourcesDir(context.appOutDir), electronPlatformName, processors[arch]);
  await packager.addElectronFuses(context, { version: FuseVersion.V1, ...remainingFuses });
}
