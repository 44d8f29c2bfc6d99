import type { Effects, Ending, JobContext, JobHandler } from './types.ts';

/** A handler bound to one understood payload. */
export type Work = {
  readonly run: (context: JobContext) => Promise<Effects>;
  readonly ended: (ending: Ending) => Promise<Effects>;
};

/** Understands a stored payload; throws when it is not what the kind expects. */
export type Understand = (payload: string) => Work;

/** Takes the payload's type out of sight, so that handlers of all kinds fit one table. */
export function understanding<Payload>(handler: JobHandler<Payload>): Understand {
  return (text) => {
    const payload = handler.payload.parse(JSON.parse(text));
    return {
      run: async (context) => {
        const effects = await handler.run(payload, context);
        return typeof effects === 'object' ? effects : {};
      },
      ended: async (ending) => (await handler.ended?.(payload, ending)) ?? {},
    };
  };
}
