import type { Picture } from './picture.ts';

/** A scene gives the picture at a time in seconds of its own clock. The same time always gives the same picture. */
export type Scene = { readonly pictureAt: (time: number) => Picture };
