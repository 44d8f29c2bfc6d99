/// <reference lib="dom" />
import { Renderer } from './renderer.ts';
import type { Scene } from './scene.ts';
import { doorScene } from './scene-door.ts';
import { hallwayScene } from './scene-hallway.ts';
import { parkScene } from './scene-park.ts';
import { stopScene } from './scene-stop.ts';
import { paintSheet } from './sheet.ts';

const scenes: Readonly<Record<string, () => Scene>> = {
  'stop-worn': () => stopScene('worn'),
  'stop-cruiser': () => stopScene('cruiser'),
  door: doorScene,
  hallway: hallwayScene,
  park: parkScene,
};

const stage = document.createElement('canvas');
let scene: Scene | null = null;
let renderer: Renderer | null = null;

function open(name: string, width: number, height: number): void {
  stage.width = width;
  stage.height = height;
  renderer = new Renderer(stage, paintSheet());
  scene = scenes[name]?.() ?? null;
  if (scene === null) throw new Error(`There is no scene called ${name}.`);
}

/** Draws the scene at a time and hands the picture to the generator as a JPEG of high quality. */
async function shoot(time: number, index: number): Promise<void> {
  if (scene === null || renderer === null) throw new Error('Open a scene first.');
  renderer.draw(scene.pictureAt(time), index);
  const picture = await new Promise<Blob | null>((done) => {
    stage.toBlob(done, 'image/jpeg', 0.96);
  });
  if (picture === null) throw new Error('The browser could not encode a frame.');
  const answer = await fetch('/frame', { method: 'POST', body: picture });
  if (!answer.ok) throw new Error('The generator refused a frame.');
}

Object.assign(globalThis, { openScene: open, shootFrame: shoot });
