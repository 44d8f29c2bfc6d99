import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TempFolder, tempFolder } from '#test/support/catalog.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const rulesFile = join(root, 'build/config/dependency-rules.cjs');
const rules = createRequire(import.meta.url)(rulesFile) as { readonly forbidden: readonly { readonly name: string }[] };

/** A small house in which every line breaks the rule that stands before it: from which file, to what. */
const broken: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['no-cycles', 'common/ids/about.ts', './round.ts'],
  ['resolvable', 'common/ids/lost.ts', './nowhere.ts'],
  ['not-to-test', 'main/gateway/tested.ts', '#test/support/hand.ts'],
  ['not-to-test', 'build/scripts/tested.ts', '#test/support/hand.ts'],
  ['not-to-build', 'renderer/app/built.ts', '../../build/scripts/tool.ts'],
  ['common-is-self-contained', 'common/ids/from-core.ts', '#core/kernel/index.ts'],
  ['common-is-self-contained', 'common/ids/from-node.ts', 'node:path'],
  ['common-is-self-contained', 'common/ids/from-npm.ts', 'dexie'],
  ['core-knows-nothing-above', 'main/core/kernel/gate.ts', '#gateway/index.ts'],
  ['core-knows-nothing-above', 'main/core/station/shell.ts', '#shells/cli/index.ts'],
  ['core-knows-nothing-above', 'main/core/station/main.ts', '../../main.ts'],
  ['gateway-below-shells', 'main/gateway/up.ts', '#shells/cli/index.ts'],
  ['shells-below-main', 'main/shells/cli/up.ts', '../../main.ts'],
  ['main-without-page', 'main/gateway/page.ts', '#renderer/ui/index.ts'],
  ['main-without-page', 'main/core/kernel/page.ts', '#renderer/ui/index.ts'],
  ['main-without-page', 'main/shells/cli/preload.ts', '../../../preload/bridge.ts'],
  ['core-ladder-kernel', 'main/core/kernel/up.ts', '../vault/index.ts'],
  ['core-ladder-audit', 'main/core/audit/aside.ts', '../vault/index.ts'],
  ['core-ladder-catalog', 'main/core/catalog/aside.ts', '../vault/index.ts'],
  ['core-ladder-vault', 'main/core/vault/aside.ts', '../catalog/index.ts'],
  ['core-ladder-people', 'main/core/people/aside.ts', '../media/index.ts'],
  ['core-ladder-jobs', 'main/core/jobs/aside.ts', '../media/index.ts'],
  ['core-ladder-media', 'main/core/media/aside.ts', '../jobs/index.ts'],
  ['core-ladder-devices', 'main/core/devices/aside.ts', '../media/index.ts'],
  ['core-ladder-changes', 'main/core/changes/aside.ts', '../jobs/index.ts'],
  ['core-ladder-policy', 'main/core/policy/aside.ts', '../media/index.ts'],
  ['core-ladder-ingest', 'main/core/ingest/aside.ts', '../render/index.ts'],
  ['core-ladder-cloud', 'main/core/cloud/aside.ts', '../render/index.ts'],
  ['core-ladder-render', 'main/core/render/aside.ts', '../ingest/index.ts'],
  ['core-ladder-release', 'main/core/release/aside.ts', '../render/index.ts'],
  ['core-ladder-report', 'main/core/report/up.ts', '../station/index.ts'],
  ['core-on-a-rung', 'main/core/attic/index.ts', '#common/ids/index.ts'],
  ['core-on-a-rung', 'main/core/loose.ts', '#common/ids/index.ts'],
  ['nothing-beside-core-rungs', 'main/gateway/attic.ts', '../core/attic/index.ts'],
  ['core-areas-through-their-door', 'main/core/vault/inside.ts', '../kernel/clock.ts'],
  ['outside-sees-core-through-doors', 'main/gateway/inside.ts', '#core/kernel/clock.ts'],
  ['outside-sees-core-through-doors', 'main/shells/cli/native.ts', '#core/media/native/index.ts'],
  ['gateway-through-its-door', 'main/shells/cli/inside.ts', '#gateway/rpc/index.ts'],
  ['shells-are-strangers', 'main/shells/cli/aside.ts', '../browser/index.ts'],
  ['page-ladder-bridge', 'renderer/bridge/up.ts', '../cache/index.ts'],
  ['page-ladder-cache', 'renderer/cache/aside.ts', '../engine/index.ts'],
  ['page-ladder-engine', 'renderer/engine/aside.ts', '../cache/index.ts'],
  ['page-ladder-state', 'renderer/state/aside.ts', '../ui/index.ts'],
  ['page-ladder-ui', 'renderer/ui/up.ts', '../features/dock/index.ts'],
  ['page-ladder-features', 'renderer/features/dock/up.ts', '../../screens/screen.ts'],
  ['page-ladder-screens', 'renderer/screens/up.ts', '../app/root.ts'],
  ['page-on-a-rung', 'renderer/attic/index.ts', '../ui/index.ts'],
  ['nothing-beside-page-rungs', 'renderer/app/attic.ts', '../attic/index.ts'],
  ['features-are-strangers', 'renderer/features/dock/aside.ts', '../library/index.ts'],
  ['features-through-their-door', 'renderer/screens/inside.ts', '../features/dock/panel.ts'],
  ['features-through-their-door', 'renderer/app/inside.ts', '../features/dock/panel.ts'],
  ['ui-stays-pure', 'renderer/ui/words.ts', '#common/ids/index.ts'],
  ['engine-stays-pure', 'renderer/engine/react.ts', 'react'],
  ['engine-stays-pure', 'renderer/engine/konva.ts', 'konva'],
  ['engine-stays-pure', 'renderer/engine/bridge.ts', '../bridge/index.ts'],
  ['page-without-node', 'renderer/ui/node.ts', 'node:path'],
  ['page-without-main', 'renderer/bridge/main.ts', '#core/kernel/index.ts'],
  ['page-without-main', 'renderer/bridge/preload.ts', '../../preload/bridge.ts'],
  ['preload-knows-the-contract', 'preload/core.ts', '#core/kernel/index.ts'],
  ['preload-knows-the-contract', 'preload/ids.ts', '#common/ids/index.ts'],
  ['preload-takes-types-alone', 'preload/contract.ts', '#common/contract/index.ts'],
  ['electron-in-its-shell', 'main/shells/cli/desktop.ts', 'electron'],
  ['electron-in-its-shell', 'main/core/kernel/desktop.ts', 'electron'],
  ['konva-on-stage', 'renderer/features/player/drawing.ts', 'konva'],
  ['konva-on-stage', 'renderer/features/dock/stage/drawing.ts', 'konva'],
  ['dexie-in-cache', 'renderer/state/store.ts', 'dexie'],
  ['sqlite-in-catalog', 'main/core/jobs/store.ts', 'better-sqlite3-multiple-ciphers'],
  ['node-av-in-workers', 'main/core/media/direct.ts', 'node-av/lib'],
  ['node-av-in-workers', 'main/core/release/direct.ts', 'node-av/lib'],
  ['native-in-workers', 'main/core/render/native.ts', '../media/native/index.ts'],
  ['workers-are-entries', 'main/core/media/worker.ts', './media-worker.ts'],
  ['child-processes', 'main/core/media/child.ts', 'node:child_process'],
  ['child-processes', 'main/shells/browser/child.ts', 'child_process'],
  ['crypto', 'main/core/jobs/crypto.ts', 'node:crypto'],
  ['crypto', 'main/gateway/rpc/crypto.ts', 'crypto'],
  ['sockets', 'main/core/ingest/socket.ts', 'node:net'],
  ['sockets', 'main/gateway/socket.ts', 'ws'],
  ['sockets', 'main/shells/electron/socket.ts', 'node:http'],
  ['s3-in-the-store', 'main/core/cloud/s3.ts', '@aws-sdk/client-s3'],
  ['s3-in-the-store', 'main/core/ingest/s3.ts', '@smithy/node-http-handler'],
];

