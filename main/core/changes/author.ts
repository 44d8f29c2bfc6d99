import { may } from '#common/access/index.ts';
import { type Actor, actorName } from '#common/audit/index.ts';
import type { Author, LogicalTime, OperationBody } from '#common/changes/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { Clock } from '#core/kernel/index.ts';

/** What makes operations: the wall clock for people, and the logical one that orders. */
export type Pen = {
  readonly clock: Clock;
  /** Later than everything this station has seen, and than `follows`, the time of what is changed. */
  readonly time: (follows?: LogicalTime) => LogicalTime;
};

/** What stands in every operation of an actor. */
export function signed(
  pen: Pen,
  actor: Actor,
  follows?: LogicalTime,
): Pick<OperationBody, 'version' | 'at' | 'madeAt' | 'by'> {
  return { version: 1, at: pen.time(follows), madeAt: pen.clock.now(), by: authorOf(actor) };
}

function authorOf(actor: Actor): Author {
  return { name: actorName(actor), accountId: actor.kind === 'account' ? actor.accountId : null };
}

/** Throws `not-allowed` unless it is the actor's own, or the actor looks after everybody's. */
export function mayChange(what: 'note' | 'marker', createdBy: Author, actor: Actor): void {
  if (actor.kind !== 'account') return;
  if (createdBy.accountId === actor.accountId || may(actor.role, 'marks.manage')) return;
  throw new ExpectedError('not-allowed', `This ${what} is ${createdBy.name}'s.`, {
    subject: createdBy.name,
    nextStep: `Ask ${createdBy.name} or a supervisor, or write a ${what} of your own.`,
  });
}
