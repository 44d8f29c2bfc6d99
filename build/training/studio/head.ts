import { lumps } from './chance.ts';
import { type Mesh, MeshBuilder, material, type Surface } from './mesh.ts';
import { ball, ellipsoid, type Field, limb, meshField, softMax, softMin, union } from './sdf.ts';
import { ease, identity, rotationX, type Vec3 } from './vec.ts';

export type HairStyle = 'short' | 'crop' | 'long' | 'bun' | 'curls' | 'bald' | 'ponytail' | 'side';

export type Face = {
  readonly skin: Vec3;
  readonly hair: Vec3;
  readonly style: HairStyle;
  readonly iris: Vec3;
  /** 1 is average. */
  readonly jaw: number;
  readonly nose: number;
  readonly lips: number;
  readonly cheeks: number;
  readonly brow: number;
  /** 0 none, 0.5 stubble, 1 full. */
  readonly beard: number;
  readonly lipColor: Vec3;
  readonly glasses?: boolean;
  readonly cap?: Vec3;
  /** Softer features and larger eyes. */
  readonly child?: boolean;
};

/** A head around its own origin between the ears, looking along +Z, in metres. */
export type Head = {
  readonly skull: Mesh;
  readonly hair: Mesh;
  readonly eye: Mesh;
  readonly lid: Mesh;
  readonly extras: Mesh;
  readonly eyes: readonly [Vec3, Vec3];
};

const mouthY = -0.0722;

function skullField(face: Face): Field {
  const { jaw, nose, lips, cheeks, brow } = face;
  const young = face.child === true ? 1 : 0;
  const base = union(
    0.035,
    ellipsoid([0, 0.034, -0.014], [0.073, 0.088 + young * 0.004, 0.093]),
    ellipsoid([0, -0.04, 0.022], [0.057 * (0.92 + 0.08 * jaw), 0.076, 0.068]),
    ellipsoid([0, 0.045, 0.03], [0.06, 0.045, 0.056]),
  );
  const chin = ball([0, -0.106 + young * 0.012, 0.058 - young * 0.006], 0.021);
  const jawLeft = limb([0.04 * jaw, -0.062, 0.004], [0.014, -0.105 + young * 0.01, 0.055], 0.0185, 0.017);
  const cheekLeft = ball([0.041, -0.026, 0.057], 0.021 * cheeks);
  const browLeft = limb([0.012, 0.021, 0.083], [0.047, 0.02, 0.066], 0.0105 * brow, 0.009);
  const bridge = limb([0, 0.016, 0.084], [0, -0.028, 0.1035 + 0.006 * nose], 0.0072, 0.0095 * nose);
  const tip = ball([0, -0.0325, 0.103 + 0.006 * nose], 0.0108 * nose);
  const wing = ball([0.0125 * nose, -0.0375, 0.0935], 0.0078 * nose);
  const socket = ball([0.0315, 0.001, 0.1055], 0.0215);
  const upperLip = limb([0, mouthY + 0.0062, 0.0935], [0.0225, mouthY + 0.0006, 0.0815], 0.0062 * lips, 0.0025);
  const lowerLip = limb([0, mouthY - 0.0072, 0.092], [0.019, mouthY - 0.002, 0.0815], 0.0072 * lips, 0.0028);
  const crease = limb([0, mouthY, 0.1005], [0.024, mouthY - 0.0003, 0.0855], 0.0023, 0.0014);
  const groove = limb([0, -0.046, 0.104], [0, mouthY + 0.012, 0.1035], 0.0045, 0.005);
  const nostril = ball([0.0065, -0.0415, 0.099 + 0.004 * nose], 0.0032);
  const muzzle = ellipsoid([0, -0.066, 0.062], [0.034, 0.03, 0.031]);
  const neck = limb([0, -0.07, -0.022], [0, -0.19, -0.035], 0.05 * (0.9 + 0.1 * jaw), 0.056 * (0.9 + 0.1 * jaw));
  const ear = ellipsoid([0.0765, -0.006, -0.012], [0.0095, 0.031, 0.0175]);
  const earHole = ellipsoid([0.086, -0.006, -0.008], [0.0065, 0.02, 0.0095]);
  return (x, y, z) => {
    const side = Math.abs(x);
    let d = base(x, y, z);
    d = softMin(d, chin(x, y, z), 0.03);
    d = softMin(d, jawLeft(side, y, z), 0.035);
    d = softMin(d, cheekLeft(side, y, z), 0.035);
    d = softMin(d, muzzle(x, y, z), 0.02);
    d = softMin(d, browLeft(side, y, z), 0.016);
    d = softMax(d, -socket(side, y, z), 0.014);
    d = softMin(d, bridge(x, y, z), 0.012);
    d = softMin(d, tip(x, y, z), 0.009);
    d = softMin(d, wing(side, y, z), 0.007);
    d = softMax(d, -groove(x, y, z), 0.008);
    d = softMin(d, upperLip(side, y, z), 0.0045);
    d = softMin(d, lowerLip(side, y, z), 0.005);
    d = softMax(d, -crease(side, y, z), 0.003);
    d = softMax(d, -nostril(side, y, z), 0.003);
    d = softMin(d, softMax(ear(side, y, z), -earHole(side, y, z), 0.006), 0.01);
    return softMin(d, neck(x, y, z), 0.03);
  };
}

