import { FuseV1Options, FuseVersion } from '@electron/fuses';

/** The fuse that electron-builder has no name for yet. WebAssembly memory is used for aligned buffers; its traps stay on. */
export const remainingFuses = { [FuseV1Options.WasmTrapHandlers]: true };

/** Called by electron-builder when an app is packed, before its own fuses are set and before it is signed. */
export default async function afterPack(context) {
  await context.packager.addElectronFuses(context, { version: FuseVersion.V1, ...remainingFuses });
}
