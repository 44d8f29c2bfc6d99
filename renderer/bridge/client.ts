import {
  answerSchema,
  eventSchema,
  type MethodName,
  methods,
  type ReplyOf,
  type RequestOf,
  type StationEvent,
} from '#common/contract/index.ts';
import { fromWireError, type WireError } from '#common/errors/index.ts';
import { type Connection, ConnectionLostError, type Transport } from './transport.ts';

/** The core as the renderer sees it: every method of the contract, with its types, and the events. */
export type Client = {
  /** Rejects with what the core said (`ExpectedError`, `CancelledError`, `Error` with a reference) or `ConnectionLostError`. */
  readonly call: <M extends MethodName>(method: M, params: RequestOf<M>) => Promise<ReplyOf<M>>;
  readonly onEvent: (listener: (event: StationEvent) => void) => () => void;
  readonly connection: () => Connection;
  readonly onConnection: (listener: (connection: Connection) => void) => () => void;
  readonly close: () => void;
};

/** Wraps a transport. Replies and events are parsed with the contract's schemas: what does not fit is a bug, never data. */
export function createClient(transport: Transport): Client {
  let lastId = 0;
  return {
    call: async (method, params) => {
      const declared = methods[method];
      // What leaves no audit line changes nothing that asking twice would change again.
      const repeatable = declared.audit === 'none';
      const reply = answerSchema.parse(await transport.exchange({ id: ++lastId, method, params }, repeatable));
      if (!reply.ok) throw remember(fromWireError(reply.error), reply.error);
      return declared.reply.parse(reply.result) as ReplyOf<typeof method>;
    },
    onEvent: (listener) =>
      transport.onEvent((raw) => {
        listener(eventSchema.parse(raw));
      }),
    connection: transport.connection,
    onConnection: transport.onConnection,
    close: transport.close,
  };
}

const wires = new WeakMap<Error, WireError>();

function remember(error: Error, wire: WireError): Error {
  wires.set(error, wire);
  return error;
}

/** An error in the parts a person reads. `message` is a sentence; the others may be absent. */
export type ErrorWords = Pick<WireError, 'message' | 'subject' | 'nextStep' | 'reference'>;

/** The words for anything that was thrown; null when it is the core's own cancellation, which is never shown as a failure. */
export function errorWords(thrown: unknown): ErrorWords | null {
  if (thrown instanceof ConnectionLostError) {
    return {
      message: 'The station did not answer.',
      subject: null,
      nextStep: 'Wait until the connection is back, look whether it was done, and try again.',
      reference: null,
    };
  }
  const wire = thrown instanceof Error ? wires.get(thrown) : undefined;
  if (wire?.family === 'cancelled') return null;
  if (wire !== undefined) return wire;
  return {
    message: 'Something went wrong inside Plainview.',
    subject: null,
    nextStep: 'Try again. If it happens again, reload the window.',
    reference: null,
  };
}
