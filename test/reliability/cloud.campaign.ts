import type { Finding } from '../../build/scripts/reliability-table.ts';
import { type Campaign, type CampaignOptions, createChance } from './campaign.ts';
import { runConvergence } from './cloud/convergence.ts';
import { runCuts } from './cloud/cuts.ts';
import { runDamage } from './cloud/damage.ts';
import { runLogs } from './cloud/logs.ts';
import { runOperator } from './cloud/operator.ts';
import { runShare } from './cloud/share.ts';

const campaigns: readonly Campaign[] = [runCuts, runDamage, runOperator, runLogs, runConvergence, runShare];

/** Everything that may go wrong between a station and its store. Each campaign has chance of its own, so that none shifts another. */
export async function run(options: CampaignOptions): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [index, campaign] of campaigns.entries()) {
    findings.push(...(await campaign(options, createChance(options.seed + index))));
  }
  return findings;
}
