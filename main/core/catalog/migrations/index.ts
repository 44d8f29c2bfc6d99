import { foundation } from './0001-foundation.ts';
import { evidence } from './0002-evidence.ts';
import { work } from './0003-work.ts';
import { people } from './0004-people.ts';

/** A step of the schema. Once released it never changes; a correction is another step. */
export type Migration = { readonly number: number; readonly name: string; readonly sql: string };

export const migrations: readonly Migration[] = [foundation, evidence, work, people];
