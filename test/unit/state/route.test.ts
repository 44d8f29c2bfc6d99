import { describe, expect, it } from 'vitest';
import { parseRoute, type Route, routeHash } from '#renderer/state/index.ts';
import { id } from '#test/support/scripted-station/fixtures.ts';

describe('routes', () => {
  it('go to the address and back', () => {
    const routes: readonly Route[] = [
      { screen: 'dock' },
      { screen: 'library' },
      { screen: 'releases' },
      { screen: 'store' },
      { screen: 'store-page', page: 'set-up' },
      { screen: 'store-page', page: 'retention' },
      { screen: 'people' },
      { screen: 'audit' },
      { screen: 'recording', recordingId: id('recording', '1') },
      { screen: 'release', renderId: id('render', '1') },
    ];
    for (const route of routes) expect(parseRoute(routeHash(route))).toEqual(route);
  });

  it('lead to the library when nobody knows them', () => {
    for (const hash of [
      '',
      '#',
      '#/',
      '#/nowhere',
      '#/recording',
      '#/recording/<b>',
      '#/recording/evd_1',
      '#/release/',
    ]) {
      expect(parseRoute(hash)).toEqual({ screen: 'library' });
    }
  });
});
