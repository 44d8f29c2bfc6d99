import type { Build } from './body.ts';
import type { Look } from './figure.ts';
import type { Face } from './head.ts';
import { signs } from './sign-art.ts';
import type { Vec3 } from './vec.ts';

const pale: Vec3 = [0.62, 0.405, 0.3];
const tan: Vec3 = [0.47, 0.285, 0.19];
const brown: Vec3 = [0.27, 0.145, 0.088];
const dark: Vec3 = [0.125, 0.064, 0.04];
const rose: Vec3 = [0.46, 0.2, 0.18];
const black: Vec3 = [0.012, 0.011, 0.011];

const face: Face = {
  skin: pale,
  hair: [0.07, 0.042, 0.022],
  style: 'short',
  iris: [0.12, 0.2, 0.28],
  jaw: 1,
  nose: 1,
  lips: 1,
  cheeks: 1,
  brow: 1,
  beard: 0,
  lipColor: rose,
};
const build: Build = {
  girth: 1,
  shoulders: 1,
  chest: 1,
  hips: 1,
  loose: 0.01,
  skirtOfCoat: 0,
  dutyBelt: false,
  hood: false,
};
const plain = { pattern: 0, trim: [0, 0, 0] as Vec3, seed: 1 };
const denim = { pattern: 5, trim: [0, 0, 0] as Vec3, seed: 2 };

const look: Look = {
  face,
  build,
  height: 1.76,
  headScale: 1,
  top: [0.1, 0.12, 0.16],
  topCloth: plain,
  trousers: [0.05, 0.075, 0.13],
  trousersCloth: denim,
  shoes: [0.03, 0.028, 0.026],
  seed: 1,
};

const woman = (over: Partial<Build> = {}): Build => ({
  ...build,
  shoulders: 0.87,
  girth: 0.92,
  chest: 0.98,
  hips: 1.1,
  loose: 0.006,
  ...over,
});

/** The driver of the stopped car. */
export const driver: Look = {
  ...look,
  seed: 11,
  face: {
    ...face,
    skin: tan,
    hair: [0.03, 0.02, 0.014],
    style: 'side',
    beard: 0.45,
    jaw: 1.08,
    nose: 1.08,
    brow: 1.15,
    iris: [0.09, 0.05, 0.025],
    lipColor: [0.36, 0.16, 0.13],
  },
  build: { ...build, girth: 1.06, loose: 0.014, skirtOfCoat: 0.02 },
  top: [0.3, 0.035, 0.03],
  topCloth: { pattern: 2, trim: [0.16, 0.16, 0.2], seed: 4 },
};

/** The officer of the stop as the cruiser's camera sees her. */
export const officer: Look = {
  ...look,
  seed: 12,
  height: 1.72,
  face: { ...face, skin: pale, hair: [0.12, 0.065, 0.03], style: 'bun', jaw: 0.9, nose: 0.92, lipColor: rose },
  build: { ...build, shoulders: 0.98, girth: 1.02, loose: 0.018, dutyBelt: true },
  top: [0.018, 0.024, 0.045],
  topCloth: {
    pattern: 3,
    trim: [0.5, 0.42, 0.16],
    seed: 7,
    decal: { rect: signs.police, spot: [0, 1.315, 0.27, 0.09] },
  },
  trousers: [0.016, 0.02, 0.036],
  trousersCloth: { pattern: 0, trim: [0, 0, 0], seed: 5 },
  shoes: [0.012, 0.012, 0.013],
};

/** Who answers the door at number 418. */
export const resident: Look = {
  ...look,
  seed: 13,
  height: 1.66,
  face: {
    ...face,
    skin: brown,
    hair: [0.022, 0.014, 0.012],
    style: 'long',
    jaw: 0.84,
    nose: 0.92,
    lips: 1.2,
    brow: 0.75,
    iris: [0.05, 0.028, 0.016],
    lipColor: [0.24, 0.075, 0.07],
  },
  build: woman({ loose: 0.014, skirtOfCoat: 0.06 }),
  top: [0.1, 0.24, 0.23],
  topCloth: { pattern: 4, trim: [0.55, 0.52, 0.46], seed: 0.9 },
  trousers: [0.045, 0.042, 0.05],
  trousersCloth: plain,
};

