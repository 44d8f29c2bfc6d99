import { lumps } from './chance.ts';
import { type Mesh, material } from './mesh.ts';
import { ellipsoid, type Field, limb, meshField, roundBox, softMax, softMin, union } from './sdf.ts';
import { add, clamp, dot, ease, mix3, scale, sub, type Vec3 } from './vec.ts';

/** Bones in order; the number is the one vertices carry. */
export const bone = {
  pelvis: 0,
  spine: 1,
  chest: 2,
  neck: 3,
  head: 4,
  leftUpperArm: 5,
  leftForearm: 6,
  leftHand: 7,
  rightUpperArm: 8,
  rightForearm: 9,
  rightHand: 10,
  leftThigh: 11,
  leftShin: 12,
  leftFoot: 13,
  rightThigh: 14,
  rightShin: 15,
  rightFoot: 16,
} as const;

/** How far the arms stand off the body in the unposed shape. */
const armSlant = 0.62;
const upperArm = 0.285;
const forearm = 0.255;
const armDirection: Vec3 = [Math.sin(armSlant), -Math.cos(armSlant), 0];
const shoulder: Vec3 = [0.164, 1.395, -0.012];
const elbow = add(shoulder, scale(armDirection, upperArm));
const wrist = add(elbow, scale(armDirection, forearm));
const mirror = (p: Vec3): Vec3 => [-p[0], p[1], p[2]];
const hip: Vec3 = [0.092, 0.92, 0];
const knee: Vec3 = [0.098, 0.5, 0.012];
const ankle: Vec3 = [0.1, 0.085, -0.012];

/** Joint of each bone in the unposed shape of a person 1.75 m tall, facing +Z, left at +X; and its parent. */
export const joints: readonly (readonly [Vec3, number])[] = [
  [[0, 0.95, 0], -1],
  [[0, 1.08, -0.01], bone.pelvis],
  [[0, 1.24, -0.018], bone.spine],
  [[0, 1.46, -0.022], bone.chest],
  [[0, 1.56, -0.008], bone.neck],
  [shoulder, bone.chest],
  [elbow, bone.leftUpperArm],
  [wrist, bone.leftForearm],
  [mirror(shoulder), bone.chest],
  [mirror(elbow), bone.rightUpperArm],
  [mirror(wrist), bone.rightForearm],
  [hip, bone.pelvis],
  [knee, bone.leftThigh],
  [ankle, bone.leftShin],
  [mirror(hip), bone.pelvis],
  [mirror(knee), bone.rightThigh],
  [mirror(ankle), bone.rightShin],
];

export type Build = {
  /** 1 is average: waist and limbs. */
  readonly girth: number;
  readonly shoulders: number;
  readonly chest: number;
  readonly hips: number;
  /** How loose the upper garment is, in metres. */
  readonly loose: number;
  readonly skirtOfCoat: number;
  readonly dutyBelt: boolean;
  readonly hood: boolean;
};

/** Weight of each side of a joint: a soft step along the limb. */
function split(p: Vec3, joint: Vec3, along: Vec3, above: number, below: number, reach: number): Vec3 {
  const t = dot(sub(p, joint), along);
  return [above, below, 1 - ease(-reach, reach, t)];
}

function armBones(p: Vec3, left: boolean): Vec3 {
  const q = left ? p : mirror(p);
  const first = left ? bone.leftUpperArm : bone.rightUpperArm;
  const fromShoulder = dot(sub(q, shoulder), armDirection);
  if (fromShoulder < 0.12) return [bone.chest, first, 1 - ease(-0.06, 0.09, fromShoulder + (q[0] - 0.17) * 0.4)];
  if (fromShoulder < upperArm + 0.1) return split(q, elbow, armDirection, first, first + 1, 0.05);
  return split(q, wrist, armDirection, first + 1, first + 2, 0.018);
}

function legBones(p: Vec3): Vec3 {
  const left = p[0] > 0;
  const first = left ? bone.leftThigh : bone.rightThigh;
  const down: Vec3 = [0, -1, 0];
  if (p[1] > 0.72) return [bone.pelvis, first, 1 - ease(0.98, 0.8, p[1]) * ease(-0.005, 0.035, Math.abs(p[0]))];
  if (p[1] > 0.3) return split(p, knee, down, first, first + 1, 0.06);
  return split(p, ankle, down, first + 1, first + 2, 0.02);
}

/** Which two bones move a point of a garment or of the skin. */
function bonesAt(p: Vec3): Vec3 {
  const fromArm = dot(sub([Math.abs(p[0]), p[1], p[2]], shoulder), [Math.cos(armSlant), Math.sin(armSlant), 0]);
  if (p[1] > 0.8 && fromArm > -0.092 && p[1] < 1.47) return armBones(p, p[0] > 0);
  if (p[1] < 0.86) return legBones(p);
  if (p[1] < 1.0) return [bone.pelvis, bone.spine, 1 - ease(0.94, 1.06, p[1])];
  if (p[1] < 1.16) return [bone.spine, bone.pelvis, ease(0.94, 1.06, p[1])];
  if (p[1] < 1.42) return [bone.chest, bone.spine, ease(1.16, 1.3, p[1])];
  return [bone.chest, bone.neck, 1 - 0.5 * ease(1.44, 1.53, p[1])];
}

