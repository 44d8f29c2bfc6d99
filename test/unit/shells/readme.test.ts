import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseCommand } from '#shells/cli/arguments.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** Everything the README writes as code, with the shell's comments left out. */
const code = [...readme.matchAll(/```sh\n([\s\S]*?)```|`([^`\n]+)`/g)]
  .flatMap(([, block, inline]) => (block ?? inline ?? '').split('\n'))
  .map((line) => line.replace(/ {2,}#.*$/, '').trim());

describe('the README', () => {
  it('names only scripts that exist', () => {
    const named = code.flatMap((line) =>
      [...line.matchAll(/npm (?:run (?:--silent )?)?([a-z]+)/g)].map(([, name]) => name ?? ''),
    );
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => name !== 'ci' && !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it('promises that an older Node does to begin with: every script looks for the right one itself', () => {
    for (const script of Object.values(scripts)) expect(script).toMatch(/^node build\/bin\/(run|plainview)\.mjs( |$)/);
    for (const script of Object.values(scripts)) {
      const [, , entry] = script.split(' ');
      expect(existsSync(join(root, entry ?? 'build/bin/plainview.mjs'))).toBe(true);
    }
  });

  it('shows only commands that are understood', () => {
    const lines = code.flatMap((line) => /npm run --silent plainview -- (.*)/.exec(line)?.[1] ?? []);
    const commands = lines.map((line) => {
      const words = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
      return parseCommand(words).command.kind;
    });
    expect(commands).toEqual(['setup', 'offload', 'offload', 'verify', 'audit-verify', 'reconcile', 'doctor']);
  });

  it('leads only to what is there', () => {
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, path]) => path ?? '');
    const folders = code.filter((text) => /^[a-z]+\/[a-z/-]*$/.test(text));
    expect([...links, ...folders].length).toBeGreaterThan(9);
    expect([...links, ...folders].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
