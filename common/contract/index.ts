import { z } from 'zod';
import { jobSchema } from '../evidence/work.ts';
import { changeMethods } from './changes.ts';
import { auditMethods, jobMethods } from './desk.ts';
import { dockMethods, dockSchema } from './dock.ts';
import { libraryMethods } from './library.ts';
import { peopleMethods, stationMethods } from './people.ts';
import { reconcileMethods } from './reconcile.ts';
import { redactionMethods } from './redaction.ts';
import { storeMethods, storeStatusSchema } from './store.ts';

export { type AuditReport } from './desk.ts';
export { type Dock, type DockFile } from './dock.ts';
export { type Change, type ChangeKind, changeSchema } from './library.ts';
export type { Method } from './method.ts';
export {
  type Account,
  type Agency,
  type AgencyKind,
  accountSchema,
  agencyKindSchema,
  agencySchema,
  passwordSchema,
  type Session,
  usernameSchema,
} from './people.ts';
export {
  type Finding,
  type FindingClass,
  type FindingKind,
  type FindingLevel,
  findingClassSchema,
  findingSchema,
  type ReconcileMode,
  type ReconcileRun,
  type Remedy,
  reconcileModeSchema,
  reconcileRunSchema,
} from './reconcile.ts';
export {
  type StoreCacheLimits,
  type StoreCheck,
  type StoreLimits,
  type StoreReport,
  type StoreStatus,
  type StoreTarget,
  storeCacheSchema,
  storeCheckNames,
  storeLimitsSchema,
  storeTargetSchema,
} from './store.ts';

export {
  type Answer,
  answerSchema,
  type Call,
  callSchema,
  type DesktopChannels,
  longestCall,
  type ShellBridge,
} from './wire.ts';

/** Everything a renderer can ask of the core. Nothing else crosses the boundary but events and media bytes. */
export const methods = {
  ...stationMethods,
  ...peopleMethods,
  ...dockMethods,
  ...libraryMethods,
  ...redactionMethods,
  ...changeMethods,
  ...jobMethods,
  ...auditMethods,
  ...storeMethods,
  ...reconcileMethods,
} as const;

export type MethodName = keyof typeof methods;
/** What the caller passes (before parsing). */
export type RequestOf<M extends MethodName> = z.input<(typeof methods)[M]['request']>;
/** What the callee receives (after parsing). */
export type ParsedRequestOf<M extends MethodName> = z.output<(typeof methods)[M]['request']>;
export type ReplyOf<M extends MethodName> = z.output<(typeof methods)[M]['reply']>;

/** True when the text names a method of the table itself (never of its prototype). */
export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}

/** What the core tells signed-in renderers by itself. */
export const eventSchema = z.discriminatedUnion('kind', [
  /** The catalog changed: pull `library.changes`. */
  z.object({ kind: z.literal('library.head'), head: z.number().int().nonnegative() }),
  z.object({ kind: z.literal('dock.changed'), dock: dockSchema }),
  z.object({ kind: z.literal('dock.removed'), dockId: dockSchema.shape.id }),
  z.object({ kind: z.literal('job.changed'), job: jobSchema }),
  /** At most five times a second. */
  z.object({ kind: z.literal('store.changed'), status: storeStatusSchema }),
  z.object({ kind: z.literal('audit.anchored'), at: z.number().int() }),
  /** The session ended at the core (signed out elsewhere, account closed, station stopping). */
  z.object({ kind: z.literal('session.ended'), reason: z.string() }),
]);
export type StationEvent = Readonly<z.infer<typeof eventSchema>>;
