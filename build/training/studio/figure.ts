import { type Body, type Build, bone, joints, makeBody } from './body.ts';
import { drift } from './chance.ts';
import { type Face, type Head, makeHead } from './head.ts';
import type { Cloth, Item } from './picture.ts';
import {
  clamp,
  ease,
  type Mat4,
  mix,
  multiply,
  rotationX,
  rotationY,
  rotationZ,
  scaling,
  transformPoint,
  translation,
  type Vec3,
} from './vec.ts';

export type Look = {
  readonly face: Face;
  readonly build: Build;
  /** In metres. */
  readonly height: number;
  /** Children have larger heads for their height. */
  readonly headScale: number;
  readonly top: Vec3;
  readonly topCloth: Cloth;
  readonly trousers: Vec3;
  readonly trousersCloth: Cloth;
  readonly shoes: Vec3;
  readonly seed: number;
};

/** Angles in radians. Forward swings are positive; `out` lifts a limb sideways from hanging. */
export type ArmPose = {
  readonly swing: number;
  readonly out: number;
  readonly elbow: number;
  readonly twist: number;
  readonly hand?: number;
};
export type LegPose = { readonly swing: number; readonly knee: number; readonly out?: number };

export type Pose = {
  readonly position: Vec3;
  /** Which way the person faces: 0 is +Z, a quarter turn is +X. */
  readonly heading: number;
  readonly lean: number;
  readonly twist: number;
  readonly sway: number;
  readonly headYaw: number;
  readonly headPitch: number;
  readonly headTilt: number;
  readonly gaze: readonly [number, number];
  readonly blink: number;
  readonly mouth: number;
  readonly left: ArmPose;
  readonly right: ArmPose;
  readonly leftLeg: LegPose;
  readonly rightLeg: LegPose;
  /** Hips this far above where the legs would put them. */
  readonly rise: number;
};

const bindArm = 0.62;

/** Standing at ease, alive: breath, small shifts of weight, blinks. */
export function standing(position: Vec3, heading: number, time: number, seed: number): Pose {
  const shift = drift(time * 0.35, seed) * 0.03;
  return {
    position,
    heading: heading + drift(time * 0.2, seed + 3) * 0.04,
    lean: 0.02 + Math.sin(time * 1.7 + seed) * 0.006,
    twist: drift(time * 0.3, seed + 1) * 0.05,
    sway: shift,
    headYaw: drift(time * 0.5, seed + 5) * 0.08,
    headPitch: drift(time * 0.6, seed + 6) * 0.04,
    headTilt: drift(time * 0.4, seed + 7) * 0.03,
    gaze: [drift(time * 1.1, seed + 8) * 0.08, drift(time * 0.9, seed + 9) * 0.04],
    blink: blinkAt(time, seed),
    mouth: 0,
    left: { swing: 0.05 + shift, out: 0.13, elbow: 0.22, twist: 0.1 },
    right: { swing: 0.02 - shift, out: 0.13, elbow: 0.26, twist: 0.1 },
    leftLeg: { swing: 0.02, knee: 0.05 + Math.max(0, shift), out: 0.05 - shift },
    rightLeg: { swing: -0.02, knee: 0.05 + Math.max(0, -shift), out: 0.05 + shift },
    rise: 0,
  };
}

