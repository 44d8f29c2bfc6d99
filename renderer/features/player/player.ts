import './video-js-settings.ts';
import videojs from 'video.js/core.es.js';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { frameCount } from '#common/time/index.ts';
import {
  clampFrame,
  type FrameClock,
  frameOfMediaTime,
  idlePlan,
  landAfterPlaying,
  letGo,
  nextSpeed,
  noNewPicture,
  pictureShown,
  type SeekMove,
  type SeekPlan,
  seekArrived,
  stepFrames,
  wantFrame,
} from '#renderer/engine/index.ts';
import type { PlayerSource, PlayerState } from './player-state.ts';

/** How long to wait for a picture after a seek has ended; players do not paint the same picture twice. */
const pictureWait = 250;

/** A video and everything that can be done with it. Frames come from the frame table and from nowhere else. */
export type Player = {
  readonly store: StoreApi<PlayerState>;
  /** Puts the video into an element; the answer takes it out and frees everything. */
  readonly mount: (host: HTMLElement) => () => void;
  /**
   * Calls in the browser's own callback for a new picture, before anything is painted: what is drawn there lies over exactly
   * this frame.
   */
  readonly onPicture: (listener: (frame: number) => void) => () => void;
  /** The element whose pixels are the frame on the screen; null while nothing is mounted. */
  readonly picture: () => HTMLVideoElement | null;
  readonly isPlaying: () => boolean;
  /** Calls when playing has stopped. */
  readonly onRest: (listener: () => void) => () => void;
  readonly play: () => void;
  readonly pause: () => void;
  readonly toggle: () => void;
  readonly step: (frames: number) => void;
  readonly goTo: (frame: number) => void;
  readonly setSpeed: (speed: number) => void;
  readonly changeSpeed: (direction: 1 | -1) => void;
  readonly setVolume: (volume: number) => void;
  readonly setMuted: (muted: boolean) => void;
  /** Silences the sound without touching what the person set: a stretch that will be mute is heard as it will be. */
  readonly hush: (hushed: boolean) => void;
  /** Fetches the video anew, after a failure; what was to be seen is shown when it comes. */
  readonly reopen: () => void;
};

