import type { TrainingAgency } from '#common/evidence/training-agency.ts';

type Officer = TrainingAgency['officers'][number];

const officers: readonly Officer[] = [
  { badge: '101', name: 'Ruth Abernethy', role: 'chief', device: 'V300031' },
  { badge: '104', name: 'Maren Castellane', role: 'sergeant', device: 'V300033' },
  { badge: '107', name: 'Curtis Bellweather', role: 'sergeant', device: 'V300036' },
  { badge: '109', name: 'Odell Frazier', role: 'sergeant', device: 'X60A2201' },
  { badge: '112', name: 'Simone Vantreight', role: 'detective', device: 'X60A2204' },
  { badge: '115', name: 'Hollis Brandvold', role: 'detective', device: 'X60A2207' },
  { badge: '118', name: 'Dana Whitlock', role: 'patrol', device: 'V300047' },
  { badge: '121', name: 'Joel Okafor', role: 'patrol', device: 'B8A44F3A0C71' },
  { badge: '123', name: 'Priya Ramanathan', role: 'patrol', device: 'V300049' },
  { badge: '126', name: 'Wendell Ostrowski', role: 'patrol', device: 'X60A2210' },
  { badge: '128', name: 'Lucia Marchetti-Boone', role: 'patrol', device: 'V300052' },
  { badge: '131', name: 'Amos Trelawney', role: 'patrol', device: 'X60A2213' },
  { badge: '134', name: 'Nadia Kessler', role: 'patrol', device: 'B8A44F3A0C7E' },
  { badge: '137', name: 'Terrence Holcomb', role: 'patrol', device: 'V300055' },
  { badge: '140', name: 'Grace Yellowhorse', role: 'patrol', device: 'B8A44F3A0C83' },
  { badge: '143', name: 'Rosa Delgadillo', role: 'school-resource', device: 'DPB10-0417' },
  { badge: '146', name: 'Bertrand Achterberg', role: 'school-resource', device: 'DPB10-0421' },
];

const roles = {
  chief: 'admin',
  sergeant: 'supervisor',
  detective: 'officer',
  patrol: 'officer',
  'school-resource': 'officer',
} as const;
/** One of each role is offered on the first screen, and a second officer so that two can work side by side. */
const practised = ['Dana Whitlock', 'Joel Okafor', 'Maren Castellane', 'Tess Lindqvist', 'Ruth Abernethy'];

const account = (displayName: string, role: TrainingAgency['accounts'][number]['role']) => ({
  username: displayName.toLowerCase().replaceAll(' ', '.'),
  displayName,
  role,
  practised: practised.includes(displayName),
});

const accounts = [
  ...officers.map(({ name, role }) => account(name, roles[role])),
  account('Tess Lindqvist', 'records'),
].sort((a, b) => place(a.displayName) - place(b.displayName));

/** Those who are offered come first, in the order in which a recording passes through their hands. */
function place(name: string): number {
  const index = practised.indexOf(name);
  return index < 0 ? practised.length : index;
}

/** Maple Hollow and everybody in it are made up. Evening of Friday 20 November 2026, Eastern time (UTC-5). */
export const agency: TrainingAgency = {
  name: 'Maple Hollow Police Department (training)',
  zone: 'America/New_York',
  accounts,
  officers: [...officers],
  cruisers: [
    { unit: '1', device: '03C470011' },
    { unit: '2', device: '03C470012' },
    { unit: '3', device: '03C470013' },
    { unit: '4', device: '03C470014' },
    { unit: '5', device: '03C470015' },
    { unit: '6', device: '03C470016' },
    { unit: '7', device: '03C470017' },
    { unit: '8', device: '03C470018' },
  ],
  calls: [
    {
      number: '26-118204',
      kind: 'Traffic stop',
      place: 'County Road 9 at Old Mill Lane',
      from: '2026-11-20T22:11:40.000Z',
      until: '2026-11-20T22:31:05.000Z',
    },
    {
      number: '26-118209',
      kind: 'Extra patrol, home game',
      place: 'Maple Hollow Middle School',
      from: '2026-11-20T23:30:00.000Z',
      until: '2026-11-21T02:15:00.000Z',
    },
    {
      number: '26-118212',
      kind: 'Noise complaint',
      place: '418 Larkspur Court',
      from: '2026-11-21T00:18:22.000Z',
      until: '2026-11-21T00:41:10.000Z',
    },
    {
      number: '26-118217',
      kind: 'Trespass in progress',
      place: 'Old Mill Park',
      from: '2026-11-21T01:03:48.000Z',
      until: '2026-11-21T01:36:30.000Z',
    },
  ],
};