function hairField(face: Face): Field | null {
  const cap = ellipsoid([0, 0.036, -0.016], [0.0795, 0.0955, 0.1]);
  const grain = (x: number, y: number, z: number): number =>
    lumps(x * 70, y * 22, z * 60) * 0.0022 + lumps(x * 26, y * 10, z * 26) * 0.003;
  /** Below this line the face and neck stay free. */
  const hairline = (side: number, z: number, front: number): number =>
    front -
    ease(0.068, 0.02, z) * 0.062 -
    ease(0.015, -0.055, z) * 0.055 +
    ease(0.035, 0.06, side) * 0.004 * ease(0.03, 0.06, z);
  const trimmed =
    (front: number, thick: number): Field =>
    (x, y, z) => {
      const side = Math.abs(x);
      return softMax(cap(x, y, z) - thick * ease(0.0, 0.08, y) + grain(x, y, z), hairline(side, z, front) - y, 0.012);
    };
  const lock = (from: Vec3, to: Vec3, ra: number, rb: number): Field => limb(from, to, ra, rb);
  switch (face.style) {
    case 'bald':
      return null;
    case 'crop':
      return trimmed(0.07, 0.0);
    case 'short':
      return trimmed(0.068, 0.012);
    case 'side': {
      const top = trimmed(0.064, 0.013);
      const sweep = ellipsoid([-0.012, 0.108, 0.045], [0.06, 0.026, 0.052]);
      return (x, y, z) =>
        softMin(
          top(x, y, z),
          softMax(sweep(x, y, z) + lumps(x * 30 + y * 40, y * 20, z * 40) * 0.004, 0.062 - y, 0.01),
          0.02,
        );
    }
    case 'curls': {
      const top = trimmed(0.064, 0.016);
      return (x, y, z) => top(x, y, z) - 0.007 + Math.abs(lumps(x * 55, y * 55, z * 55)) * 0.016;
    }
    case 'bun': {
      const top = trimmed(0.07, 0.002);
      const bun = ball([0, 0.09, -0.112], 0.036);
      return (x, y, z) => softMin(top(x, y, z), bun(x, y, z) + grain(x, y, z), 0.012);
    }
    case 'ponytail': {
      const top = trimmed(0.07, 0.003);
      const tail = union(
        0.02,
        lock([0, 0.07, -0.105], [0, 0.02, -0.135], 0.018, 0.026),
        lock([0, 0.02, -0.135], [0.01, -0.14, -0.115], 0.026, 0.012),
      );
      return (x, y, z) => softMin(top(x, y, z), tail(x, y, z) + grain(x, y, z) * 1.4, 0.01);
    }
    case 'long': {
      const top = trimmed(0.062, 0.008);
      const side = union(
        0.03,
        lock([0.07, 0.03, -0.005], [0.083, -0.08, -0.002], 0.022, 0.026),
        lock([0.083, -0.08, -0.002], [0.075, -0.185, 0.018], 0.026, 0.017),
      );
      const back = union(
        0.04,
        ellipsoid([0, -0.04, -0.082], [0.085, 0.12, 0.036]),
        ellipsoid([0, -0.13, -0.07], [0.082, 0.07, 0.03]),
      );
      return (x, y, z) =>
        softMin(
          softMin(top(x, y, z), side(Math.abs(x), y, z) + grain(x, y, z) * 1.6, 0.025),
          back(x, y, z) + grain(x, y, z) * 1.6,
          0.03,
        );
    }
  }
}

