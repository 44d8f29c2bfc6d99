/**
 * What needs FFmpeg's native code. Only the worker entries of media, render and release may load this: a crash there ends a
 * worker process and nothing else.
 */
export { readFacts } from './facts.ts';
export { createFileClock } from './file-clock.ts';
export { scanFrames, tableFromFrames } from './frame-scan.ts';
export { newPacket, openDecoder, openInput } from './input.ts';
export { inspectMedia } from './inspect.ts';
export { type Orientation, orientationOf, uprightFilters } from './orientation.ts';
export { makePoster } from './poster.ts';
export { makeProxy } from './proxy.ts';
export { transcode } from './transcode.ts';
export { createPictureFilter, type PictureFilter } from './upright.ts';
