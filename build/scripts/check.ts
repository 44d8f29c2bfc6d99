// Everything a machine can say about the code without running the product. Each step prints one line, or its findings.
import { spawnSync } from 'node:child_process';

type Step = { readonly name: string; readonly command: string; readonly args: readonly string[] };

const bin = (tool: string): string => `node_modules/.bin/${tool}`;
const layers = ['common', 'main/core', 'main', 'preload', 'renderer', 'build', 'test'];

const steps: readonly Step[] = [
  ...layers.map((layer) => ({ name: `types of ${layer}`, command: bin('tsc'), args: ['-p', layer] })),
  {
    name: 'import rules',
    command: bin('depcruise'),
    args: [
      '-c',
      'build/config/dependency-rules.cjs',
      '--output-type',
      'err',
      'common',
      'main',
      'renderer',
      'preload',
      'build',
      'test',
    ],
  },
  { name: 'format', command: bin('biome'), args: ['check', '--error-on-warnings', '.'] },
  { name: 'lint', command: bin('eslint'), args: ['-c', 'build/config/eslint.config.js', '--max-warnings', '0', '.'] },
  { name: 'dead code', command: bin('knip'), args: ['-c', 'build/config/knip.json', '--no-progress'] },
  { name: 'top level', command: process.execPath, args: ['build/scripts/check-top-level.ts'] },
  { name: 'packaging', command: process.execPath, args: ['build/scripts/check-packaging.ts'] },
];

let failed = 0;
for (const step of steps) {
  const started = performance.now();
  const result = spawnSync(step.command, step.args, { encoding: 'utf8', shell: process.platform === 'win32' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const good = result.status === 0;
  console.log(`${good ? 'ok  ' : 'FAIL'} ${step.name} (${seconds} s)`);
  if (!good) {
    failed++;
    console.log([result.stdout, result.stderr, result.error?.message ?? ''].join('\n').trim());
  }
}
if (failed > 0) {
  console.log(`${failed} of ${steps.length} checks failed.`);
  process.exitCode = 1;
} else console.log(`All ${steps.length} checks passed.`);
