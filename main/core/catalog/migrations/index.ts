import { foundation } from './0001-foundation.ts';
import { evidence } from './0002-evidence.ts';
import { work } from './0003-work.ts';
import { people } from './0004-people.ts';
import { cloud } from './0005-cloud.ts';
import { samples } from './0006-samples.ts';
import { logs } from './0007-logs.ts';
import { changes } from './0008-changes.ts';
import type { Migration } from './migration.ts';

export type { Migration };

export const migrations: readonly Migration[] = [foundation, evidence, work, people, cloud, samples, logs, changes];
