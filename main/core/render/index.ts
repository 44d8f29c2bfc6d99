export { createProjects, type Projects } from './projects.ts';
export { type CheckPlan, createRenders, type RenderGuard, type Renders, type RendersOptions } from './renders.ts';