function creases(x: number, y: number, z: number): number {
  return lumps(x * 11, y * 8, z * 11) * 0.0045 + lumps(x * 24, y * 15 + x * 9, z * 24) * 0.0022;
}

function topField(build: Build): Field {
  const { girth, shoulders, chest, loose } = build;
  const s: Vec3 = [shoulder[0] * shoulders, shoulder[1], shoulder[2]];
  const torso = union(
    0.11,
    ellipsoid([0, 1.28, -0.008], [0.152 * shoulders + loose, 0.15, 0.106 * chest + loose]),
    ellipsoid([0, 1.1, 0.002], [0.13 * girth + loose, 0.16, 0.094 * girth + loose]),
    ellipsoid([0, 0.91, 0], [0.15 * girth * build.hips + loose, 0.24, 0.112 * girth + loose]),
    limb([-0.105, 1.392, -0.02], [0.105, 1.392, -0.02], 0.05 + loose * 0.4, 0.05 + loose * 0.4),
    limb([0, 1.41, -0.03], [0, 1.455, -0.028], 0.062, 0.05),
  );
  const sleeve = union(
    0.035,
    limb(s, elbow, 0.055 * (0.7 + 0.3 * girth) + loose * 0.9, 0.045 + loose * 0.9),
    limb(elbow, add(wrist, scale(armDirection, -0.005)), 0.045 + loose * 0.9, 0.034 + loose * 0.8),
  );
  const collar = limb([0, 1.42, -0.032], [0, 1.482, -0.03], 0.068, 0.02);
  const collarHole = limb([0, 1.38, -0.03], [0, 1.56, -0.012], 0.058, 0.06);
  const hood = ellipsoid([0, 1.46, -0.1], [0.115, 0.07, 0.06]);
  const cuff = add(wrist, scale(armDirection, -0.012));
  return (x, y, z) => {
    const side = Math.abs(x);
    const asym = x;
    let d = torso(x, y, z);
    const arm = sleeve(side, y, z);
    d = softMin(d, arm, 0.05);
    d = softMin(d, softMax(collar(x, y, z), -collarHole(x, y, z), 0.006), 0.018);
    if (build.hood) d = softMin(d, hood(x, y, z), 0.03);
    d += creases(asym, y, z) * (1 + loose * 30);
    d = softMax(d, 0.89 - build.skirtOfCoat - y + lumps(x * 9, 3, z * 9) * 0.006, 0.008);
    return softMax(d, dot(sub([side, y, z], cuff), armDirection), 0.008);
  };
}

function trousersField(build: Build): Field {
  const { girth, hips } = build;
  const seat = ellipsoid([0, 0.95, -0.005], [0.142 * girth * hips, 0.1, 0.1 * girth]);
  const leg = union(
    0.05,
    limb(hip, knee, 0.078 * (0.6 + 0.4 * girth), 0.057),
    limb(knee, [0.1, 0.05, -0.006], 0.057, 0.052),
  );
  return (x, y, z) => {
    const d =
      softMin(seat(x, y, z), leg(Math.abs(x), y, z), 0.06) +
      creases(x + 3, y, z) * 1.2 +
      lumps(x * 14, y * 30, z * 14) * 0.003 * ease(0.24, 0.1, y);
    return softMax(softMax(d, y - 1.02, 0.01), 0.06 - y, 0.008);
  };
}

function handField(): Field {
  const at = (along: number, across: number, forward: number): Vec3 =>
    add(add(wrist, scale(armDirection, along)), [Math.cos(armSlant) * across, Math.sin(armSlant) * across, forward]);
  const palm = union(
    0.014,
    limb(at(-0.02, 0, 0), at(0.03, 0, 0), 0.023, 0.025),
    limb(at(0.035, 0, 0.018), at(0.08, -0.002, 0.024), 0.017, 0.014),
    limb(at(0.035, 0, -0.018), at(0.08, -0.002, -0.022), 0.017, 0.013),
  );
  const fingers: Field[] = [];
  for (let i = 0; i < 4; i++) {
    const forward = 0.027 - i * 0.0175;
    const reach = [0.067, 0.075, 0.07, 0.055][i] ?? 0.06;
    const middle = at(0.08 + reach * 0.5, -0.006, forward * 1.08);
    fingers.push(
      limb(at(0.078, -0.001, forward), middle, 0.0095, 0.0086),
      limb(middle, at(0.08 + reach, -0.022, forward * 1.05), 0.0086, 0.007),
    );
  }
  const thumb = union(
    0.006,
    limb(at(0.018, -0.002, 0.026), at(0.05, -0.012, 0.048), 0.013, 0.0105),
    limb(at(0.05, -0.012, 0.048), at(0.08, -0.02, 0.054), 0.0105, 0.0085),
  );
  const all = union(0.006, ...fingers);
  return (x, y, z) => {
    const side = Math.abs(x);
    return softMin(softMin(palm(side, y, z), all(side, y, z), 0.008), thumb(side, y, z), 0.01);
  };
}

