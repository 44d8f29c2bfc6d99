import { z } from 'zod';
import { dockIdSchema, jobIdSchema } from '../ids/index.ts';
import { method } from './method.ts';

/** One file on a dock and what the station makes of it. */
export const dockFileSchema = z.object({
  path: z.string(),
  sizeBytes: z.number().nonnegative(),
  /**
   * `fresh`: not in the vault by its path, size and date; `known`: already sealed; `refused`: will not be read, with the
   * reason; `other`: no recording and nothing beside one.
   */
  state: z.enum(['fresh', 'known', 'damaged', 'refused', 'other']),
  reason: z.string().nullable(),
  startedAt: z.number().int().nullable(),
});
export type DockFile = Readonly<z.infer<typeof dockFileSchema>>;

/** A place a camera's storage appears. */
export const dockSchema = z.object({
  id: dockIdSchema,
  kind: z.enum(['volume', 'folder']),
  /** Where it is, for people; null for a card of the training agency, which is wherever the program is. */
  location: z.string().nullable(),
  label: z.string(),
  profile: z.object({ id: z.string(), name: z.string() }).nullable(),
  device: z.object({ id: z.string(), name: z.string() }).nullable(),
  state: z.enum(['scanning', 'ready', 'offloading', 'nothing-new', 'not-a-camera', 'unreadable', 'gone']),
  /** What is wrong and what to do, when something is. */
  problem: z.string().nullable(),
  counts: z.object({
    fresh: z.number().int(),
    known: z.number().int(),
    damaged: z.number().int(),
    refused: z.number().int(),
    other: z.number().int(),
  }),
  freshBytes: z.number().nonnegative(),
  /** Why the camera's clock is doubted, when it is. */
  clockDoubt: z.string().nullable(),
  jobId: jobIdSchema.nullable(),
});
export type Dock = Readonly<z.infer<typeof dockSchema>>;

const nothing = z.object({});

export const dockMethods = {
  'dock.list': method({
    request: nothing,
    reply: z.object({ docks: z.array(dockSchema), watching: z.array(z.object({ location: z.string() })) }),
    access: 'evidence.view',
    audit: 'none',
  }),
  /** The files of one dock, newest first; at most `limit`. */
  'dock.files': method({
    request: z.object({
      dockId: dockIdSchema,
      offset: z.number().int().nonnegative(),
      limit: z.number().int().min(1).max(500),
    }),
    reply: z.object({ files: z.array(dockFileSchema), total: z.number().int() }),
    access: 'evidence.view',
    audit: 'none',
  }),
  'dock.rescan': method({
    request: z.object({ dockId: dockIdSchema }),
    reply: nothing,
    access: 'evidence.view',
    audit: 'none',
  }),
  /** Starts (or finds the running) offload of everything new on a dock. */
  'dock.offload': method({
    request: z.object({ dockId: dockIdSchema }),
    reply: z.object({ jobId: jobIdSchema }),
    access: 'evidence.offload',
    audit: 'core',
  }),
  'dock.watchFolder': method({
    request: z.object({ location: z.string().min(1).max(1000) }),
    reply: nothing,
    access: 'folders.manage',
    audit: 'core',
  }),
  'dock.unwatchFolder': method({
    request: z.object({ location: z.string().min(1).max(1000) }),
    reply: nothing,
    access: 'folders.manage',
    audit: 'core',
  }),
} as const;