function extrasOf(face: Face): Mesh {
  const builder = new MeshBuilder();
  const hair: Surface = {
    color: [face.hair[0] * 0.8, face.hair[1] * 0.8, face.hair[2] * 0.8],
    material: material.hair,
  };
  const weight = face.child === true ? 0.0017 : 0.0019 + 0.0009 * face.brow;
  for (const side of [1, -1]) {
    const arc: readonly Vec3[] = [
      [0.0135, 0.0205, 0.0935],
      [0.024, 0.0245, 0.0915],
      [0.036, 0.0258, 0.085],
      [0.048, 0.0195, 0.0735],
    ];
    const strokes = arc.flatMap((from, i) => {
      const to = arc[i + 1];
      return to === undefined
        ? []
        : [limb(from, to, weight * (i === 0 ? 0.8 : 1.15), weight * (i === 2 ? 0.45 : 1.15))];
    });
    const tuft = union(0.004, ...strokes);
    const shape: Field = (x, y, z) => tuft(x * side, y, z) + lumps(x * 400, y * 300, z * 300) * 0.0006;
    builder.append(
      meshField(shape, {
        low: [side === 1 ? 0 : -0.06, 0.01, 0.06],
        high: [side === 1 ? 0.06 : 0, 0.04, 0.1],
        cell: 0.0023,
        surface: hair,
      }),
      identity(),
    );
  }
  if (face.glasses === true) {
    const frame: Surface = { color: [0.02, 0.02, 0.022], roughness: 0.25 };
    for (const side of [1, -1]) {
      const ring: Vec3[] = Array.from({ length: 25 }, (_, i) => {
        const angle = (i / 24) * Math.PI * 2;
        return [
          side * 0.0325 + Math.cos(angle) * 0.0235,
          0.001 + Math.sin(angle) * 0.018,
          0.1 - Math.abs(Math.cos(angle) * 0.0235 + 0.0325) * 0.09,
        ];
      });
      ring.forEach((from, i) => {
        const to = ring[i + 1];
        if (to !== undefined) builder.rod(from, to, [0.0014, 0.0014], frame, 6);
      });
      builder.rod([side * 0.056, 0.006, 0.092], [side * 0.077, 0.008, -0.008], [0.0014, 0.0014], frame, 6);
    }
    builder.rod([-0.0095, 0.005, 0.0985], [0.0095, 0.005, 0.0985], [0.0014, 0.0014], frame, 6);
  }
  if (face.beard > 0.75) {
    const skull = skullField(face);
    const whiskers: Field = (x, y, z) => {
      const side = Math.abs(x);
      const shell = skull(x, y, z) - 0.0045 + lumps(x * 90, y * 60, z * 90) * 0.003;
      const line = y - (-0.062 + ease(0.03, 0.065, side) * 0.055);
      const mouth = 0.0165 - Math.hypot(side * 0.62, (y - mouthY - 0.002) * 1.35);
      const moustache = Math.max(Math.hypot(side / 0.032, (y + 0.056) / 0.0062) - 1, 0.075 - z) * 0.006;
      const chin = softMax(softMax(softMax(shell, line, 0.008), z < 0.03 ? 0.01 - z : mouth, 0.004), -0.112 - y, 0.01);
      return Math.min(softMax(chin, -0.005 - z, 0.01), softMax(shell, moustache, 0.002));
    };
    const beard = meshField(whiskers, {
      low: [-0.09, -0.14, -0.03],
      high: [0.09, 0.0, 0.13],
      cell: 0.0052,
      surface: { color: face.hair, material: material.hair },
    });
    builder.append(beard, identity());
  }
  if (face.cap !== undefined) {
    const crown = ellipsoid([0, 0.05, -0.012], [0.086, 0.092, 0.106]);
    const peak = ellipsoid([0, 0.062, 0.1], [0.072, 0.008, 0.075]);
    const hat: Field = (x, y, z) =>
      softMin(softMax(crown(x, y, z), 0.055 - y, 0.006), softMax(peak(x, y, z - 0) + 0, 0.04 - z, 0.004), 0.006);
    builder.append(
      meshField(hat, {
        low: [-0.11, 0.03, -0.14],
        high: [0.11, 0.16, 0.19],
        cell: 0.005,
        surface: { color: face.cap, material: material.cloth },
      }),
      identity(),
    );
  }
  return builder.build();
}

export function makeHead(face: Face, coarse: number): Head {
  const skull = meshField(skullField(face), {
    low: [-0.1, -0.2, -0.13],
    high: [0.1, 0.14, 0.13],
    cell: 0.0042 * coarse,
    surface: { color: face.skin, material: material.face, roughness: 0.5 },
  });
  const hairShape = hairField(face);
  const hair =
    hairShape === null
      ? new MeshBuilder().build()
      : meshField(hairShape, {
          low: [-0.135, -0.24, -0.19],
          high: [0.135, 0.17, 0.13],
          cell: 0.0075 * coarse,
          surface: { color: face.hair, material: material.hair },
        });
  const size = face.child === true ? 0.0138 : 0.0128;
  const eye = new MeshBuilder()
    .ellipsoid([0, 0, 0], [size, size, size], { color: face.iris, material: material.eye, roughness: 0.08 }, 8)
    .build();
  const lidColor: Vec3 = [face.skin[0] * 0.86, face.skin[1] * 0.72, face.skin[2] * 0.7];
  const lidShape: Field = (x, y, z) =>
    Math.max(Math.abs(Math.hypot(x, y, z) - size * 1.06) - size * 0.075, -y, -z - size * 0.4);
  const lidMesh = meshField(lidShape, {
    low: [-0.018, -0.004, -0.01],
    high: [0.018, 0.018, 0.018],
    cell: 0.0024,
    surface: (p) => ({ color: p[1] < 0.0022 ? [0.03, 0.02, 0.018] : lidColor, material: material.skin }),
  });
  const lid = new MeshBuilder().append(lidMesh, rotationX(0)).build();
  const z = face.child === true ? 0.0795 : 0.0788;
  return {
    skull,
    hair,
    eye,
    lid,
    extras: extrasOf(face),
    eyes: [
      [0.0315, 0.0015, z],
      [-0.0315, 0.0015, z],
    ],
  };
}
