import { z } from 'zod';
import { type WireError, wireErrorSchema } from '../errors/index.ts';

/** One call as a renderer sends it, as JSON text. `id` joins the answer to it; it is the caller's own count. */
export const callSchema = z.object({
  id: z.number().int().nonnegative(),
  method: z.string().max(100),
  params: z.unknown(),
});
export type Call = Readonly<z.infer<typeof callSchema>>;

/** What comes back for a call. `id` is null when the call could not be read far enough to know it. */
export const answerSchema = z.discriminatedUnion('ok', [
  z.object({ id: z.number().int().nonnegative().nullable(), ok: z.literal(true), result: z.unknown() }),
  z.object({ id: z.number().int().nonnegative().nullable(), ok: z.literal(false), error: wireErrorSchema }),
]);
export type Answer =
  | { readonly id: number | null; readonly ok: true; readonly result: unknown }
  | { readonly id: number | null; readonly ok: false; readonly error: WireError };

/** Largest call in UTF-16 units of JSON text; longer ones are refused unread. */
export const longestCall = 4 * 1024 * 1024;

/**
 * What the Electron preload gives the page as `window.plainview`; the browser shell has a WebSocket at `/rpc` instead,
 * with one JSON text a message. In both shells media is at `/media/<id>` of the page's own origin.
 */
export interface ShellBridge {
  call(message: Call): Promise<Answer>;
  /** Every `StationEvent`, unparsed. Returns what ends the listening. */
  onEvent(listener: (event: unknown) => void): () => void;
}

/** The two names under which the desktop shell and its preload talk. A type, so that the preload carries no code of ours. */
export type DesktopChannels = { readonly call: 'plainview:call'; readonly event: 'plainview:event' };
