/** The player without its streaming engine, which a file served by ranges does not need. */
declare module 'video.js/core.es.js' {
  import videojs from 'video.js';
  export = videojs;
}
