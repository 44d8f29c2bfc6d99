import { admin } from './admin.ts';
import { app } from './app.ts';
import { dock } from './dock.ts';
import { jobs } from './jobs.ts';
import { library } from './library.ts';
import { marks } from './marks.ts';
import { player } from './player.ts';
import { reconcile } from './reconcile.ts';
import { redaction } from './redaction.ts';
import { releases } from './releases.ts';
import { review } from './review.ts';
import { store } from './store.ts';
import { ui } from './ui.ts';
import { welcome } from './welcome.ts';

/** Every text of the window in English, by namespace. */
export const en = {
  admin,
  app,
  dock,
  jobs,
  library,
  marks,
  player,
  reconcile,
  redaction,
  releases,
  review,
  store,
  ui,
  welcome,
} as const;