function shoeField(): Field {
  const upper = union(
    0.03,
    ellipsoid([0.103, 0.055, 0.1], [0.046, 0.045, 0.085]),
    ellipsoid([0.1, 0.06, -0.015], [0.041, 0.06, 0.062]),
    limb([0.1, 0.1, -0.012], [0.1, 0.14, -0.014], 0.045, 0.045),
  );
  const sole = roundBox([0.103, 0.014, 0.055], [0.047, 0.016, 0.138], 0.014);
  return (x, y, z) => {
    const side = Math.abs(x);
    return Math.max(softMin(softMax(upper(side, y, z), 0.018 - y, 0.01), sole(side, y, z), 0.006), -y);
  };
}

function beltField(build: Build): Field {
  const ring = ellipsoid(
    [0, 0.975, 0],
    [0.155 * build.girth * build.hips + build.loose, 0.2, 0.115 * build.girth + build.loose],
  );
  const pouch = (c: Vec3, half: Vec3): Field => roundBox(c, half, 0.008);
  const w = 0.158 * build.girth * build.hips + build.loose;
  const d = 0.115 * build.girth + build.loose;
  const gear = [
    pouch([-w - 0.01, 0.9, 0.01], [0.024, 0.085, 0.036]),
    pouch([-w - 0.016, 0.985, -0.005], [0.018, 0.035, 0.022]),
    pouch([w + 0.004, 0.955, 0.02], [0.02, 0.06, 0.028]),
    pouch([w * 0.7, 0.955, d * 0.78], [0.026, 0.042, 0.018]),
    pouch([-w * 0.65, 0.955, -d * 0.8], [0.03, 0.045, 0.02]),
    pouch([w * 0.6, 0.96, -d * 0.82], [0.034, 0.036, 0.018]),
  ];
  return (x, y, z) =>
    gear.reduce(
      (least, one) => Math.min(least, one(x, y, z)),
      softMax(Math.abs(ring(x, y, z)) - 0.007, Math.abs(y - 0.975) - 0.028, 0.004),
    );
}

export type Body = {
  readonly top: Mesh;
  readonly trousers: Mesh;
  readonly hands: Mesh;
  readonly shoes: Mesh;
  readonly belt: Mesh | null;
};

export function makeBody(
  build: Build,
  colors: { readonly top: Vec3; readonly trousers: Vec3; readonly skin: Vec3; readonly shoes: Vec3 },
  coarse: number,
): Body {
  const reach = wrist[0] + 0.2;
  const footBones = (p: Vec3): Vec3 => {
    const [foot, shin] = p[0] > 0 ? [bone.leftFoot, bone.leftShin] : [bone.rightFoot, bone.rightShin];
    return [foot, shin, 1 - ease(0.08, 0.15, p[1])];
  };
  const handBones = (p: Vec3): Vec3 => armBones(p, p[0] > 0);
  const knuckle = (p: Vec3): Vec3 =>
    mix3(
      colors.skin,
      [colors.skin[0], colors.skin[1] * 0.78, colors.skin[2] * 0.72],
      clamp(0.35 + lumps(p[0] * 60, p[1] * 60, p[2] * 60) * 0.4, 0, 0.7),
    );
  return {
    top: meshField(topField(build), {
      low: [-reach, 0.7, -0.24],
      high: [reach, 1.56, 0.24],
      cell: 0.017 * coarse,
      surface: { color: colors.top, material: material.cloth, roughness: 0.85 },
      bones: bonesAt,
    }),
    trousers: meshField(trousersField(build), {
      low: [-0.26, 0.03, -0.2],
      high: [0.26, 1.05, 0.2],
      cell: 0.019 * coarse,
      surface: { color: colors.trousers, material: material.cloth, roughness: 0.85 },
      bones: bonesAt,
    }),
    hands: meshField(handField(), {
      low: [-reach, 0.7, -0.07],
      high: [reach, 1.05, 0.09],
      cell: 0.008 * coarse,
      surface: (p) => ({ color: knuckle(p), material: material.skin }),
      bones: handBones,
    }),
    shoes: meshField(shoeField(), {
      low: [-0.17, -0.01, -0.1],
      high: [0.17, 0.18, 0.22],
      cell: 0.012 * coarse,
      surface: (p) => ({ color: p[1] < 0.02 ? scale(colors.shoes, 0.45) : colors.shoes, roughness: 0.45 }),
      bones: footBones,
    }),
    belt: build.dutyBelt
      ? meshField(beltField(build), {
          low: [-0.26, 0.79, -0.2],
          high: [0.26, 1.05, 0.2],
          cell: 0.011 * coarse,
          surface: { color: [0.012, 0.012, 0.013], roughness: 0.42 },
          bones: () => [bone.pelvis, bone.spine, 0.85],
        })
      : null,
  };
}
