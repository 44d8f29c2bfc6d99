export type { Pen } from './author.ts';
export { createMarks, type Marks } from './marks.ts';
export { createProjects, type Projects, stale } from './projects.ts';
export { operationHandler, operationTeller, readAside } from './telling.ts';
