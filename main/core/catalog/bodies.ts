import type { z } from 'zod';
import { ExpectedError } from '#common/errors/index.ts';

/** A stored text that is not what Plainview writes there. */
function unreadable(kind: string, id: string, cause: unknown): ExpectedError {
  return new ExpectedError('tampered', `The catalog's entry for this ${kind} cannot be read.`, {
    subject: id,
    nextStep: 'Check the audit log and restore the catalog from a backup. Sealed evidence is not affected.',
    cause,
  });
}

/** The value of a stored JSON text, checked. Throws `tampered` when it is not JSON or does not fit. */
export function readBody<Schema extends z.ZodType>(
  schema: Schema,
  kind: string,
  id: string,
  text: string,
): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw unreadable(kind, id, error);
  }
}

/** The same for a row that is made of columns. */
export function readRow<Schema extends z.ZodType>(
  schema: Schema,
  kind: string,
  id: string,
  columns: () => unknown,
): z.output<Schema> {
  try {
    return schema.parse(columns());
  } catch (error) {
    throw unreadable(kind, id, error);
  }
}

/** The JSON text of a value that fits; a value that does not is a bug of the caller and throws. */
export function writeBody(schema: z.ZodType, value: unknown): string {
  return JSON.stringify(schema.parse(value));
}
