import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './locales/en/index.ts';

/** The texts, ready before anything is drawn. React escapes by itself. */
export async function loadTexts(): Promise<i18n> {
  const texts = createInstance();
  await texts.use(initReactI18next).init({
    lng: 'en',
    resources: { en },
    defaultNS: 'app',
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  return texts;
}
