export { DockPanel } from './dock-panel.tsx';
