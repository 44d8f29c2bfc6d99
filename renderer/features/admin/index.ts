export { AuditPanel } from './audit-panel.tsx';
export { PeoplePanel } from './people-panel.tsx';
