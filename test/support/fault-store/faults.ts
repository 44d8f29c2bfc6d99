import type { Operation } from './operations.ts';

/** One thing that goes wrong with one request. */
export type Fault =
  /** The line is cut when so many bytes of the body have arrived; nothing is done. */
  | { readonly does: 'cut-request'; readonly after: number }
  /** It is done; the line is cut when so many bytes of the answer's body were sent. */
  | { readonly does: 'cut-answer'; readonly after: number }
  /** It is done, and the line is cut before the answer. */
  | { readonly does: 'lose-answer' }
  /** It is read and nothing is answered, neither done. */
  | { readonly does: 'stall' }
  /** It is done; so many bytes of the answer's body are sent, then nothing more. */
  | { readonly does: 'stall-answer'; readonly after: number }
  | { readonly does: 'slow-down' }
  /** 500, nothing done. */
  | { readonly does: 'fail' }
  /** 403, nothing done. */
  | { readonly does: 'refuse' }
  /** It is done as often as a proxy sends it that got no answer: twice. The second answer is given. */
  | { readonly does: 'twice' }
  /** The byte at this place of the body arrives as another. */
  | { readonly does: 'corrupt-request'; readonly at: number }
  /** The body ends so early, though the line is not cut and the headers say otherwise: a proxy shortened it. */
  | { readonly does: 'truncate-request'; readonly to: number }
  /** It is done and acknowledged, and another byte is kept at this place. */
  | { readonly does: 'corrupt-kept'; readonly at: number }
  /** It is done and acknowledged, and fewer bytes are kept. */
  | { readonly does: 'truncate-kept'; readonly to: number }
  /** The byte at this place of the answer's body is another. */
  | { readonly does: 'corrupt-answer'; readonly at: number }
  /** The answer's body is shorter, and its Content-Length says so. */
  | { readonly does: 'truncate-answer'; readonly to: number }
  /** `ETag: ""` */
  | { readonly does: 'empty-etag' };

/** A request as the script sees it: before its body has arrived. */
export type Coming = {
  /** Counts all requests from 1. */
  readonly nth: number;
  readonly what: Operation;
  readonly key: string;
  /** Null when it is no part. */
  readonly part: number | null;
  /** Bytes of the body as announced. */
  readonly size: number;
};

/** A request as it came, for counting. */
export type Received = Coming & {
  /** Bytes of the body that really arrived. */
  bytes: number;
  readonly fault: Fault | null;
  /** What was answered; null when nothing was, or not yet. */
  status: number | null;
};

/** Another byte at a place; the last one when there are fewer. */
export function spoil(bytes: Buffer, at: number): void {
  if (bytes.length === 0) return;
  const place = Math.min(at, bytes.length - 1);
  bytes[place] = (bytes[place] ?? 0) ^ 0x20;
}
