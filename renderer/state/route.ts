import { useSyncExternalStore } from 'react';

/** What is decided about the store on a page of its own. */
export type StorePage = (typeof storePages)[number];
const storePages = ['set-up', 'limits', 'cache', 'retention', 'disconnect', 'compare'] as const;

/** Where in the station a person is. Kept in the address's hash, so that back, forward and reload work. */
export type Route =
  | { readonly screen: 'dock' | 'library' | 'releases' | 'store' | 'people' | 'audit' }
  | { readonly screen: 'store-page'; readonly page: StorePage }
  | { readonly screen: 'recording'; readonly recordingId: string }
  | { readonly screen: 'release'; readonly renderId: string };

const plain = ['dock', 'library', 'releases', 'store', 'people', 'audit'] as const;

/** The route a hash names; the library for anything unknown. */
export function parseRoute(hash: string): Route {
  const [screen = '', id = ''] = hash.replace(/^#\/?/, '').split('/');
  const page = storePages.find((name) => screen === 'store' && name === id);
  if (page !== undefined) return { screen: 'store-page', page };
  const found = plain.find((name) => name === screen);
  if (found !== undefined) return { screen: found };
  if (screen === 'recording' && /^rec_\w+$/.test(id)) return { screen, recordingId: id };
  if (screen === 'release' && /^rnd_\w+$/.test(id)) return { screen, renderId: id };
  return { screen: 'library' };
}

/** The hash of a route: `#/recording/<recordingId>`. */
export function routeHash(route: Route): string {
  if (route.screen === 'recording') return `#/recording/${route.recordingId}`;
  if (route.screen === 'release') return `#/release/${route.renderId}`;
  if (route.screen === 'store-page') return `#/store/${route.page}`;
  return `#/${route.screen}`;
}

export function navigate(route: Route): void {
  location.hash = routeHash(route);
}

/** The current route; the component is drawn again when it changes. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(
    (changed) => {
      window.addEventListener('hashchange', changed);
      return () => window.removeEventListener('hashchange', changed);
    },
    () => location.hash,
  );
  return parseRoute(hash);
}
