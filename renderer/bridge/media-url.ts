import { sealedIdSchema } from '#common/ids/index.ts';

/**
 * The address of a sealed item's bytes, for `src` and downloads: the only maker of such addresses. In the browser shell the
 * media door has the page's own origin; the desktop shell has a scheme of its own. Throws a bug for anything but a sealed id.
 */
export function mediaUrl(mediaId: string, protocol: string = location.protocol): string {
  const id = sealedIdSchema.parse(mediaId);
  return protocol === 'http:' || protocol === 'https:' ? `/media/${id}` : `evidence://media/${id}`;
}
