/** The player without its streaming engine, which a file served by ranges does not need. */
declare module 'video.js/core.es.js' {
  export { default } from 'video.js';
}