/** `distance` is how far the person has walked, in metres, so that feet keep their place on the ground. */
export function walking(
  position: Vec3,
  heading: number,
  distance: number,
  time: number,
  seed: number,
  vigor = 1,
): Pose {
  const phase = (distance / (1.46 * vigor ** 0.3)) * Math.PI * 2 + seed;
  const stride = 0.42 * vigor;
  const leg = (shift: number): LegPose => {
    const s = Math.sin(phase + shift);
    const c = Math.cos(phase + shift);
    return {
      swing: stride * s + 0.06,
      knee: 0.1 + 0.85 * vigor * Math.max(0, c) ** 1.6 + 0.12 * Math.max(0, s),
      out: 0.025,
    };
  };
  const arm = (shift: number): ArmPose => {
    const s = Math.sin(phase + shift);
    return {
      swing: 0.02 + stride * 0.85 * s,
      out: 0.14,
      elbow: 0.26 + 0.22 * Math.max(0, s) + 0.25 * Math.max(0, vigor - 1),
      twist: 0.12,
    };
  };
  const still = standing(position, heading, time, seed);
  return {
    ...still,
    heading,
    lean: 0.05 * vigor,
    twist: -0.11 * vigor * Math.sin(phase),
    sway: 0.02 * Math.cos(phase),
    leftLeg: leg(0),
    rightLeg: leg(Math.PI),
    left: arm(Math.PI),
    right: arm(0),
  };
}

function blinkAt(time: number, seed: number): number {
  const beat = (time + seed * 1.37) % 3.3;
  return Math.max(1 - Math.abs(beat - 0.12) / 0.09, 0);
}

/** Lips of somebody speaking between two times. */
export function talking(time: number, spans: readonly (readonly [number, number])[], seed: number): number {
  const inside = spans.some(([from, to]) => time > from && time < to);
  if (!inside) return 0;
  const syllable = Math.abs(Math.sin(time * 11.3 + seed)) * 0.6 + Math.abs(drift(time * 7, seed + 20)) * 0.7;
  return clamp(syllable - 0.12, 0, 1);
}

const mixArm = (a: ArmPose, b: ArmPose, t: number): ArmPose => ({
  swing: mix(a.swing, b.swing, t),
  out: mix(a.out, b.out, t),
  elbow: mix(a.elbow, b.elbow, t),
  twist: mix(a.twist, b.twist, t),
  hand: mix(a.hand ?? 0, b.hand ?? 0, t),
});
const mixLeg = (a: LegPose, b: LegPose, t: number): LegPose => ({
  swing: mix(a.swing, b.swing, t),
  knee: mix(a.knee, b.knee, t),
  out: mix(a.out ?? 0, b.out ?? 0, t),
});

/** Between two poses; the second one's place and heading win as `t` grows. */
export function between(a: Pose, b: Pose, t: number): Pose {
  return {
    ...b,
    position: [
      mix(a.position[0], b.position[0], t),
      mix(a.position[1], b.position[1], t),
      mix(a.position[2], b.position[2], t),
    ],
    heading: mix(a.heading, b.heading, t),
    lean: mix(a.lean, b.lean, t),
    twist: mix(a.twist, b.twist, t),
    sway: mix(a.sway, b.sway, t),
    headYaw: mix(a.headYaw, b.headYaw, t),
    headPitch: mix(a.headPitch, b.headPitch, t),
    left: mixArm(a.left, b.left, t),
    right: mixArm(a.right, b.right, t),
    leftLeg: mixLeg(a.leftLeg, b.leftLeg, t),
    rightLeg: mixLeg(a.rightLeg, b.rightLeg, t),
    rise: mix(a.rise, b.rise, t),
  };
}

export class Figure {
  readonly #look: Look;
  readonly #head: Head;
  readonly #body: Body;

