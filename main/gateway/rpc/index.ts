import type { z } from 'zod';
import { may } from '#common/access/index.ts';
import {
  type Answer,
  callSchema,
  isMethodName,
  longestCall,
  type MethodName,
  methods,
} from '#common/contract/index.ts';
import { ExpectedError, toWireError, type WireError } from '#common/errors/index.ts';
import type { Logger } from '#core/kernel/index.ts';
import type { ActiveSession, Refusals } from '../session/index.ts';
import { type Door, openHandlers, sessionHandlers } from './handlers.ts';

/** Calls of one client that may run at the same time; a page never needs as many. */
export const mostCallsAtOnce = 64;

type AnyHandler = (params: unknown, who: unknown) => Promise<unknown>;

function invalid(error: z.ZodError, method: string): ExpectedError {
  const issue = error.issues[0];
  const field = issue?.path.join('.') ?? '';
  return new ExpectedError('invalid-request', issue?.message ?? 'The request is not understood.', {
    subject: field === '' ? method : field,
    cause: error,
  });
}

/**
 * The door for calls. Who: the client's session. What: the method by own property, its parameters by schema. Do: the role,
 * the call, the reply by schema. Takes and gives JSON text; never throws: whatever goes wrong is an answer.
 */
export function createRpc(door: Door & { readonly refusals: Refusals; readonly logger: Logger }): {
  readonly handle: (clientId: string, text: string) => Promise<string>;
} {
  const { sessions, refusals, logger } = door;
  const open = openHandlers(door);
  const signedIn = sessionHandlers(door);
  const running = new Map<string, number>();

  async function refuse(
    clientId: string,
    session: ActiveSession | null,
    method: MethodName,
    reason: string,
  ): Promise<void> {
    await refusals.write(clientId, session, method, reason);
  }

  async function admit(clientId: string, method: MethodName): Promise<ActiveSession> {
    const session = sessions.get(clientId);
    const { access } = methods[method];
    if (session === null) {
      await refuse(clientId, null, method, 'Nobody is signed in.');
      throw new ExpectedError('not-signed-in', 'Nobody is signed in here.', { nextStep: 'Sign in and try again.' });
    }
    if (access !== 'signed-in' && access !== 'anyone' && !may(session.account.role, access)) {
      await refuse(clientId, session, method, `The role ${session.account.role} does not have ${access}.`);
      throw new ExpectedError('not-allowed', 'Your role does not allow this.', {
        subject: session.account.role,
        nextStep: 'Ask somebody whose role allows it, or an administrator.',
      });
    }
    return session;
  }

  async function perform(clientId: string, method: string, given: unknown): Promise<unknown> {
    if (!isMethodName(method)) {
      throw new ExpectedError('invalid-request', 'There is no such method.', { subject: method.slice(0, 100) });
    }
    const { request, reply, access } = methods[method];
    const params = request.safeParse(given ?? {});
    if (!params.success) throw invalid(params.error, method);
    let result: unknown;
    if (access === 'anyone') {
      result = await pick(open, method)(params.data, clientId);
    } else {
      const session = await admit(clientId, method);
      result = await pick(signedIn, method)(params.data, session);
    }
    const checked = reply.safeParse(result);
    if (!checked.success)
      throw new Error(`The reply of ${method} is not what the contract promises.`, { cause: checked.error });
    return checked.data;
  }

  function explain(thrown: unknown, method: string): WireError {
    const expected = thrown instanceof ExpectedError;
    const wire = toWireError(thrown);
    if (wire.family === 'cancelled' || (expected && thrown.cause === undefined)) return wire;
    // Malformed calls are the page's fault or an attacker's: worth a line, not a reference.
    if (wire.code === 'invalid-request') {
      logger.warn('A call was refused as malformed', { method, subject: wire.subject });
      return wire;
    }
    return { ...wire, reference: logger.error(`The call ${method} failed`, { error: thrown }) };
  }

  async function answer(clientId: string, text: string): Promise<Answer> {
    let message: unknown;
    try {
      if (text.length > longestCall) throw new ExpectedError('too-large', 'The request is too large.');
      message = JSON.parse(text);
    } catch (error) {
      const wire =
        error instanceof ExpectedError ? error : new ExpectedError('invalid-request', 'The request is not JSON.');
      return { id: null, ok: false, error: toWireError(wire) };
    }
    const call = callSchema.safeParse(message);
    if (!call.success) return { id: null, ok: false, error: toWireError(invalid(call.error, 'call')) };
    const { id, method, params } = call.data;
    const already = running.get(clientId) ?? 0;
    try {
      if (already >= mostCallsAtOnce) {
        throw new ExpectedError('station-busy', 'Too many requests are still running.', {
          nextStep: 'Wait a moment and try again.',
        });
      }
      running.set(clientId, already + 1);
      try {
        return { id, ok: true, result: await perform(clientId, method, params) };
      } finally {
        const left = (running.get(clientId) ?? 1) - 1;
        if (left === 0) running.delete(clientId);
        else running.set(clientId, left);
      }
    } catch (thrown) {
      return { id, ok: false, error: explain(thrown, isMethodName(method) ? method : 'unknown') };
    }
  }

  return { handle: async (clientId, text) => JSON.stringify(await answer(clientId, text)) };
}

/** The handler of a method, by own property: a name of the prototype finds nothing. */
function pick(table: object, method: string): AnyHandler {
  const handler: unknown = Object.hasOwn(table, method) ? Reflect.get(table, method) : undefined;
  if (typeof handler !== 'function') throw new Error(`The method ${method} has no handler.`);
  return handler as AnyHandler;
}
