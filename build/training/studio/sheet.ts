/// <reference lib="dom" />
import type { Brush } from './brush.ts';
import { paintCruiser, paintSedan } from './car-art.ts';
import { paintSigns, sheetHeight, sheetWidth } from './sign-art.ts';
import { paintTrees } from './tree-art.ts';

function blank(): { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D } {
  const canvas = document.createElement('canvas');
  canvas.width = sheetWidth;
  canvas.height = sheetHeight;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser cannot draw on a canvas.');
  return { canvas, context };
}

export function paintSheet(): { readonly colors: HTMLCanvasElement; readonly traits: HTMLCanvasElement } {
  const colors = blank();
  const traits = blank();
  const brush: Brush = { colors: colors.context, traits: traits.context };
  paintSedan(brush, 0, 0);
  paintCruiser(brush, 1024, 0);
  paintSigns(brush.colors);
  paintTrees(brush.colors);
  return { colors: colors.canvas, traits: traits.canvas };
}