  /** `coarse` widens the grid of the meshes: 1 for faces near the camera, up to 2 for people far away. */
  constructor(look: Look, coarse = 1) {
    this.#look = look;
    this.#head = makeHead(look.face, coarse);
    this.#body = makeBody(
      look.build,
      {
        top: look.top,
        trousers: look.trousers,
        skin: look.face.skin,
        shoes: look.shoes,
      },
      coarse,
    );
  }

  /** Where the head of this person would be, for others to look at. */
  get eyeHeight(): number {
    return this.#look.height * 0.935;
  }

  items(pose: Pose): readonly Item[] {
    const { height, headScale } = this.#look;
    const frames = posed(pose);
    const bones = new Float32Array(20 * 16);
    frames.forEach((frame, index) => {
      const bind = joints[index]?.[0] ?? [0, 0, 0];
      bones.set(multiply(frame, translation([-bind[0], -bind[1], -bind[2]])), index * 16);
    });
    const lift = -lowestSole(frames) + pose.rise;
    const root = multiply(
      translation(pose.position),
      rotationY(pose.heading),
      scaling([height / 1.75, height / 1.75, height / 1.75]),
      translation([0, lift, 0]),
    );
    const { top, trousers, hands, shoes, belt } = this.#body;
    const items: Item[] = [
      { mesh: top, model: root, bones, cloth: this.#look.topCloth },
      { mesh: trousers, model: root, bones, cloth: this.#look.trousersCloth },
      { mesh: hands, model: root, bones },
      { mesh: shoes, model: root, bones },
    ];
    if (belt !== null) items.push({ mesh: belt, model: root, bones });
    const headFrame = frames[bone.head] ?? root;
    const { skull, hair, eye, lid, extras, eyes } = this.#head;
    const head = multiply(root, headFrame, translation([0, 0.075, 0.018]), scaling([headScale, headScale, headScale]));
    const { face } = this.#look;
    const complexion: Cloth = {
      pattern: 0,
      trim: face.lipColor,
      seed: face.beard,
      decal: { rect: [0, 0, 0, 0], spot: [...face.hair, face.lips] },
    };
    items.push(
      { mesh: skull, model: head, mouth: pose.mouth, cloth: complexion },
      { mesh: hair, model: head },
      { mesh: extras, model: head, castsShadow: false },
    );
    for (const spot of eyes) {
      const socket = multiply(head, translation(spot));
      items.push({
        mesh: eye,
        model: multiply(socket, rotationY(pose.gaze[0]), rotationX(-pose.gaze[1])),
        castsShadow: false,
      });
      const droop = mix(-0.13 - pose.gaze[1] * 0.6, 0.55, pose.blink);
      items.push({ mesh: lid, model: multiply(socket, rotationX(droop)), castsShadow: false });
      items.push({ mesh: lid, model: multiply(socket, rotationZ(Math.PI), rotationX(-0.4)), castsShadow: false });
    }
    return items;
  }
}

/** World frame of each bone for a pose, before height and place. */
function posed(pose: Pose): readonly Mat4[] {
  const frames: Mat4[] = [];
  joints.forEach(([joint, parent], index) => {
    const parentJoint = joints[parent]?.[0] ?? [0, 0, 0];
    const offset = translation([joint[0] - parentJoint[0], joint[1] - parentJoint[1], joint[2] - parentJoint[2]]);
    const above = frames[parent];
    const turn = turnOf(pose, index);
    frames.push(above === undefined ? multiply(offset, turn) : multiply(above, offset, turn));
  });
  return frames;
}

function turnOf(pose: Pose, index: number): Mat4 {
  const side = [bone.leftUpperArm, bone.leftForearm, bone.leftHand, bone.leftThigh, bone.leftShin, bone.leftFoot].some(
    (b) => b === index,
  )
    ? 1
    : -1;
  const arm = side === 1 ? pose.left : pose.right;
  const leg = side === 1 ? pose.leftLeg : pose.rightLeg;
  switch (index) {
    case bone.pelvis:
      return multiply(rotationZ(pose.sway), rotationY(-pose.twist * 0.5));
    case bone.spine:
      return multiply(rotationX(pose.lean * 0.6), rotationY(pose.twist * 0.7), rotationZ(-pose.sway));
    case bone.chest:
      return multiply(rotationX(pose.lean * 0.4), rotationY(pose.twist * 0.8));
    case bone.neck:
      return multiply(
        rotationY(pose.headYaw * 0.4 - pose.twist * 0.5),
        rotationX(-pose.headPitch * 0.4 - pose.lean * 0.4),
      );
    case bone.head:
      return multiply(
        rotationY(pose.headYaw * 0.6 - pose.twist * 0.5),
        rotationX(-pose.headPitch * 0.6 - pose.lean * 0.4),
        rotationZ(pose.headTilt),
      );
    case bone.leftUpperArm:
    case bone.rightUpperArm:
      return multiply(rotationX(-arm.swing), rotationZ(side * (arm.out - bindArm)), aboutArm(side, -side * arm.twist));
    case bone.leftForearm:
    case bone.rightForearm:
      return rotationX(-arm.elbow);
    case bone.leftHand:
    case bone.rightHand:
      return multiply(rotationX(-(arm.hand ?? 0) - 0.1), rotationZ(side * 0.12));
    case bone.leftThigh:
    case bone.rightThigh:
      return multiply(rotationX(-leg.swing), rotationZ(side * (leg.out ?? 0)));
    case bone.leftShin:
    case bone.rightShin:
      return rotationX(leg.knee);
    case bone.leftFoot:
    case bone.rightFoot:
      return multiply(rotationX((leg.swing - leg.knee) * 0.72), rotationZ(-side * (leg.out ?? 0)));
    default:
      return rotationX(0);
  }
}

/** A turn about the arm's own length in the unposed shape. */
function aboutArm(side: number, angle: number): Mat4 {
  return multiply(rotationZ(side * bindArm), rotationY(angle), rotationZ(-side * bindArm));
}

function lowestSole(frames: readonly Mat4[]): number {
  let low = Infinity;
  for (const index of [bone.leftFoot, bone.rightFoot]) {
    const frame = frames[index];
    const joint = joints[index]?.[0] ?? [0, 0, 0];
    if (frame === undefined) continue;
    for (const local of [
      [0, -joint[1], 0.19],
      [0, -joint[1], -0.07],
    ] as const)
      low = Math.min(low, transformPoint(frame, local)[1]);
  }
  return Number.isFinite(low) ? low : 0;
}

/** Yaw and pitch a standing person's head needs to look at a point, within what a neck can do. */
export function lookToward(
  from: Vec3,
  heading: number,
  target: Vec3,
): { readonly headYaw: number; readonly headPitch: number } {
  const [dx, dy, dz] = [target[0] - from[0], target[1] - from[1], target[2] - from[2]];
  const turn = Math.atan2(dx, dz) - heading;
  const yaw = Math.atan2(Math.sin(turn), Math.cos(turn));
  return { headYaw: clamp(yaw, -1.2, 1.2), headPitch: clamp(Math.atan2(dy, Math.hypot(dx, dz)), -0.6, 0.6) };
}

/** Position along a path of (time, x, z) points, with the distance walked and the heading. */
export function along(
  path: readonly (readonly [number, number, number])[],
  time: number,
): { readonly position: Vec3; readonly distance: number; readonly heading: number; readonly moving: number } {
  let distance = 0;
  for (let i = 0; i + 1 < path.length; i++) {
    const [t0, x0, z0] = path[i] ?? [0, 0, 0];
    const [t1, x1, z1] = path[i + 1] ?? [0, 0, 0];
    const reach = Math.hypot(x1 - x0, z1 - z0);
    const heading = Math.atan2(x1 - x0, z1 - z0);
    if (time <= t1 || i + 2 === path.length) {
      const k = clamp((time - t0) / (t1 - t0), 0, 1);
      const soft = i + 2 === path.length ? 1 - (1 - k) ** 1.35 : k;
      const moving = i + 2 === path.length ? 1 - ease(0.8, 1, k) : 1;
      return {
        position: [mix(x0, x1, soft), 0, mix(z0, z1, soft)],
        distance: distance + reach * soft,
        heading,
        moving: reach < 0.01 ? 0 : moving,
      };
    }
    distance += reach;
  }
  return { position: [0, 0, 0], distance, heading: 0, moving: 0 };
}
