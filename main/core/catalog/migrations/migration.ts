/** A step of the schema. Once released it never changes; a correction is another step. */
export type Migration = { readonly number: number; readonly name: string; readonly sql: string };
