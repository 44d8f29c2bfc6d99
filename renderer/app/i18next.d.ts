import type { en } from './locales/en/index.ts';

declare module 'i18next' {
  /** Keys that do not exist are errors at compile time. */
  interface CustomTypeOptions {
    defaultNS: 'app';
    resources: typeof en;
  }
}
