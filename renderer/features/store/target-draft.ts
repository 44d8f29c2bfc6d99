import { type StoreTarget, storeTargetSchema } from '#common/contract/index.ts';
import type { StoreDraft } from '#renderer/state/index.ts';

/** The fields of the form that can be wrong. */
export type DraftField = Exclude<keyof StoreDraft, 'kind' | 'pathStyle'>;

export const emptyDraft: StoreDraft = {
  kind: 'folder',
  location: '',
  endpoint: '',
  region: '',
  bucket: '',
  prefix: '',
  pathStyle: true,
  accessKeyId: '',
  secretAccessKey: '',
  authority: '',
  proxy: '',
};

/** What a filled-in form asks for; null while something in it is wrong. */
export type DraftRequest = { readonly target: StoreTarget; readonly secretAccessKey: string | null };

/** Reads the form: the request it makes, or the fields that are wrong. */
export function readDraft(draft: StoreDraft): {
  readonly request: DraftRequest | null;
  readonly wrong: ReadonlySet<DraftField>;
} {
  const parsed = storeTargetSchema.safeParse(targetOf(draft));
  const wrong = new Set((parsed.error?.issues ?? []).map((issue) => issue.path[0] as DraftField));
  if (draft.kind === 'folder') {
    if (!isWholePath(draft.location.trim())) wrong.add('location');
  } else {
    if (draft.secretAccessKey === '') wrong.add('secretAccessKey');
    if (draft.authority.trim() !== '' && !isCertificate(draft.authority)) wrong.add('authority');
  }
  if (!parsed.success || wrong.size > 0) return { request: null, wrong };
  const secretAccessKey = draft.kind === 'folder' ? null : draft.secretAccessKey;
  return { request: { target: parsed.data, secretAccessKey }, wrong };
}

function targetOf(draft: StoreDraft): unknown {
  const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
  if (draft.kind === 'folder') return { kind: 'folder', location: draft.location };
  const prefix = draft.prefix.trim().replace(/^\/+/, '');
  return {
    kind: 's3',
    endpoint: orNull(draft.endpoint),
    region: draft.region.trim(),
    bucket: draft.bucket.trim(),
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
    pathStyle: draft.pathStyle,
    accessKeyId: draft.accessKeyId,
    authority: orNull(draft.authority),
    proxy: orNull(draft.proxy),
  };
}

/** From the root of a disk or a share on, on any system. */
function isWholePath(path: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\[^\\]+\\[^\\]+)/.test(path);
}

function isCertificate(text: string): boolean {
  return /^(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/.test(text.trim());
}