/** Makes a player for one source. `startFrame` is shown first. */
export function createPlayer(source: PlayerSource, startFrame = 0): Player {
  const { table } = source;
  const store = createStore<PlayerState>(() => ({
    phase: 'opening',
    failure: null,
    frame: clampFrame(table, startFrame),
    settled: false,
    playing: false,
    waiting: false,
    ended: false,
    speed: 1,
    volume: 1,
    muted: false,
  }));
  const pictureListeners = new Set<(frame: number) => void>();
  let video: HTMLVideoElement | null = null;
  let vjs: ReturnType<typeof videojs> | null = null;
  let clock: FrameClock | null = null;
  let plan: SeekPlan = idlePlan;
  let patience: ReturnType<typeof setTimeout> | undefined;
  let hushed = false;
  const applySound = (): void => {
    vjs?.muted(hushed || store.getState().muted);
  };

  /** Nothing is on its way to the screen: the frame that is named is the one that stays. */
  const settle = (): void => {
    const { playing, settled: before } = store.getState();
    const settled = !playing && plan.flight === null && plan.wanted === null && plan.shown !== null;
    if (settled !== before) store.setState({ settled });
  };
  const follow = (move: SeekMove): void => {
    plan = move.plan;
    if (move.seekTo !== null) vjs?.currentTime(move.seekTo);
    settle();
  };

  const onFrame = (frame: number): void => {
    if (frame !== store.getState().frame) store.setState({ frame });
    for (const listener of [...pictureListeners]) listener(frame);
  };
  const watchPictures = (element: HTMLVideoElement): void => {
    element.requestVideoFrameCallback((_now, picture) => {
      if (element !== video) return;
      watchPictures(element);
      clearTimeout(patience);
      if (clock === null) {
        // The first picture of a file that was opened at its start is frame 0, whatever clock the player gives it.
        clock = { table, originUs: Math.round(picture.mediaTime * 1_000_000) };
        store.setState({ phase: 'ready' });
        plan = { ...plan, shown: 0 };
        if (startFrame > 0) follow(wantFrame(plan, clock, startFrame));
      }
      const frame = frameOfMediaTime(clock, picture.mediaTime);
      onFrame(frame);
      follow(pictureShown(plan, clock, frame));
    });
  };
  const waitForPicture = (): void => {
    clearTimeout(patience);
    patience = setTimeout(() => {
      // A window that is not shown gets no pictures; what is on its screen is decided when it is.
      if (document.hidden) waitForPicture();
      else if (clock !== null) follow(noNewPicture(plan, clock));
    }, pictureWait);
  };
  const onSeeked = (): void => {
    if (clock === null) return;
    follow(seekArrived(plan, clock));
    if (plan.flight?.arrived === true) waitForPicture();
  };

  const listen = (element: HTMLVideoElement): void => {
    const on = (event: string, handler: () => void): void => element.addEventListener(event, handler);
    on('seeked', onSeeked);
    on('playing', () => store.setState({ waiting: false }));
    on('waiting', () => store.setState({ waiting: true }));
    on('play', () => store.setState({ playing: true, ended: false, settled: false }));
    on('pause', () => {
      store.setState({ playing: false, waiting: false });
      // At its end a video rests on its last picture by itself.
      if (clock !== null && !element.ended) follow(landAfterPlaying(plan, clock));
      else waitForPicture();
    });
    on('ended', () => store.setState({ ended: true }));
    on('error', () => store.setState({ phase: 'failed', failure: failureOf(element.error), playing: false }));
  };

  const fetchVideo = (): void => {
    vjs?.src({ src: source.url, type: source.contentType });
  };
  /** After a failure the element plays nothing more: it begins anew and goes to the frame from there. */
  const reopen = (frame: number): void => {
    clearTimeout(patience);
    startFrame = clampFrame(table, frame);
    clock = null;
    plan = idlePlan;
    store.setState({ phase: 'opening', failure: null, settled: false, waiting: false, ended: false });
    fetchVideo();
  };
  const goTo = (frame: number): void => {
    vjs?.pause();
    if (store.getState().phase === 'failed') reopen(frame);
    else if (clock !== null) follow(wantFrame(plan, clock, frame));
    else startFrame = clampFrame(table, frame);
  };
  const play = (): void => {
    if (vjs === null || clock === null || store.getState().phase !== 'ready') return;
    const atEnd = plan.wanted === null && plan.shown === frameCount(table) - 1;
    if (atEnd) vjs.currentTime(0);
    plan = letGo(plan);
    // A pause that follows at once rejects this; there is nothing to tell.
    vjs.play()?.catch(() => undefined);
  };
  const setSpeed = (speed: number): void => {
    vjs?.playbackRate(speed);
    store.setState({ speed });
  };

  return {
    store,
    mount: (host) => {
      const element = document.createElement('video');
      element.playsInline = true;
      element.tabIndex = -1;
      host.append(element);
      video = element;
      clock = null;
      plan = idlePlan;
      listen(element);
      watchPictures(element);
      const { speed, volume } = store.getState();
      const opened = videojs(element, {
        controls: false,
        preload: 'auto',
        children: ['mediaLoader'],
        loadingSpinner: false,
        bigPlayButton: false,
        errorDisplay: false,
        textTrackSettings: false,
        disablePictureInPicture: true,
        userActions: { hotkeys: false, click: false, doubleClick: false },
      });
      vjs = opened;
      opened.defaultPlaybackRate(speed);
      opened.volume(volume);
      applySound();
      fetchVideo();
      return () => {
        clearTimeout(patience);
        startFrame = store.getState().frame;
        video = null;
        vjs = null;
        opened.dispose();
        store.setState({ phase: 'opening', settled: false, playing: false, waiting: false });
      };
    },
    onPicture: (listener) => {
      pictureListeners.add(listener);
      return () => pictureListeners.delete(listener);
    },
    picture: () => video,
    isPlaying: () => store.getState().playing,
    onRest: (listener) =>
      store.subscribe((now, before) => {
        if (before.playing && !now.playing) listener();
      }),
    play,
    pause: () => vjs?.pause(),
    toggle: () => (store.getState().playing ? vjs?.pause() : play()),
    step: (frames) => {
      const { phase, frame } = store.getState();
      if (phase === 'failed' || clock === null) {
        goTo((phase === 'failed' ? frame : startFrame) + frames);
        return;
      }
      vjs?.pause();
      follow(stepFrames(plan, clock, frames));
    },
    goTo,
    setSpeed,
    changeSpeed: (direction) => setSpeed(nextSpeed(store.getState().speed, direction)),
    setVolume: (volume) => {
      vjs?.volume(volume);
      store.setState({ volume, muted: false });
      applySound();
    },
    setMuted: (muted) => {
      store.setState({ muted });
      applySound();
    },
    hush: (next) => {
      if (next === hushed) return;
      hushed = next;
      applySound();
    },
    reopen: () => reopen(store.getState().frame),
  };
}

function failureOf(error: MediaError | null): PlayerState['failure'] {
  if (error?.code === MediaError.MEDIA_ERR_NETWORK) return 'lost';
  return error?.code === MediaError.MEDIA_ERR_DECODE ? 'undecodable' : 'unplayable';
}