/** What the imports above lead to. */
const present = [
  'common/ids/index.ts',
  'common/contract/index.ts',
  'main/main.ts',
  'main/gateway/index.ts',
  'main/gateway/rpc/index.ts',
  'main/shells/cli/index.ts',
  'main/shells/browser/index.ts',
  'main/core/kernel/clock.ts',
  'main/core/media/native/index.ts',
  'main/core/media/media-worker.ts',
  ...['kernel', 'vault', 'catalog', 'media', 'jobs', 'ingest', 'render', 'station'].map(
    (area) => `main/core/${area}/index.ts`,
  ),
  'preload/bridge.ts',
  ...['bridge', 'cache', 'engine', 'ui', 'features/dock', 'features/library'].map(
    (area) => `renderer/${area}/index.ts`,
  ),
  'renderer/features/dock/panel.ts',
  'renderer/screens/screen.ts',
  'renderer/app/root.ts',
  'build/scripts/tool.ts',
  'test/support/hand.ts',
];

type Violation = { readonly from: string; readonly to: string; readonly rule: { readonly name: string } };
let folder: TempFolder;
let violations: readonly Violation[];

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder.path, path)), { recursive: true });
  writeFileSync(join(folder.path, path), text);
}

beforeAll(() => {
  folder = tempFolder();
  symlinkSync(join(root, 'node_modules'), join(folder.path, 'node_modules'));
  writeFileSync(join(folder.path, 'package.json'), readFileSync(join(root, 'package.json')));
  for (const path of present) write(path, 'export type Thing = 1;\n');
  write('common/ids/round.ts', "import type { Thing } from './about.ts';\n");
  for (const [rule, from, to] of broken) {
    // A type counts as much as a value, except where only types are allowed.
    const values = rule === 'preload-takes-types-alone' || rule === 'workers-are-entries';
    write(from, `import ${values ? '' : 'type '}{ Thing } from '${to}';\n`);
  }
  const run = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
      ...['-c', rulesFile, '--output-type', 'json', '--preserve-symlinks'],
      ...['common', 'main', 'renderer', 'preload', 'build', 'test'],
    ],
    { cwd: folder.path, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (run.stdout === '') throw new Error(run.stderr);
  violations = (JSON.parse(run.stdout) as { summary: { violations: Violation[] } }).summary.violations;
});
afterAll(() => folder.dispose());

describe('the import rules', () => {
  it.each(broken)('%s: %s may not import %s', (rule, from) => {
    const found = violations.filter((violation) => violation.from === from).map((violation) => violation.rule.name);
    expect(found).toContain(rule);
  });

  it('are each broken here at least once', () => {
    const tried = new Set(broken.map(([rule]) => rule));
    expect(rules.forbidden.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });

  it('find nothing wrong where nothing is', () => {
    const names = new Set(broken.map(([, from]) => from));
    const others = violations.filter(({ from }) => !names.has(from) && from !== 'common/ids/round.ts');
    expect(others).toEqual([]);
  });
});

describe("the station's own process", () => {
  it('loads no media code, which could crash it', () => {
    const program = `
      await import(${JSON.stringify(join(root, 'main/core/station/index.ts'))});
      process.stdout.write(JSON.stringify(process.report.getReport().sharedObjects));
    `;
    const run = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
    const loaded = JSON.parse(run.stdout) as string[];
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.filter((path) => /node-av|av(codec|format|util)/.test(path))).toEqual([]);
  });
});
