import type { TFunction } from 'i18next';
import type { Job, Phase } from '#common/evidence/index.ts';
import { formatByteRate, formatBytes, formatCount, type Tone } from '#renderer/ui/index.ts';

/** The stages of an offload, in the fixed words. */
const offloadStages: readonly Phase[] = ['Copying', 'Copied', 'Verified', 'Sealed'];
const renderStages: readonly Phase[] = ['Rendering', 'Checking'];

/** The stages a job goes through; empty for work with one stage. */
export function stagesOf(job: Job): readonly Phase[] {
  if (job.kind === 'offload') return offloadStages;
  return job.kind === 'render' ? renderStages : [];
}

/** Which stage is under way: -1 before the first, the number of stages when all are done. */
export function stageOf(job: Job): number {
  const stages = stagesOf(job);
  if (job.state === 'done') return stages.length;
  return job.progress === null ? -1 : stages.indexOf(job.progress.phase);
}

/** Work that has not ended. */
export function isUnfinished(job: Job): boolean {
  return job.state === 'queued' || job.state === 'running' || job.state === 'paused';
}

/** While this holds, the camera must stay plugged in. */
export function needsTheCamera(job: Job): boolean {
  return job.kind === 'offload' && job.state === 'running';
}

/** How far, from 0 to 1; null when it cannot be told. */
export function shareOf(job: Job): number | null {
  if (job.state === 'done') return 1;
  const { progress } = job;
  if (progress === null) return null;
  if (progress.bytes !== null && progress.bytes.total > 0) return progress.bytes.done / progress.bytes.total;
  return progress.items.total > 0 ? progress.items.done / progress.items.total : null;
}

export function toneOf(job: Job): Tone {
  switch (job.state) {
    case 'queued':
    case 'cancelled':
      return 'waiting';
    case 'running':
      return 'working';
    case 'paused':
    case 'parked':
      return 'attention';
    case 'failed':
      return 'failed';
    case 'done':
      return 'verified';
  }
}

/** The word for where a job stands: the phase while it runs, else its state. */
export function stateWord(job: Job, t: TFunction<'jobs'>): string {
  if (job.state === 'running' && job.progress !== null) return t(`phase.${job.progress.phase}`);
  return job.state === 'done' ? t(`done.${job.kind}`) : t(`state.${job.state}`);
}

/** Counts, bytes, rate and time left, as far as they are known and the job is under way. */
export function progressParts(job: Job, t: TFunction<'jobs'>, left: (ms: number) => string): readonly string[] {
  const { progress } = job;
  if (progress === null || !isUnfinished(job)) return [];
  const parts: string[] = [];
  const { items, bytes, rate, remainingMs } = progress;
  if (items.total > 0) {
    parts.push(t(`items.${job.kind}`, { done: formatCount(items.done), total: formatCount(items.total) }));
  }
  if (bytes !== null && bytes.total > 0) {
    parts.push(t('bytes', { done: formatBytes(bytes.done), total: formatBytes(bytes.total) }));
  }
  if (job.state === 'running') {
    if (rate !== null && rate > 0) {
      parts.push(bytes === null ? t('framesPerSecond', { rate: Math.round(rate) }) : formatByteRate(rate));
    }
    if (remainingMs !== null) parts.push(left(remainingMs));
  }
  return parts;
}
