import { ExpectedError } from '#common/errors/index.ts';
import type { MediaState } from '#common/evidence/index.ts';
import type { AgencyRooms } from './agency.ts';
import type { AgencyCore } from './types.ts';

/** Opening evidence to look at it: nothing is shown before the audit line is on the disk. */
export function reviewOf({ catalog, media }: Pick<AgencyRooms, 'catalog' | 'media'>): AgencyCore['review'] {
  return {
    async open(evidenceId, actor) {
      const recording = await catalog.recordings.byEvidence(evidenceId);
      const segment = recording?.segments.find((part) => part.evidenceId === evidenceId);
      if (recording === null || segment === undefined) {
        throw new ExpectedError('not-found', 'There is no such recording.', { subject: evidenceId });
      }
      const ready = needReady(segment.media, segment.fileName);
      const frames = await catalog.frameTables.get(evidenceId);
      if (frames === null) throw new Error(`${evidenceId} is ready without a frame table.`);
      const event = { kind: 'evidence.viewed', evidenceId, recordingId: recording.id } as const;
      await catalog.commit({ actor, writes: [], events: [event] });
      const contentType = ready.proxyId === null ? await media.contentType(evidenceId) : 'video/mp4';
      return { mediaId: ready.proxyId ?? evidenceId, contentType, frames };
    },
    mend: (evidenceId, actor) => media.mendLater(evidenceId, actor),
  };
}

function needReady(media: MediaState, fileName: string): Extract<MediaState, { state: 'ready' }> {
  if (media.state === 'ready') return media;
  if (media.state === 'unplayable') {
    throw new ExpectedError('unsupported-media', `This recording cannot be played: ${media.reason}`, {
      subject: fileName,
      nextStep: 'The original is sealed and unchanged. It can be exported for the program of the camera’s maker.',
    });
  }
  throw new ExpectedError('not-ready', 'This recording is still being prepared for playing.', {
    subject: fileName,
    nextStep: 'Wait until the status strip shows that it is done.',
  });
}
