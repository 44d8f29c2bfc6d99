import type { MethodName, StationEvent } from '#common/contract/index.ts';
import type { Client } from '#renderer/bridge/index.ts';

/** A station whose answers come when the test says so. */
export function slowStation() {
  const asked: { readonly method: MethodName; readonly answer: (reply: unknown) => void }[] = [];
  let tell: (event: StationEvent) => void = () => undefined;
  const client: Client = {
    call: (method) => new Promise((resolve) => asked.push({ method, answer: resolve as (reply: unknown) => void })),
    onEvent: (listener) => {
      tell = listener;
      return () => undefined;
    },
    connection: () => ({ state: 'open' }),
    onConnection: () => () => undefined,
    close: () => undefined,
  };
  const answer = async (method: MethodName, reply: unknown): Promise<void> => {
    const index = asked.findIndex((each) => each.method === method);
    asked.splice(index, 1)[0]?.answer(reply);
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { client, answer, asked, say: (event: StationEvent) => tell(event) };
}
