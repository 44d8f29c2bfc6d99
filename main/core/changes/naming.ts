import { canonicalJson } from '#common/audit/index.ts';
import { type Operation, type OperationBody, operationBodySchema, operationText } from '#common/changes/index.ts';
import { idFromBytes } from '#common/ids/index.ts';
import { sha256Hex } from '#core/kernel/index.ts';

/** Gives an operation the id that follows from its content. */
export function nameOperation(body: OperationBody): Operation {
  const hash = Buffer.from(sha256Hex(Buffer.from(operationText(body), 'utf8')), 'hex');
  return { ...body, id: idFromBytes('operation', hash) };
}

/**
 * An operation as another station sent it. Null for what this program does not read to the last member: a newer program's, which must
 * keep its name and its content until this one is updated.
 */
export function readOperation(json: unknown): Operation | null {
  const parsed = operationBodySchema.safeParse(json);
  if (!parsed.success || operationText(parsed.data) !== canonicalJson(json)) return null;
  return nameOperation(parsed.data);
}
