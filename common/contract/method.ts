import type { z } from 'zod';
import type { Permission } from '../access/index.ts';

/**
 * Who may call: anybody at this station, anybody signed in, or whoever has the permission.
 * `audit` says who writes the line: the core in the same transaction as the change, or nobody (reading lists).
 */
export type Method<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> = {
  readonly request: Request;
  readonly reply: Reply;
  readonly access: 'anyone' | 'signed-in' | Permission;
  readonly audit: 'core' | 'none';
};

/** Declares a method; only there to infer its types. */
export function method<Request extends z.ZodType, Reply extends z.ZodType>(
  declared: Method<Request, Reply>,
): Method<Request, Reply> {
  return declared;
}
