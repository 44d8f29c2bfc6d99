import { bonnet, Car } from './car.ts';
import { along, between, Figure, lookToward, type Pose, standing, talking, walking } from './figure.ts';
import { wornLens } from './handheld.ts';
import { barLight } from './lightbar.ts';
import { MeshBuilder, material } from './mesh.ts';
import { card, distantHouse, ground, streetLamp, utilityPole } from './outdoors.ts';
import { driver, officer } from './people.ts';
import type { Air, Item, Lens, Light } from './picture.ts';
import type { Scene } from './scene.ts';
import { add, ease, identity, mix, mix3, multiply, rotationY, scaling, translation, type Vec3 } from './vec.ts';

/**
 * A traffic stop at dusk. Zero is when the cruiser's brakes set. One world, seen by the officer's camera and by the cruiser's:
 * the stopped car stands at the origin facing +Z, the cruiser nine metres behind it.
 */
const cruiserPlace: Vec3 = [-0.25, 0, -9.2];
const officerPath = [
  [3.2, 2.1, -8.4],
  [4.2, 2.25, -7.4],
  [9.6, 1.86, -1.62],
] as const;
const driverSpeaks = [
  [11.6, 13.4],
  [16.2, 18.0],
] as const;
const officerSpeaks = [
  [10.0, 11.5],
  [13.6, 15.9],
] as const;

const air: Air = {
  zenith: [0.035, 0.06, 0.13],
  horizon: [0.3, 0.19, 0.17],
  ground: [0.03, 0.029, 0.032],
  sunDirection: [0.42, 0.02, 0.9],
  sunGlow: [0.85, 0.32, 0.1],
  ambient: [0.012, 0.016, 0.028],
  clouds: 0.9,
  stars: 0,
  fog: 0.0035,
  wet: 0.8,
};

function scenery(): readonly Item[] {
  const place = (x: number, z: number, turn: number, size = 1): ReturnType<typeof identity> =>
    multiply(translation([x, 0, z]), rotationY(turn), scaling([size, size, size]));
  const lines = new MeshBuilder();
  const stripe = (x: number, width: number, color: Vec3, z0: number, z1: number): void => {
    lines.quad(
      [
        [x - width / 2, 0.006, z1],
        [x + width / 2, 0.006, z1],
        [x + width / 2, 0.006, z0],
        [x - width / 2, 0.006, z0],
      ],
      { color, material: material.concrete, roughness: 0.7 },
    );
  };
  stripe(1.5, 0.11, [0.55, 0.55, 0.53], -30, 160);
  stripe(8.7, 0.11, [0.55, 0.55, 0.53], -30, 160);
  for (const x of [4.98, 5.22]) stripe(x, 0.1, [0.6, 0.4, 0.05], -30, 160);
  const rail = new MeshBuilder();
  for (let z = -24; z < 70; z += 3.8)
    rail.box([-3.32, 0, z - 0.07], [-3.18, 0.78, z + 0.07], { color: [0.14, 0.11, 0.08], material: material.wood });
  for (const y of [0.5, 0.66])
    rail.rod([-3.12, y, -26], [-3.12, y, 72], [0.07, 0.07], { color: [0.3, 0.31, 0.32], roughness: 0.45 }, 8);
  const far = { castsShadow: false } as const;
  const flat = { castsShadow: false, mirrored: false } as const;
  const items: Item[] = [
    { mesh: rail.build(), model: identity(), ...flat },
    { mesh: distantHouse(5), model: place(-24, 58, 2.2), ...far },
    { mesh: distantHouse(9), model: place(27, 66, 4.2), ...far },
    { mesh: distantHouse(14), model: place(23, 30, 4.3), ...far },
    { mesh: streetLamp(), model: place(-4.6, 27, 0), ...far },
    { mesh: streetLamp(), model: place(-4.6, 62, 0), ...far },
    { mesh: lines.build(), model: identity(), ...flat },
    {
      mesh: ground(-2.6, 9.4, -40, 170, { color: [0.062, 0.062, 0.066], material: material.asphalt, roughness: 0.9 }),
      model: identity(),
      ...flat,
    },
    {
      mesh: ground(-90, -2.6, -40, 170, { color: [0.075, 0.085, 0.04], material: material.grass, roughness: 1 }, -0.03),
      model: identity(),
      ...flat,
    },
    {
      mesh: ground(9.4, 120, -40, 170, { color: [0.075, 0.085, 0.04], material: material.grass, roughness: 1 }, -0.03),
      model: identity(),
      ...flat,
    },
  ];
  const plants = { a: card('treeA', 10), b: card('treeB', 11), s: card('spruce', 9), h: card('hedge', 2.2) };
  const spots = [
    ['a', -8, 14],
    ['b', -11, 26],
    ['a', -7.5, 38],
    ['b', -14, 6],
    ['a', -12, 50],
    ['b', 14, 20],
    ['a', 17, 34],
    ['a', 13, 48],
    ['b', 19, 62],
    ['b', -9, 64],
    ['a', 15, 78],
    ['b', -16, 36],
    ['s', -19, 22],
    ['s', -22, 31],
    ['s', 24, 46],
    ['s', 30, 40],
    ['s', -18, 70],
    ['s', 22, 90],
    ['s', -13, 84],
    ['b', 10.8, 110],
    ['h', -9, 90],
    ['h', 16, 100],
    ['h', 24, 100],
  ] as const;
  for (const [kind, x, z] of spots)
    items.push({
      mesh: plants[kind],
      model: place(x, z, Math.sin(x * 7) * 0.25, 0.9 + (Math.abs(x * z) % 5) * 0.07),
      ...far,
    });
  const pole = utilityPole();
  for (const z of [-8, 24, 56, 88]) items.push({ mesh: pole, model: place(11.6, z, 0), ...flat });
  return items;
}

