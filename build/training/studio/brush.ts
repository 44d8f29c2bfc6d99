/// <reference lib="dom" />
/** One picture holds every painted detail (plates, lettering, car sides); a twin holds glow, roughness and gloss. */
export type Brush = { readonly colors: CanvasRenderingContext2D; readonly traits: CanvasRenderingContext2D };
