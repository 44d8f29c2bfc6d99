import { buildPageIfOutdated } from '../../build/scripts/page-build.ts';

/** Tests drive the page as it is shipped: built once before they begin. */
export function setup(): void {
  buildPageIfOutdated((line) => console.log(line));
}
