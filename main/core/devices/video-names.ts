import { extensionOf } from './file-name.ts';

const videoExtensions = new Set([
  ...['mp4', 'm4v', 'mov', 'qt', '3gp', '3g2', 'avi', 'divx', 'mkv', 'webm', 'asf', 'wmv', 'flv', 'f4v', 'mxf', 'ogv'],
  ...['ts', 'mts', 'm2ts', 'm2t', 'mpg', 'mpeg', 'mpe', 'vob', 'dv', 'h264', '264', 'h265', '265', 'hevc'],
]);

/** True for a path with `/` whose last part is named like a video, of whatever kind. */
export function isVideoName(path: string): boolean {
  return videoExtensions.has(extensionOf(path.slice(path.lastIndexOf('/') + 1)));
}
