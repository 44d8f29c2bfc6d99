import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadProfiles, scanDock } from '#core/devices/index.ts';
import { assetsDir } from '#test/support/profiles.ts';
import { today } from './ingest-bench.ts';

const cards = join(assetsDir, 'training/cards');
const expected = [
  ['V300047', 'motorola-v300-v500-export', 'V300047', '2026-11-20T22:12:00.000Z', 2],
  ['03C470014', 'digital-ally-dvm-500', '03C470014', '2026-11-20T22:12:00.000Z', 1],
  ['X60A2210', 'axon-body-export', 'X60A2210', '2026-11-21T00:22:00.000Z', 1],
  ['DPB10-0417', 'transcend-drivepro-body', 'DPB10-0417', '2026-11-20T23:40:06.000Z', 1],
  ['B8A44F3A0C71', 'axis-w1xx-export', 'B8A44F3A0C71', '2026-11-21T01:09:31.000Z', 1],
] as const;

describe('the cards of the training agency', () => {
  for (const [folder, profileId, deviceId, startsAt, segments] of expected) {
    const root = join(cards, folder);
    const there =
      existsSync(root) &&
      readdirSync(root, { recursive: true }).some(
        (name) => /\.(?:mp4|mkv|asf)$/i.test(String(name)) && statSync(join(root, String(name))).size > 0,
      );
    if (!there)
      process.stderr.write(`\nSKIPPED: the training card ${folder} is not there; make it with the training studio.\n`);
    it.skipIf(!there)(`${folder} is ${profileId}`, async () => {
      const profiles = await loadProfiles(assetsDir);
      const scan = await scanDock({ kind: 'folder', root }, { profiles, zone: 'America/New_York', now: today });
      expect(scan.profile?.profile.id).toBe(profileId);
      const whole =
        scan.plan?.recordings.filter((recording) => recording.segments.every(({ damage }) => damage === null)) ?? [];
      expect(whole).toHaveLength(1);
      expect(new Date(whole[0]!.start.at).toISOString()).toBe(startsAt);
      expect(whole[0]).toMatchObject({ device: { id: deviceId }, start: { from: 'file-name', doubt: null } });
      expect(whole[0]!.segments).toHaveLength(segments);
      expect(whole[0]!.sidecars.filter(({ kind }) => kind === 'triggers')).toHaveLength(1);
      expect(scan.plan?.refused).toEqual([]);
    });
  }
});