/** From the driver's seat to the road: seated, feet out, up, two steps back, turned to the officer. */
function driverPose(time: number): Pose {
  const idle = standing([1.42, 0, -0.12], Math.PI - 0.12, time, 11);
  const seated: Pose = {
    ...idle,
    position: [0.5, 0.12, 0.3],
    heading: 0.1,
    lean: 0.1,
    left: { swing: 0.7, out: 0.2, elbow: 0.7, twist: 0 },
    right: { swing: 0.7, out: 0.2, elbow: 0.7, twist: 0 },
    leftLeg: { swing: 1.35, knee: 1.35 },
    rightLeg: { swing: 1.35, knee: 1.35 },
  };
  const turned: Pose = {
    ...seated,
    position: [0.78, 0.06, 0.3],
    heading: 1.35,
    lean: 0.35,
    leftLeg: { swing: 1.1, knee: 1.1, out: 0.1 },
    rightLeg: { swing: 1.2, knee: 1.25, out: 0.1 },
  };
  const rising: Pose = {
    ...turned,
    position: [1.15, 0, 0.25],
    heading: 1.7,
    lean: 0.4,
    leftLeg: { swing: 0.6, knee: 0.7, out: 0.1 },
    rightLeg: { swing: 0.5, knee: 0.6, out: 0.08 },
    left: { swing: 0.5, out: 0.5, elbow: 0.5, twist: 0 },
  };
  const upright: Pose = { ...idle, position: [1.32, 0, 0.18], heading: 2.3 };
  const stages = [
    [7.2, seated],
    [8.2, turned],
    [9.0, rising],
    [9.7, upright],
    [10.5, idle],
  ] as const;
  let pose: Pose = seated;
  for (let i = 0; i + 1 < stages.length; i++) {
    const [from, a] = stages[i] ?? [0, seated];
    const [to, b] = stages[i + 1] ?? [1, seated];
    if (time >= from) pose = between(a, b, ease(from, to, time));
  }
  const officerEyes = add(officerAt(time).position, [0, 1.6, 0]);
  const watching = ease(8.6, 9.6, time);
  const look = lookToward([1.42, 1.64, -0.12], pose.heading, officerEyes);
  const glanceAway = ease(14.2, 14.6, time) * (1 - ease(15.6, 16.1, time));
  const wallet = ease(16.4, 17.1, time) * (1 - ease(18.0, 18.6, time));
  const offer = ease(18.3, 19.0, time);
  const shrug = ease(11.9, 12.3, time) * (1 - ease(12.9, 13.4, time));
  return {
    ...pose,
    headYaw: mix(pose.headYaw, look.headYaw * (1 - glanceAway) - 0.5 * glanceAway, watching),
    headPitch: mix(pose.headPitch, look.headPitch - 0.3 * wallet * (1 - offer) - 0.12 * glanceAway, watching),
    gaze: [pose.gaze[0] - 0.2 * glanceAway, pose.gaze[1]],
    mouth: talking(time, driverSpeaks, 3),
    right: {
      swing: mix(pose.right.swing, -0.35, wallet) + 1.15 * offer + 0.35 * shrug,
      out: pose.right.out + 0.16 * wallet + 0.1 * offer + 0.35 * shrug,
      elbow: pose.right.elbow + 1.0 * wallet + 0.35 * offer + 1.0 * shrug,
      twist: pose.right.twist - 0.5 * shrug,
    },
    left: {
      ...pose.left,
      out: pose.left.out + 0.35 * shrug,
      swing: pose.left.swing + 0.35 * shrug,
      elbow: pose.left.elbow + 1.0 * shrug,
      twist: pose.left.twist - 0.5 * shrug,
    },
  };
}

function officerAt(time: number): ReturnType<typeof along> {
  return along(officerPath, time);
}

function officerPose(time: number): Pose {
  const { position, distance, heading, moving } = officerAt(time);
  const stride = walking(position, heading, distance, time, 0.4, 0.9);
  const still = standing(position, -0.28, time, 12);
  const pose = between(still, stride, moving);
  const torch = ease(5.2, 6.2, time);
  const look = lookToward(add(position, [0, 1.6, 0]), pose.heading, [1.2, 1.5, 0.2]);
  return {
    ...pose,
    headYaw: look.headYaw * 0.8,
    headPitch: look.headPitch,
    mouth: talking(time, officerSpeaks, 5),
    left: {
      swing: mix(pose.left.swing, 0.9, torch),
      out: mix(pose.left.out, 0.25, torch),
      elbow: mix(pose.left.elbow, 1.5, torch),
      twist: 0.3,
    },
    right: { ...pose.right, out: pose.right.out + 0.08 },
  };
}

