import { describe, expect, it } from 'vitest';
import { planDock, type Roster } from '#core/devices/index.ts';
import { profileById, walked } from '#test/support/profiles.ts';

const roster: Roster = {
  people: ['Dana Whitlock', 'Joel Okafor', 'Lucia Marchetti-Boone'],
  devices: new Map([
    ['V300047', { name: null, officer: 'Dana Whitlock' }],
    ['DPB10-0417', { name: null, officer: 'Joel Okafor' }],
    ['01F499990', { name: 'Cruiser 4', officer: null }],
  ]),
};

async function recordingOf(profileId: string, file: string, rootName: string, known: Roster | null = roster) {
  const files = [walked(file)];
  const facts = { kind: 'folder' as const, label: rootName, rootName, serial: null, folders: [], files };
  const settings = { zone: 'UTC', now: Date.UTC(2026, 10, 23), roster: known ?? undefined };
  return planDock(await profileById(profileId), facts, { files, folders: [], refused: [] }, settings).recordings[0];
}

describe('who recorded', () => {
  it('is whom the file names, as the roster spells it, whosever camera it is', async () => {
    const motorola = (name: string) =>
      recordingOf('motorola-v300-v500-export', `${name}_202611202241_V300047-0.mp4`, 'V300047');
    expect(await motorola('DanaWhitlock')).toMatchObject({ officer: 'Dana Whitlock' });
    expect(await motorola('jokafor')).toMatchObject({ officer: 'Joel Okafor' });
    expect(await motorola('LuciaMarchettiBoone')).toMatchObject({ officer: 'Lucia Marchetti-Boone' });
    expect(await motorola('SamRoe')).toMatchObject({ officer: 'SamRoe' });
  });

  it('is the wearer of the camera where the file names nobody', async () => {
    const file = 'DPB10/2026_1120_184006_001.MP4';
    expect(await recordingOf('transcend-drivepro-body', file, 'DPB10-0417')).toMatchObject({ officer: 'Joel Okafor' });
    expect(await recordingOf('transcend-drivepro-body', file, 'DPB10-0999')).toMatchObject({ officer: null });
  });

  it('is nobody in a cruiser, whose camera is called by the car', async () => {
    const file = '01F4999902026112017120001.asf';
    const made = await recordingOf('digital-ally-dvm-500', file, 'export');
    expect(made).toMatchObject({ officer: null, device: { id: '01F499990', name: 'Cruiser 4' } });
    expect(made?.title).toMatch(/^Cruiser 4 · /);
    expect(await recordingOf('digital-ally-dvm-500', file, 'export', null)).toMatchObject({
      device: { id: '01F499990', name: '01F499990' },
    });
  });
});
