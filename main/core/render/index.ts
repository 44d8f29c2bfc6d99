export { type CheckPlan, createRenders, type RenderGuard, type Renders, type RendersOptions } from './renders.ts';
