import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type Finding,
  type FindingClass,
  findingClassSchema,
  findingSchema,
  reconcileRunSchema,
} from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { systemCode, writeFileAtomic } from '#core/kernel/index.ts';
import { openInMemory, sealInMemory } from '#core/vault/index.ts';

/** How many findings lie in each block, by class, and how many of them are problems: what leads to a page without reading all. */
const blockSchema = z.object({
  classes: z.record(findingClassSchema, z.number().int().nonnegative()),
  problems: z.record(findingClassSchema, z.number().int().nonnegative()),
});
type Block = z.infer<typeof blockSchema>;

const keptSchema = z.object({
  /** The job that works on it. */
  token: z.string(),
  run: reconcileRunSchema,
  /** The last name that was compared; null at the beginning. */
  cursor: z.string().nullable(),
  blocks: z.array(blockSchema),
  /** When the newest of those that are still verified was verified, and the oldest of those that are gone. */
  newestPresentAt: z.number().nullable(),
  oldestLostAt: z.number().nullable(),
  lost: z.number().int().nonnegative(),
});
/** A comparison as it is kept, with what it needs to go on. */
export type Kept = z.infer<typeof keptSchema>;

/** The result of the newest comparison. It can be had again at any time, so what cannot be read counts as not there. */
export interface Report {
  read(): Promise<Kept | null>;
  /** Forgets what was kept and begins anew. */
  begin(kept: Kept): Promise<void>;
  /** Adds findings and says how far it is, in this order: after a crash the findings are found again. */
  add(kept: Kept, findings: readonly Finding[]): Promise<Kept>;
  save(kept: Kept): Promise<void>;
  page(
    kept: Kept,
    asked: {
      readonly class: FindingClass | null;
      readonly problems: boolean;
      readonly offset: number;
      readonly limit: number;
    },
  ): Promise<{ readonly items: readonly Finding[]; readonly total: number }>;
  /** One block of findings after the other. */
  block(kept: Kept, index: number): Promise<readonly Finding[]>;
  replace(kept: Kept, index: number, findings: readonly Finding[]): Promise<Kept>;
}

/** True for what a person should look at. */
export function isProblem({ level, outcome }: Finding): boolean {
  return level !== 'calm' && outcome?.done !== true;
}

const zeros = (): Record<FindingClass, number> => ({
  same: 0,
  'missing-here': 0,
  'missing-there': 0,
  different: 0,
  error: 0,
});

function countBlock(findings: readonly Finding[]): Block {
  const block = { classes: zeros(), problems: zeros() };
  for (const finding of findings) {
    block.classes[finding.class]++;
    if (isProblem(finding)) block.problems[finding.class]++;
  }
  return block;
}

const headFile = 'comparison';

/** The report in a folder of its own, sealed with a key of 32 bytes: findings hold names. */
export function openReport(folder: string, key: Uint8Array): Report {
  const blockFile = (token: string, index: number): string => `findings-${token}-${index}`;

  async function write(name: string, value: unknown): Promise<void> {
    const sealed = sealInMemory(key, name, new TextEncoder().encode(JSON.stringify(value)));
    await writeFileAtomic(join(folder, name), sealed);
  }

  async function readBlock({ token }: Kept, index: number): Promise<readonly Finding[]> {
    const name = blockFile(token, index);
    const bytes = await readFile(join(folder, name));
    return z.array(findingSchema).parse(JSON.parse(new TextDecoder().decode(openInMemory(key, name, bytes))));
  }

  async function forget(keep: string): Promise<void> {
    for (const name of await readdir(folder)) {
      if (name.startsWith('findings-') && !name.startsWith(`findings-${keep}-`)) await rm(join(folder, name));
    }
  }

  return {
    read: async () => {
      try {
        const bytes = await readFile(join(folder, headFile));
        return keptSchema.parse(JSON.parse(new TextDecoder().decode(openInMemory(key, headFile, bytes))));
      } catch (error) {
        const gone = systemCode(error) === 'ENOENT';
        if (gone || error instanceof z.ZodError || error instanceof ExpectedError) return null;
        throw error;
      }
    },
    begin: async (kept) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await write(headFile, kept);
      await forget(kept.token);
    },
    add: async (kept, findings) => {
      let blocks = kept.blocks;
      if (findings.length > 0) {
        await write(blockFile(kept.token, blocks.length), findings);
        blocks = [...blocks, countBlock(findings)];
      }
      const next = { ...kept, blocks };
      await write(headFile, next);
      return next;
    },
    save: (kept) => write(headFile, kept),
    page: async (kept, asked) => {
      const wanted = (finding: Finding): boolean =>
        (asked.class === null || finding.class === asked.class) && (!asked.problems || isProblem(finding));
      const size = (block: Block): number => {
        const counts = asked.problems ? block.problems : block.classes;
        return asked.class === null ? Object.values(counts).reduce((sum, one) => sum + one, 0) : counts[asked.class];
      };
      const items: Finding[] = [];
      let total = 0;
      for (const [index, block] of kept.blocks.entries()) {
        const here = size(block);
        const from = Math.max(0, asked.offset - total);
        total += here;
        if (items.length >= asked.limit || from >= here) continue;
        const found = (await readBlock(kept, index)).filter(wanted);
        items.push(...found.slice(from, from + asked.limit - items.length));
      }
      return { items, total };
    },
    block: readBlock,
    replace: async (kept, index, findings) => {
      await write(blockFile(kept.token, index), findings);
      const next = { ...kept, blocks: kept.blocks.map((block, at) => (at === index ? countBlock(findings) : block)) };
      await write(headFile, next);
      return next;
    },
  };
}
