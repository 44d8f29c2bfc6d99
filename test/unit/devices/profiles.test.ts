import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DockFacts, loadProfiles, matchProfile } from '#core/devices/index.ts';
import { assetsDir } from '#test/support/profiles.ts';

describe('profiles as data', () => {
  it('are all valid, with ids of their own', async () => {
    const ids = (await loadProfiles(assetsDir)).map(({ profile }) => profile.id);
    expect(ids).toEqual(
      expect.arrayContaining([
        'generic-dcim',
        'generic-car',
        'motorola-v300-v500-export',
        'axon-body-export',
        'axis-w1xx-export',
        'digital-ally-dvm-500',
        'transcend-drivepro-body',
        'tecsar-body',
      ]),
    );
    expect(ids.at(-1)).toBe('generic-folder');
  });

  describe('that are wrong', () => {
    let folder: string;
    let good: Record<string, unknown>;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'profiles-'));
      await mkdir(join(folder, 'profiles'));
      good = JSON.parse(await readFile(join(assetsDir, 'profiles/generic-dcim.json'), 'utf8')) as Record<
        string,
        unknown
      >;
    });
    afterEach(() => rm(folder, { recursive: true }));
    const load = async (profile: unknown, name = 'broken.json') => {
      await writeFile(join(folder, 'profiles', name), typeof profile === 'string' ? profile : JSON.stringify(profile));
      return loadProfiles(folder);
    };

    it('are refused with file and member', async () => {
      await expect(load({ ...good, files: [{ expression: '(?<date>[', precision: 'second' }] })).rejects.toMatchObject({
        code: 'invalid-request',
        subject: 'broken.json',
        message: expect.stringContaining('files.0.expression: not a regular expression') as string,
      });
    });
    it.each([
      ['a missing member', { name: undefined }, 'name'],
      ['a member nobody knows', { colour: 'red' }, 'colour'],
      [
        'a group nobody knows',
        { files: [{ expression: '(?<datum>x)', precision: 'second' }] },
        'files.0.expression: its named groups',
      ],
      ['an empty match rule', { match: [{}] }, 'match.0: a rule must ask for something'],
      ['the wish to clear the camera', { clear: 'after-seal' }, 'clear'],
    ])('are refused for %s', async (_, change, said) => {
      await expect(load({ ...good, ...change })).rejects.toThrow(said);
    });
    it('are refused when they are not JSON, or there twice', async () => {
      await expect(load('{')).rejects.toThrow('it is not JSON');
      await load(good, 'a.json').catch(() => undefined);
      await rm(join(folder, 'profiles/broken.json'));
      await expect(load(good, 'b.json')).rejects.toThrow('two profiles have the id');
    });
  });
});

describe('which profile fits', () => {
  const dock = (facts: Partial<Omit<DockFacts, 'files'>> & { readonly paths?: readonly string[] }): DockFacts => ({
    kind: 'volume',
    label: null,
    rootName: null,
    serial: null,
    folders: [],
    ...facts,
    files: (facts.paths ?? []).map((path) => ({ path })),
  });
  it.each([
    ['tecsar-body', dock({ label: 'T0123456', folders: ['files', 'files/data'], paths: ['files/data/x.mp4'] })],
    ['tecsar-body', dock({ label: 'T0123456', folders: ['FILES', 'FILES/DATA'], paths: [] })],
    ['axis-w1xx-export', dock({ folders: ['doe_ACCC8E12AB34_20261120T140633Z'], paths: [] })],
    [
      'axis-w1xx-export',
      dock({ kind: 'folder', rootName: 'doe_ACCC8E12AB34_20261120T140633Z', paths: ['20261120_140603_7C2F.mkv'] }),
    ],
    [
      'motorola-v300-v500-export',
      dock({ paths: ['export/JaneDoe_202611202241_V300A1234-0.mp4'], folders: ['export'] }),
    ],
    ['axon-body-export', dock({ paths: ['AXON_Body_2_Video_2024-11-29_2256_001.mp4'] })],
    ['digital-ally-dvm-500', dock({ paths: ['01F4999902007041602323501.asf', 'Power.txt'] })],
    ['transcend-drivepro-body', dock({ folders: ['DPB10'], paths: ['DPB10/2026_1120_140633_001.MP4'] })],
    ['generic-car', dock({ folders: ['Normal'], paths: ['Normal/20300128_140633_0006_S_A.MP4'] })],
    ['generic-dcim', dock({ folders: ['DCIM', 'DCIM/100MEDIA'], paths: ['DCIM/100MEDIA/MOVI0001.AVI'] })],
    ['generic-folder', dock({ kind: 'folder', rootName: 'from the school', paths: ['front door.mp4'] })],
    [null, dock({ paths: ['holiday.mp4', 'letter.docx'] })],
    [null, dock({ kind: 'folder', rootName: 'letters', paths: ['letter.docx'] })],
    [null, dock({})],
  ])('%s', async (id, facts) => {
    expect(matchProfile(facts, await loadProfiles(assetsDir))?.profile.id ?? null).toBe(id);
  });
});