export const child: Look = {
  ...look,
  seed: 14,
  height: 1.14,
  headScale: 1.34,
  face: {
    ...face,
    child: true,
    skin: [0.3, 0.165, 0.1],
    hair: black,
    style: 'curls',
    jaw: 0.82,
    nose: 0.78,
    lips: 1.05,
    cheeks: 1.18,
    brow: 0.6,
    iris: [0.05, 0.028, 0.016],
    lipColor: [0.27, 0.09, 0.08],
  },
  build: { ...build, shoulders: 0.82, girth: 1.02, loose: 0.014 },
  top: [0.62, 0.6, 0.52],
  topCloth: { pattern: 6, trim: [0.12, 0.26, 0.46], seed: 3 },
  trousers: [0.12, 0.26, 0.46],
  trousersCloth: plain,
};

/** The runner in the park. */
export const runner: Look = {
  ...look,
  seed: 15,
  height: 1.8,
  face: { ...face, hair: [0.2, 0.12, 0.05], style: 'crop', beard: 0.9, jaw: 1.05, brow: 1.1, iris: [0.14, 0.2, 0.16] },
  build: { ...build, girth: 0.97, loose: 0.02, hood: true },
  top: [0.16, 0.17, 0.18],
  topCloth: { pattern: 7, trim: [0.5, 0.48, 0.4], seed: 6 },
  trousers: [0.035, 0.037, 0.042],
  trousersCloth: plain,
  shoes: [0.4, 0.4, 0.38],
};

/** People in the school corridor: pupils and grown-ups. */
export const corridor: readonly Look[] = [
  {
    ...look,
    seed: 21,
    height: 1.58,
    headScale: 1.06,
    face: {
      ...face,
      child: true,
      style: 'long',
      hair: [0.16, 0.085, 0.035],
      jaw: 0.86,
      nose: 0.85,
      iris: [0.1, 0.14, 0.08],
    },
    build: woman({ girth: 0.86 }),
    top: [0.42, 0.33, 0.08],
    topCloth: { pattern: 7, trim: [0.05, 0.1, 0.25], seed: 2 },
  },
  {
    ...look,
    seed: 22,
    height: 1.7,
    headScale: 1.03,
    face: {
      ...face,
      skin: dark,
      hair: black,
      style: 'crop',
      lips: 1.18,
      nose: 1.08,
      iris: [0.04, 0.022, 0.014],
      lipColor: [0.14, 0.05, 0.045],
      jaw: 0.98,
    },
    build: { ...build, girth: 0.92, loose: 0.018, hood: true },
    top: [0.05, 0.13, 0.3],
    topCloth: { pattern: 7, trim: [0.7, 0.66, 0.5], seed: 8 },
    trousers: [0.08, 0.085, 0.09],
    trousersCloth: plain,
    shoes: [0.5, 0.5, 0.5],
  },
  {
    ...look,
    seed: 23,
    height: 1.78,
    face: { ...face, style: 'bald', beard: 0.95, hair: [0.14, 0.12, 0.11], glasses: true, jaw: 1.1 },
    build: { ...build, girth: 1.22, loose: 0.008 },
    top: [0.34, 0.42, 0.5],
    topCloth: { pattern: 1, trim: [0.1, 0.12, 0.2], seed: 9 },
    trousers: [0.14, 0.115, 0.08],
    trousersCloth: plain,
  },
  {
    ...look,
    seed: 24,
    height: 1.5,
    headScale: 1.1,
    face: {
      ...face,
      child: true,
      skin: tan,
      hair: black,
      style: 'ponytail',
      jaw: 0.84,
      nose: 0.84,
      iris: [0.05, 0.03, 0.02],
    },
    build: woman({ girth: 0.84 }),
    top: [0.5, 0.14, 0.2],
    topCloth: { pattern: 4, trim: [0, 0, 0], seed: 0.2 },
  },
  {
    ...look,
    seed: 25,
    height: 1.67,
    face: {
      ...face,
      skin: brown,
      hair: [0.03, 0.02, 0.018],
      style: 'long',
      lips: 1.1,
      glasses: true,
      jaw: 0.9,
      nose: 0.95,
      lipColor: [0.26, 0.09, 0.08],
      iris: [0.05, 0.03, 0.018],
    },
    build: woman(),
    top: [0.14, 0.07, 0.2],
    topCloth: { pattern: 4, trim: [0.5, 0.5, 0.48], seed: 0.8 },
    trousers: [0.03, 0.03, 0.035],
    trousersCloth: plain,
  },
];
