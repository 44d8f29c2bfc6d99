import { describe, expect, it } from 'vitest';
import { createChance } from '#test/reliability/campaign.ts';
import { run } from '#test/reliability/cloud.campaign.ts';
import { type Finding, tableOf } from '../../../build/scripts/reliability-table.ts';

describe('the campaigns of `npm run reliability -- cloud`, in short', () => {
  it('find no broken promise, and had something to find', async () => {
    const findings = await run({ seed: 20_261_125, rounds: 1, short: true, say: () => undefined });
    console.log(tableOf(findings, 20_261_125));
    expect(findings.flatMap(({ failures }) => failures)).toEqual([]);
    for (const { promise, attempts } of findings) expect([promise, attempts > 0]).toEqual([promise, true]);
  }, 400_000);
});

describe('chance', () => {
  it('is the same for the same seed, another for another, and stays within what was asked', () => {
    const draw = (seed: number): readonly number[] => {
      const chance = createChance(seed);
      return Array.from({ length: 1000 }, () => chance.between(3, 7));
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(new Set(draw(1))).toEqual(new Set([3, 4, 5, 6, 7]));
  });
});

describe('the table', () => {
  it('has a row for each promise, with its failures counted', () => {
    const finding: Finding = { promise: 'nothing is lost', attempts: 12, failures: ['one'], figures: 'cuts=3' };
    expect(tableOf([finding], 9).split('\n')).toEqual([
      'promise          attempts  failures  seed  figures',
      'nothing is lost  12        1         9     cuts=3',
    ]);
  });
});
