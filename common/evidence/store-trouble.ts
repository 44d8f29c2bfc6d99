import { z } from 'zod';
import { writerIdSchema } from '../changes/entry.ts';
import { instantSchema } from './recording.ts';

/**
 * What is wrong with an object of the store's logs. `changed`: it does not open; `truncated`: it is shorter than it was; `swapped`: it
 * is another object; `replayed`: an old version of it is shown again; `rolled-back`: a log ends before what was there already; `forked`:
 * it goes on in another way than it went on before; `missing`: it is gone; `not-understood`: it opens, and a newer Plainview may
 * understand it; `clock-ahead`: whoever wrote it has a clock far ahead of ours.
 */
export const storeTroubleKindSchema = z.enum([
  'changed',
  'truncated',
  'swapped',
  'replayed',
  'rolled-back',
  'forked',
  'missing',
  'not-understood',
  'clock-ahead',
]);
export type StoreTroubleKind = z.infer<typeof storeTroubleKindSchema>;

/** Something that is wrong with the store's logs, for people. It stops nothing but the reading of that log. */
export const storeTroubleSchema = z.object({
  kind: storeTroubleKindSchema,
  /** Its key in the store. */
  object: z.string(),
  /** Who wrote it. */
  writer: writerIdSchema,
  /** What its station is called; null where nobody knows. */
  writerName: z.string().nullable(),
  since: instantSchema,
  /** What was found, what follows, and what to do. */
  words: z.string(),
});
export type StoreTrouble = Readonly<z.infer<typeof storeTroubleSchema>>;
