export { RecoverySheet } from './recovery-sheet.tsx';
export { StorePage } from './store-page.tsx';
export { type PlaceView, StorePanel } from './store-panel.tsx';
export { StoreMark } from './store-state.tsx';
export { StoreStrip, StoreWork } from './traffic.tsx';
