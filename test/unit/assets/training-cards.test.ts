import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DockScan, docksOfFolder, loadProfiles, readTriggers, scanDock } from '#core/devices/index.ts';
import { assetsDir } from '#test/support/profiles.ts';

const cards = join(assetsDir, 'training', 'cards');

/** The card as the station sees it when it lies in a watched folder. */
async function scan(card: string): Promise<DockScan> {
  const profiles = await loadProfiles(assetsDir);
  const settings = { profiles, zone: 'America/New_York', now: Date.UTC(2026, 10, 23) };
  const [place, ...others] = await docksOfFolder(join(cards, card), settings);
  expect(others).toEqual([]);
  return scanDock(place!, settings);
}

const expected = [
  {
    card: 'V300047',
    profile: 'motorola-v300-v500-export',
    device: 'V300047',
    officer: 'DanaWhitlock',
    segments: [2],
    start: '2026-11-20T22:12:00.000Z',
  },
  {
    card: '03C470014',
    profile: 'digital-ally-dvm-500',
    device: '03C470014',
    officer: null,
    segments: [1, 1],
    start: '2026-11-20T22:12:00.000Z',
  },
  {
    card: 'X60A2210',
    profile: 'axon-body-export',
    device: 'X60A2210',
    officer: null,
    segments: [1],
    start: '2026-11-21T00:22:00.000Z',
  },
  {
    card: 'DPB10-0417',
    profile: 'transcend-drivepro-body',
    device: 'DPB10-0417',
    officer: null,
    segments: [1],
    start: '2026-11-20T23:40:06.000Z',
  },
  {
    card: 'B8A44F3A0C71',
    profile: 'axis-w1xx-export',
    device: 'B8A44F3A0C71',
    officer: 'jokafor',
    segments: [1],
    start: '2026-11-21T01:09:31.000Z',
  },
] as const;

describe.each(expected)('the card of $card', ({ card, profile, device, officer, segments, start }) => {
  let found: DockScan;
  beforeAll(async () => {
    found = await scan(card);
  });

  it(`is known as ${profile}`, () => {
    expect(found.profile?.profile.id).toBe(profile);
    expect(found.plan?.refused).toEqual([]);
  });

  it('holds the recordings it says, of the device and officer it says', () => {
    const recordings = found.plan?.recordings ?? [];
    expect(recordings.map((one) => one.segments.length)).toEqual(segments);
    const playable = recordings.find((one) => one.segments.every(({ damage }) => damage === null));
    expect(playable).toMatchObject({ device: { id: device }, officer });
    expect(new Date(playable?.start.at ?? 0).toISOString()).toBe(start);
  });

  it('has its trigger events beside it', () => {
    const sidecars = (found.plan?.recordings ?? [])
      .flatMap((one) => one.sidecars)
      .filter(({ kind }) => kind === 'triggers');
    expect(sidecars).toHaveLength(1);
    const text = readFileSync(join(cards, card, sidecars[0]!.path), 'utf8');
    const { events, problems } = readTriggers(sidecars[0]!, text, Date.parse(start));
    expect(problems).toEqual([]);
    expect(events.length).toBeGreaterThan(0);
  });
});

it('the cruiser card has one recording for the damaged tray', async () => {
  const { plan } = await scan('03C470014');
  const damaged = (plan?.recordings ?? []).flatMap(({ segments }) => segments).filter(({ damage }) => damage !== null);
  expect(damaged.map(({ path }) => path)).toEqual(['03C4700142026112018320901.asf']);
  expect(plan?.warnings.join(' ')).toContain('pulled');
});
