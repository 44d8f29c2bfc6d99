/** What is filmed, when, by which camera, and how it lies on that camera's card. */

export type TriggerLine = {
  /** Seconds after the recording starts. */
  readonly at: number;
  readonly kind: string;
  readonly source: string;
  readonly value: string;
};

export type Spoken = {
  readonly at: number;
  readonly voice: 'slt' | 'rms' | 'awb' | 'kal16';
  readonly words: string;
  readonly level?: number;
};

/** The picture side: a scene of the studio from a time of its clock. */
export type Clip = {
  readonly name: string;
  readonly scene: 'stop-worn' | 'stop-cruiser' | 'door' | 'hallway' | 'park';
  /** Seconds of the scene's clock at the first frame. */
  readonly from: number;
  readonly seconds: number;
  /** When the first frame was taken, UTC. */
  readonly startsAt: string;
  /** Text the camera burns in before the time. */
  readonly stamp: string;
  readonly stampAt: 'top-right' | 'top-left' | 'bottom';
  /** Seconds at the start that were in the buffer before the trigger, and whether they have no sound. */
  readonly buffered: { readonly seconds: number; readonly silent: boolean } | null;
  readonly speech: readonly Spoken[];
  readonly ambience: 'roadside' | 'cabin' | 'porch' | 'corridor' | 'park';
  readonly format: 'mp4' | 'mkv' | 'asf';
  readonly variableRate: boolean;
  /** Files on the card, one a segment, below `assets/training/cards`. */
  readonly files: readonly string[];
  /** Sidecar of trigger events, below `assets/training/cards`. */
  readonly triggerFile: string;
  readonly triggers: readonly TriggerLine[];
};

export const clips: readonly Clip[] = [
  {
    name: 'Traffic stop, worn camera',
    scene: 'stop-worn',
    from: 3,
    seconds: 16,
    startsAt: '2026-11-20T22:12:03.000Z',
    stamp: 'MAPLE HOLLOW PD  V300047',
    stampAt: 'top-right',
    buffered: null,
    speech: [
      { at: 7.0, voice: 'slt', words: 'Evening. Maple Hollow Police.', level: 1.1 },
      { at: 9.0, voice: 'rms', words: 'Hi. What did I do?' },
      { at: 10.6, voice: 'slt', words: 'Your left tail light is out. License, please.', level: 1.1 },
      { at: 13.6, voice: 'rms', words: 'Sure. It is right here.' },
    ],
    ambience: 'roadside',
    format: 'mp4',
    variableRate: false,
    files: ['V300047/DanaWhitlock_202611201712_V300047-0.mp4', 'V300047/DanaWhitlock_202611201712_V300047-1.mp4'],
    triggerFile: 'V300047/DanaWhitlock_202611201712_V300047.triggers.jsonl',
    triggers: [
      { at: 0, kind: 'light-bar', source: 'UNIT-4', value: 'on' },
      { at: 0.4, kind: 'door', source: 'UNIT-4', value: 'driver open' },
    ],
  },
  {
    name: 'Traffic stop, cruiser camera',
    scene: 'stop-cruiser',
    from: 0,
    seconds: 13,
    startsAt: '2026-11-20T22:12:00.000Z',
    stamp: 'UNIT 4  03C470014',
    stampAt: 'bottom',
    buffered: null,
    speech: [
      { at: 1.2, voice: 'awb', words: 'Unit four, go ahead with your stop.', level: 0.5 },
      { at: 10.0, voice: 'slt', words: 'Evening. Maple Hollow Police.', level: 0.3 },
    ],
    ambience: 'cabin',
    format: 'asf',
    variableRate: false,
    files: ['03C470014/03C4700142026112017120001.asf'],
    triggerFile: '03C470014/03C4700142026112017120001.triggers.jsonl',
    triggers: [
      { at: 0, kind: 'light-bar', source: 'UNIT-4', value: 'on' },
      { at: 3.4, kind: 'door', source: 'UNIT-4', value: 'driver open' },
    ],
  },
  {
    name: 'Number 418, worn camera',
    scene: 'door',
    from: 0,
    seconds: 14,
    startsAt: '2026-11-21T00:22:14.000Z',
    stamp: 'AXON BODY 2 X60A2210',
    stampAt: 'top-right',
    buffered: { seconds: 6, silent: true },
    speech: [
      { at: 8.9, voice: 'slt', words: 'Yes? Is something wrong?' },
      { at: 10.5, voice: 'rms', words: 'Evening. We had a noise call.', level: 1.1 },
      { at: 12.4, voice: 'slt', words: 'Oh, I am sorry.' },
    ],
    ambience: 'porch',
    format: 'mp4',
    variableRate: false,
    files: ['X60A2210/AXON_Body_2_Video_2026-11-20_1922_001.mp4'],
    triggerFile: 'X60A2210/AXON_Body_2_Video_2026-11-20_1922_001.triggers.jsonl',
    triggers: [
      { at: 0, kind: 'pre-event', source: 'X60A2210', value: '6 s without sound' },
      { at: 6, kind: 'button', source: 'X60A2210', value: 'start' },
      { at: 6.25, kind: 'dispatch', source: 'CAD', value: '26-118212 on scene' },
    ],
  },
  {
    name: 'School corridor, worn camera',
    scene: 'hallway',
    from: 0,
    seconds: 10,
    startsAt: '2026-11-20T23:40:06.000Z',
    stamp: 'DPB10-0417  SRO DELGADILLO',
    stampAt: 'top-left',
    buffered: null,
    speech: [
      { at: 0.5, voice: 'rms', words: 'Doors open at seven.', level: 0.7 },
      { at: 2.7, voice: 'slt', words: 'I will bring the tickets.', level: 0.7 },
      { at: 5.2, voice: 'slt', words: 'Are you coming to the game?', level: 0.6 },
    ],
    ambience: 'corridor',
    format: 'mp4',
    variableRate: false,
    files: ['DPB10-0417/DPB10/2026_1120_184006_001.MP4'],
    triggerFile: 'DPB10-0417/DPB10/2026_1120_184006_001.triggers.jsonl',
    triggers: [{ at: 0, kind: 'button', source: 'DPB10-0417', value: 'start' }],
  },
  {
    name: 'Search in the park, worn camera',
    scene: 'park',
    from: 0,
    seconds: 12,
    startsAt: '2026-11-21T01:09:31.000Z',
    stamp: 'JOEL OKAFOR  B8A44F3A0C71',
    stampAt: 'top-right',
    buffered: { seconds: 6, silent: false },
    speech: [
      { at: 2.7, voice: 'rms', words: 'Police! Stop!', level: 1.3 },
      { at: 6.4, voice: 'rms', words: 'Show me your hands!', level: 1.3 },
      { at: 9.4, voice: 'kal16', words: 'Okay. Okay, I stopped.', level: 0.6 },
    ],
    ambience: 'park',
    format: 'mkv',
    variableRate: true,
    files: ['B8A44F3A0C71/jokafor_B8A44F3A0C71_20261121T010937Z/20261121_010931_C8F2.mkv'],
    triggerFile: 'B8A44F3A0C71/jokafor_B8A44F3A0C71_20261121T010937Z/20261121_010931_C8F2.triggers.jsonl',
    triggers: [
      { at: 0, kind: 'pre-event', source: 'B8A44F3A0C71', value: '6 s' },
      { at: 6, kind: 'holster', source: 'HOL-0412', value: 'drawn' },
      { at: 11.4, kind: 'holster', source: 'HOL-0412', value: 'returned' },
    ],
  },
];
