import type { PixelRect } from '#common/geometry/index.ts';
import type { Channel, Cover, MaskStyle } from '#common/redaction/index.ts';

/** A picture as planes of 8-bit samples, luma first. */
export type Planes = readonly Channel[];

/** One frame three times: as the camera saw it, as it was planned to look, and as it looks in the finished file. */
export type FramePictures = { readonly original: Planes; readonly planned: Planes; readonly shown: Planes };

/** Blocks small enough that a glimpse of what should be hidden fills at least one. */
const block = 8;
/**
 * Less than this is nothing anybody could recognise, as root mean square in steps of 0–255: detail that was hidden along an
 * edge, and what shows of a region, or of one that is nearly all edge.
 */
const leastDetail = { edge: 8, region: 1, small: 4 } as const;
/** So many samples away from the edges speak for a region; smaller regions are judged with their edges, more mildly. */
const enoughSamples = 256;
const fewSamples = 64;

/**
 * What an honest encoder may do to a hidden region, in steps of 0–255 from the plan: to a block inside it, to a block at its
 * edge (where the encoder rings), and on average away from the edges. `through` is the share of the hidden detail that may
 * show: in a region, in one that is nearly all edge, and along one edge, where it also smears. All far above what
 * honest renders came to at starved bit rates.
 */
type Limits = {
  readonly inside: number;
  readonly edge: number;
  readonly mean: number;
  readonly through: { readonly region: number; readonly small: number; readonly edge: number };
};
const limits: Readonly<Record<MaskStyle['kind'], Limits>> = {
  solid: { inside: 10, edge: 24, mean: 5, through: { region: 0.05, small: 0.35, edge: 0.7 } },
  pixelate: { inside: 10, edge: 24, mean: 3, through: { region: 0.15, small: 0.35, edge: 0.8 } },
  blur: { inside: 10, edge: 24, mean: 3, through: { region: 0.15, small: 0.35, edge: 0.8 } },
};

/** What is wrong with a region that should be hidden, in words; null when it is hidden as planned. */
export function coverFault({ original, planned, shown }: FramePictures, { rect, style }: Cover): string | null {
  const allowed = limits[style.kind];
  for (const [plane, plan] of planned.entries()) {
    const [source, result] = [original[plane], shown[plane]];
    if (source === undefined || result?.width !== plan.width || result.height !== plan.height) {
      return 'the picture has another size';
    }
    const area = areaOf(plan, rect);
    const found = measure(source, plan, result, area);
    if (found.through > (found.small ? allowed.through.small : allowed.through.region)) {
      return `${percent(found.through)} of what should be hidden shows through`;
    }
    if (found.inside > allowed.inside) return `${found.inside.toFixed(0)} steps from the plan`;
    if (found.edge > allowed.edge) return `${found.edge.toFixed(0)} steps from the plan at its edge`;
    if (found.mean > allowed.mean) return `${found.mean.toFixed(1)} steps from the plan on average`;
    const edge = edgeThrough(source, plan, result, area);
    if (edge > allowed.through.edge) return `its edge is uncovered (${percent(edge)} of the original shows there)`;
  }
  return null;
}

type Area = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

function areaOf(channel: Channel, rect: PixelRect): Area {
  return {
    left: Math.floor(rect.left / channel.subX),
    top: Math.floor(rect.top / channel.subY),
    right: Math.min(channel.width, Math.ceil((rect.left + rect.width) / channel.subX)),
    bottom: Math.min(channel.height, Math.ceil((rect.top + rect.height) / channel.subY)),
  };
}

type Measured = {
  readonly inside: number;
  readonly edge: number;
  readonly mean: number;
  readonly through: number;
  readonly small: boolean;
};

/** The worst blocks, the mean distance from the plan, and how much of the hidden detail is in the result. */
function measure(source: Channel, plan: Channel, result: Channel, area: Area): Measured {
  let [inside, edge, distance] = [0, 0, 0];
  const core = newDetail();
  const rim = newDetail();
  for (let y = area.top; y < area.bottom; y += block) {
    for (let x = area.left; x < area.right; x += block) {
      const x1 = Math.min(x + block, area.right);
      const y1 = Math.min(y + block, area.bottom);
      const outer = x === area.left || y === area.top || x + block >= area.right || y + block >= area.bottom;
      const at = { left: x, top: y, right: x1, bottom: y1 };
      const sum = addBlock(outer ? rim : core, source, plan, result, at);
      const mean = sum / ((x1 - x) * (y1 - y));
      if (outer) edge = Math.max(edge, mean);
      else {
        inside = Math.max(inside, mean);
        distance += sum;
      }
    }
  }
  const small = core.samples < enoughSamples;
  const whole = small ? joined(core, rim) : core;
  const least = small ? leastDetail.small : leastDetail.region;
  const visible = whole.samples >= fewSamples && share(whole) * strength(whole) >= least;
  return { inside, edge, mean: small ? 0 : distance / core.samples, through: visible ? share(whole) : 0, small };
}

/** The largest share of the original along any of the four outermost lines. */
function edgeThrough(source: Channel, plan: Channel, result: Channel, area: Area): number {
  const { left, top, right, bottom } = area;
  const lines = [
    { ...area, bottom: top + 1 },
    { ...area, top: bottom - 1 },
    { ...area, right: left + 1 },
    { ...area, left: right - 1 },
  ];
  const shares = lines.map((line) => {
    const detail = newDetail();
    addBlock(detail, source, plan, result, line);
    return strength(detail) >= leastDetail.edge ? share(detail) : 0;
  });
  return Math.max(...shares);
}

/**
 * How much of what the plan took away is in the result after all: the result's distance from the plan, projected on the
 * original's. 0 when nothing shows, 1 when the original does; noise and ringing, which know nothing of the original, cancel out.
 */
type Detail = { common: number; hidden: number; samples: number };
const newDetail = (): Detail => ({ common: 0, hidden: 0, samples: 0 });
const strength = (detail: Detail): number => Math.sqrt(detail.hidden / Math.max(1, detail.samples));
const share = (detail: Detail): number => (detail.hidden === 0 ? 0 : detail.common / detail.hidden);

const joined = (a: Detail, b: Detail): Detail => ({
  common: a.common + b.common,
  hidden: a.hidden + b.hidden,
  samples: a.samples + b.samples,
});

/** Adds a block to `detail` and returns the sum of its distances from the plan. */
function addBlock(detail: Detail, source: Channel, plan: Channel, result: Channel, at: Area): number {
  let [distance, common, hidden] = [0, 0, 0];
  for (let y = at.top; y < at.bottom; y++) {
    const sourceRow = source.offset + y * source.rowStride;
    const planRow = plan.offset + y * plan.rowStride;
    const resultRow = result.offset + y * result.rowStride;
    for (let x = at.left; x < at.right; x++) {
      const planned = plan.data[planRow + x] ?? 0;
      const taken = (source.data[sourceRow + x] ?? 0) - planned;
      const off = (result.data[resultRow + x] ?? 0) - planned;
      distance += off < 0 ? -off : off;
      common += off * taken;
      hidden += taken * taken;
    }
  }
  detail.common += common;
  detail.hidden += hidden;
  detail.samples += (at.bottom - at.top) * (at.right - at.left);
  return distance;
}

const percent = (value: number): string => `${Math.round(value * 100)} %`;
