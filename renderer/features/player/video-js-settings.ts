// Read by video.js while it is loaded: it must not write style elements, which the content security policy refuses.
Object.assign(window, { VIDEOJS_NO_DYNAMIC_STYLE: true });
