import type { Finding } from '#common/contract/index.ts';
import type { OriginalId } from '#common/evidence/index.ts';
import type { UnfinishedUpload } from '../carrier.ts';
import { mediaKey } from '../keys.ts';
import type { OriginalManifest } from '../manifest.ts';
import type { Verdict } from './classify.ts';
import type { Pair } from './types.ts';
import { meanings } from './words.ts';

/** A verdict about a name, as people are shown it. */
export function findingOf(pair: Pair, verdict: Verdict): Finding {
  const { here, there } = pair;
  const told = there.manifest.state === 'opened' ? there.manifest.manifest : null;
  return {
    object: pair.name,
    id: here?.known.id ?? told?.sealedId ?? null,
    recordingId: here?.known.recordingId ?? null,
    name: here?.known.name ?? (told === null ? mediaKey(pair.name) : nameIn(told)),
    class: meanings[verdict.kind].class,
    ...verdict,
    sizeBytes: sizeOf(pair),
    outcome: null,
  };
}

/** Bytes of the sealed file, from whichever side knows them. */
export function sizeOf({ here, there }: Pair): number | null {
  if (here?.vault.state === 'good') return here.vault.ciphertextSize;
  if (there.manifest.state === 'opened') return there.manifest.manifest.ciphertextSize;
  return here?.known.record?.placement.sizeBytes ?? there.media?.sizeBytes ?? null;
}

/** What people call what a manifest tells of. */
function nameIn({ sealedId, belongsTo }: OriginalManifest): string {
  switch (belongsTo.kind) {
    case 'recording': {
      const { segments, sidecars } = belongsTo.recording;
      const file =
        segments.find(({ evidenceId }) => evidenceId === sealedId) ??
        sidecars.find(({ sidecarId }) => sidecarId === sealedId);
      return file?.fileName ?? belongsTo.recording.title;
    }
    case 'damaged':
      return belongsTo.item.fileName;
    case 'nothing':
      return sealedId;
  }
}

const alone = { id: null, recordingId: null, outcome: null } as const;

function simple(kind: Finding['kind'], object: string, name: string, sizeBytes: number | null): Finding {
  const { class: which, level, words, remedy } = meanings[kind];
  return { ...alone, object, name, class: which, kind, level, words, remedy, sizeBytes };
}

export function foreignFinding({ key, sizeBytes }: { readonly key: string; readonly sizeBytes: number }): Finding {
  return simple('foreign', key, key, sizeBytes);
}

/** The upload's own name in the store is needed to give it up. */
export function uploadFinding({ key, upload }: UnfinishedUpload): Finding {
  return simple('upload-left', `${key}?upload=${upload}`, key, null);
}

/** What `uploadFinding` put together. */
export function uploadOf({ object }: Finding): { readonly key: string; readonly upload: string } {
  const at = object.indexOf('?upload=');
  return { key: object.slice(0, at), upload: object.slice(at + '?upload='.length) };
}

export function unknownHere(id: OriginalId): Finding {
  return { ...simple('unknown-here', id, id, null), id };
}
