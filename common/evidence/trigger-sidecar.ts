import { z } from 'zod';

/**
 * One event of a trigger sidecar (`<stem>.triggers.jsonl`, one JSON object a line; described in
 * `assets/formats/trigger-sidecar.md`). Kinds we have no name for are kept as they are.
 */
export const triggerEventSchema = z.object({
  /** UTC with milliseconds: `2026-11-20T23:41:07.250Z`. */
  time: z.iso.datetime({ offset: false }),
  /** `button`, `holster`, `light-bar`, `door`, `dispatch`, `pre-event`, or a vendor's own word. */
  kind: z.string().trim().min(1).max(60),
  /** What sent it: a sensor's or a unit's name. */
  source: z.string().max(120).default(''),
  /** What it said: `drawn`, `on`, `open`. */
  value: z.string().max(200).default(''),
});
export type TriggerEvent = Readonly<z.infer<typeof triggerEventSchema>>;

/** A line that could not be used, and why. `line` counts from 1. */
export type SidecarProblem = { readonly line: number; readonly reason: string };

/** Most lines that are read; a sidecar beyond this is not one. */
const mostLines = 100_000;

/** Reads a sidecar. Bad lines are reported and skipped; events come back in the order of time. */
export function parseTriggerLines(text: string): {
  readonly events: readonly TriggerEvent[];
  readonly problems: readonly SidecarProblem[];
} {
  const events: TriggerEvent[] = [];
  const problems: SidecarProblem[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines.length > mostLines) problems.push({ line: mostLines + 1, reason: 'too many lines; the rest was not read' });
  for (const [index, line] of lines.slice(0, mostLines).entries()) {
    if (line.trim() === '') continue;
    const read = readLine(line);
    if (typeof read === 'string') problems.push({ line: index + 1, reason: read });
    else events.push(read);
  }
  events.sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
  return { events, problems };
}

function readLine(line: string): TriggerEvent | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'is not JSON';
  }
  const parsed = triggerEventSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not an event'}`;
}
