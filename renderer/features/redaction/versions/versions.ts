import type { OperationId } from '#common/ids/index.ts';
import type { RedactionDocument } from '#common/redaction/index.ts';

/** One version of a redaction, ready to be looked at. */
export type Version = {
  /** The save it ends with; names it everywhere. */
  readonly head: OperationId;
  /** The one that is worked with. */
  readonly trunk: boolean;
  readonly title: string;
  /** Of whom and when. */
  readonly detail: string;
  readonly document: RedactionDocument;
};
