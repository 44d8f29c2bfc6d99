import { existsSync } from 'node:fs';
import process from 'node:process';

/** What a file test/bench/NAME.bench.ts exports: measures, and returns the line that starts with BENCH. */
type Bench = { readonly run: () => Promise<string> };

const name = process.argv[2] ?? '';
const entry = new URL(`../../test/bench/${name}.bench.ts`, import.meta.url);
if (!/^[a-z-]+$/.test(name) || !existsSync(entry)) {
  process.stderr.write(
    `There is no benchmark "${name}". Usage: npm run bench -- NAME, where test/bench/NAME.bench.ts exists.\n`,
  );
  process.exit(2);
}
const bench = (await import(entry.href)) as Bench;
process.stdout.write(`${await bench.run()}\n`);
