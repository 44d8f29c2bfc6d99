import { existsSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Finding, tableOf } from './reliability-table.ts';

/** What a file test/reliability/NAME.campaign.ts exports. */
type Campaign = {
  readonly run: (options: {
    readonly seed: number;
    readonly rounds: number;
    readonly say: (line: string) => void;
  }) => Promise<readonly Finding[]>;
};

const usage = `Usage: npm run reliability -- NAME [--seed N] [--rounds N], where test/reliability/NAME.campaign.ts exists.
Prints a table of promises, attempts and failures; ends with 1 when a promise was broken.
`;

function refuse(why: string): never {
  process.stderr.write(`${why}\n${usage}`);
  process.exit(2);
}

function wholeNumber(text: string, name: string, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= most) return number;
  refuse(`--${name} is a whole number from 1 to ${most}, not "${text}".`);
}

function readArguments() {
  const options = { seed: { type: 'string', default: '20261125' }, rounds: { type: 'string', default: '5' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: process.argv.slice(2), options, allowPositionals: true });
    const [name = '', ...more] = positionals;
    if (more.length > 0) refuse(`"${more.join(' ')}" is one word too many.`);
    return {
      name,
      seed: wholeNumber(values.seed, 'seed', 2 ** 32 - 1),
      rounds: wholeNumber(values.rounds, 'rounds', 1000),
    };
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error));
  }
}

const { name, seed, rounds } = readArguments();
const entry = new URL(`../../test/reliability/${name}.campaign.ts`, import.meta.url);
if (!/^[a-z-]+$/.test(name) || !existsSync(entry)) refuse(`There is no campaign "${name}".`);
const campaign = (await import(entry.href)) as Campaign;
const findings = await campaign.run({ seed, rounds, say: (line) => process.stdout.write(`${line}\n`) });
process.stdout.write(`\n${tableOf(findings, seed)}\n`);
for (const { promise, failures } of findings) {
  for (const failure of failures) process.stdout.write(`BROKEN ${promise}: ${failure}\n`);
}
if (findings.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