export type StopCamera = 'worn' | 'cruiser';

export function stopScene(camera: StopCamera): Scene {
  const still = scenery();
  const sedan = new Car([0.085, 0.095, 0.105], { openDoor: true });
  const cruiserFront = camera === 'cruiser' ? bonnet([0.012, 0.013, 0.017]) : null;
  const passing = new Car([0.16, 0.03, 0.03]);
  const driverFigure = new Figure(driver, camera === 'cruiser' ? 1.7 : 1);
  const officerFigure = camera === 'cruiser' ? new Figure(officer, 1.7) : null;
  return {
    pictureAt: (time) => {
      const walk = officerAt(time);
      const items: Item[] = [];
      if (time > 6.9) items.push(...driverFigure.items(driverPose(time)));
      if (officerFigure !== null && time > 3.2) items.push(...officerFigure.items(officerPose(time)));
      items.push(...sedan.items([0, 0, 0], 0, { door: ease(6.3, 7.3, time), lamps: 1.5 }));
      if (cruiserFront !== null)
        items.push({ mesh: cruiserFront, model: translation(cruiserPlace), castsShadow: false, mirrored: false });
      const far = 96 - (time - 4) * 13.5;
      if (far > -45 && far < 110) items.push(...passing.items([7.0, 0, far], Math.PI, { lamps: 7 }));
      items.push(...still);
      return {
        items,
        lights: lightsAt(time, camera),
        blobs: blobsAt(time, camera, walk.position),
        air,
        lens: camera === 'worn' ? wornAt(time) : cruiserLens,
        mirror: true,
      };
    },
  };
}

function lightsAt(time: number, camera: StopCamera): readonly Light[] {
  const walk = officerAt(time);
  const torchOn = ease(5.2, 5.5, time);
  const hand = add(walk.position, camera === 'worn' ? [0.28, 1.45, 0.25] : [0.25, 1.25, 0.35]);
  const aim = mix3([0.7, 0.7, 0.6], [1.42, 1.5, -0.12], ease(8.6, 9.8, time));
  const toward: Vec3 = [aim[0] - hand[0], aim[1] - hand[1], aim[2] - hand[2]];
  const bar = add(cruiserPlace, [0, 1.62, -0.1]);
  return [
    {
      position: add(cruiserPlace, [0.15, 0.72, 2.55]),
      direction: [0.02, -0.045, 1],
      cone: [0.12, 0.42],
      color: [36, 34, 29],
      range: 60,
      shadow: true,
    },
    barLight(bar, [0.05, -0.07, 1], time, 0.52),
    {
      position: hand,
      direction: toward,
      cone: [0.06, 0.3],
      color: [2.1 * torchOn, 2.05 * torchOn, 1.9 * torchOn],
      range: 18,
    },
    { position: [-2.8, 7.2, 27], direction: [0, -1, 0], cone: [0.5, 1.2], color: [60, 40, 18], range: 26 },
    { position: [-0.72, 0.84, -2.6], color: [0.8, 0.03, 0.03], range: 3.5 },
  ];
}

function blobsAt(
  time: number,
  camera: StopCamera,
  walker: Vec3,
): readonly (readonly [number, number, number, number])[] {
  const blobs: (readonly [number, number, number, number])[] = [];
  for (const z of [-1.9, -0.9, 0.1, 1.1, 1.9]) blobs.push([0, z, 1.25, 0.62]);
  for (const z of [-10.6, -9.2, -7.8]) blobs.push([cruiserPlace[0], z, 1.4, 0.6]);
  if (time > 8) blobs.push([1.42, -0.12, 0.45, 0.5]);
  if (camera === 'cruiser') blobs.push([walker[0], walker[2], 0.45, 0.5]);
  return blobs;
}

const lens: Lens = {
  eye: [0, 0, 0],
  target: [0, 0, 1],
  roll: 0,
  view: 0.95,
  bend: 0.16,
  exposure: 1.5,
  vignette: 0.5,
  grain: 0.018,
  saturation: 0.96,
  night: 1,
};

const cruiserLens: Lens = {
  ...lens,
  eye: [-0.15, 1.36, -8.75],
  target: [0.25, 0.98, 0],
  view: 0.74,
  bend: 0.1,
  exposure: 1.35,
  grain: 0.024,
  saturation: 0.9,
};

function wornAt(time: number): Lens {
  const { position, distance, moving } = officerAt(time);
  const eye = add(position, [-0.05, 1.33, 0.16]);
  const ahead: Vec3 = mix3([0.35, 0.95, 0], [1.38, 1.36, -0.12], ease(7.6, 9.8, time));
  const target = mix3([0.2, 1.1, 0], ahead, ease(3, 5, time));
  return wornLens({ ...lens, eye, target }, time, 31, { distance, moving });
}
