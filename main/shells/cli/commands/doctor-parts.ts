import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalog } from '#core/catalog/index.ts';
import { randomBytes, runTool } from '#core/kernel/index.ts';
import type { CliHost } from '../host.ts';
import type { Finding } from './finding.ts';

/** The core runs from TypeScript source, which Node does by itself since this version. */
const leastNode = 24;

export function checkRuntime(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const good = major >= leastNode;
  return {
    name: 'runtime',
    state: good ? 'good' : 'failed',
    detail: `Node ${process.versions.node} on ${process.platform} ${process.arch}`,
    nextStep: good ? null : `Plainview needs Node ${leastNode}; "npm ci" installs it.`,
  };
}

/** In a process of its own: a native library that does not fit this computer may end the process that loads it. */
export async function checkMedia(): Promise<Finding> {
  const program = 'await import(process.argv[1]); process.stdout.write("loaded");';
  const library = import.meta.resolve('node-av/lib');
  await runTool(process.execPath, ['--input-type=module', '--eval', program, library]);
  return { name: 'media library', state: 'good', detail: 'FFmpeg loads', nextStep: null };
}

/** Makes a small encrypted catalog, the real way, and looks whether its file is readable without the key. */
export async function checkDatabase({ entries, clock, logger }: CliHost): Promise<Finding> {
  const folder = await mkdtemp(join(tmpdir(), 'plainview-doctor-'));
  try {
    const path = join(folder, 'catalog.db');
    const catalog = await openCatalog({
      path,
      key: randomBytes(32),
      entry: entries.catalog,
      clock,
      logger,
      create: true,
    });
    await catalog.close();
    await using file = await open(path, 'r');
    const { buffer } = await file.read(Buffer.alloc(15), 0, 15, 0);
    const encrypted = buffer.toString('latin1') !== 'SQLite format 3';
    return {
      name: 'database',
      state: encrypted ? 'good' : 'failed',
      detail: encrypted ? 'SQLite with encryption works' : 'the catalog would be written without encryption',
      nextStep: encrypted ? null : 'Do not use this installation; install Plainview again.',
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function checkBrowser({ findBrowser }: CliHost): Promise<Finding> {
  const browser = await findBrowser();
  return {
    name: 'browser',
    state: browser === null ? 'attention' : 'good',
    detail: browser ?? 'no Chrome, Edge or Chromium found',
    nextStep: browser === null ? 'Install one, or name it with PLAINVIEW_BROWSER.' : null,
  };
}
