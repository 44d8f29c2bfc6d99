export { RedactionInspector } from './inspector.tsx';
export { openRedaction, type RedactionSurroundings, type RedactionWork } from './open-redaction.ts';
export { type PictureSource, RedactionOverlay } from './overlay.tsx';
export { RenderPanel } from './render-panel.tsx';
export { SaveMark } from './save-mark.tsx';
export type { OverlayView } from './stage/overlay-stage.ts';
export { useEditor } from './use-editor.ts';
