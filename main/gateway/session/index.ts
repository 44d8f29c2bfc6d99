export { createRefusals, type Refusals } from './refusals.ts';
export { type ActiveSession, createSessions, longestSessionMs, type Sessions, sessionView } from './sessions.ts';
