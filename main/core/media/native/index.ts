/**
 * What needs FFmpeg's native code. Only the worker entries of media, render and release may load this: a crash there ends a
 * worker process and nothing else.
 */
export { readFacts } from './facts.ts';
export { buildTable, scanFrames, shownTime, tableFromFrames, tableFromPackets } from './frame-scan.ts';
export { type MediaInput, newPacket, openDecoder, openInput } from './input.ts';
export { inspectMedia } from './inspect.ts';
export { type Orientation, orientationOf, uprightFilters } from './orientation.ts';
export { makePoster } from './poster.ts';
export { makeProxy, type ProxyMade, type ProxyWork } from './proxy.ts';
export { silenceMargin } from './sound-track.ts';
export { type TranscodePlan, type TranscodeWatch, transcode } from './transcode.ts';
export { createPictureFilter, type PictureFilter } from './upright.ts';
