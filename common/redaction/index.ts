export { compareDocuments, type Difference } from './compare.ts';
export { boxAt, type Cover, coverAt, inRange, mutedSpans, type TickSpan } from './cover.ts';
export {
  emptyDocument,
  type FrameRange,
  type Keyframe,
  type MaskStyle,
  type Mute,
  type RedactionDocument,
  type Track,
  weakestBlur,
  weakestPixelate,
} from './document.ts';
export { type Applied, applyEdit, type RedactionEdit, redactionEditSchema } from './edit.ts';
export { type Channel, paintChannel } from './paint.ts';
