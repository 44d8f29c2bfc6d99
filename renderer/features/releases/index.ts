export { ReleasePage } from './release-page.tsx';
export { ReleasesPanel } from './releases-panel.tsx';
