import { sealedIdSchema } from '#common/ids/index.ts';

/**
 * The address of a sealed item's bytes, for `src` and downloads: the only maker of such addresses. In every shell the media
 * door stands at the page's own origin. Throws a bug for anything but a sealed id.
 */
export function mediaUrl(mediaId: string): string {
  return `/media/${sealedIdSchema.parse(mediaId)}`;
}
