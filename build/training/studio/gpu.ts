/// <reference lib="dom" />
import { floatsPerVertex, type Mesh } from './mesh.ts';
import { at } from './vec.ts';

export type Program = { readonly handle: WebGLProgram; readonly at: (name: string) => WebGLUniformLocation | null };
export type Target = {
  readonly frame: WebGLFramebuffer;
  readonly texture: WebGLTexture;
  readonly width: number;
  readonly height: number;
};

type Part = { readonly kind: number; readonly first: number; readonly count: number };
export type Uploaded = { readonly array: WebGLVertexArrayObject; readonly parts: readonly Part[] };

/** Copies a mesh to the GPU. */
export function uploadMesh(gl: WebGL2RenderingContext, mesh: Mesh): Uploaded {
  const array = gl.createVertexArray();
  gl.bindVertexArray(array);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, mesh.vertices, gl.STATIC_DRAW);
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
  const { indices, parts } = byMaterial(mesh);
  gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, indices, gl.STATIC_DRAW);
  let offset = 0;
  for (const [slot, size] of [3, 3, 3, 3, 2, 3].entries()) {
    gl.enableVertexAttribArray(slot);
    gl.vertexAttribPointer(slot, size, gl.FLOAT, false, floatsPerVertex * 4, offset * 4);
    offset += size;
  }
  return { array, parts };
}

/** Compiles and links; throws with the compiler's words. */
export function makeProgram(gl: WebGL2RenderingContext, vertex: string, fragment: string): Program {
  const handle = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(kind);
    if (shader === null) throw new Error('The browser lost its WebGL context.');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (gl.getShaderParameter(shader, gl.COMPILE_STATUS) !== true)
      throw new Error(gl.getShaderInfoLog(shader) ?? 'shader');
    gl.attachShader(handle, shader);
  }
  gl.linkProgram(handle);
  if (gl.getProgramParameter(handle, gl.LINK_STATUS) !== true)
    throw new Error(gl.getProgramInfoLog(handle) ?? 'program');
  const places = new Map<string, WebGLUniformLocation | null>();
  const place = (name: string): WebGLUniformLocation | null => {
    const known = places.get(name);
    if (known !== undefined) return known;
    const found = gl.getUniformLocation(handle, name);
    places.set(name, found);
    return found;
  };
  return { handle, at: place };
}

/** A float picture to draw into. */
export function makeTarget(gl: WebGL2RenderingContext, width: number, height: number, depth: boolean): Target {
  const texture = gl.createTexture();
  gl.activeTexture(gl.TEXTURE0);
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA16F, width, height);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, gl.LINEAR);
  for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
  const frame = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  if (depth) {
    const buffer = gl.createRenderbuffer();
    gl.bindRenderbuffer(gl.RENDERBUFFER, buffer);
    gl.renderbufferStorage(gl.RENDERBUFFER, gl.DEPTH_COMPONENT24, width, height);
    gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.RENDERBUFFER, buffer);
  }
  return { frame, texture, width, height };
}

/** Like a target, with four samples a pixel and no texture. */
export function makeMultisampled(gl: WebGL2RenderingContext, width: number, height: number): WebGLFramebuffer {
  const frame = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
  for (const [format, place] of [
    [gl.RGBA16F, gl.COLOR_ATTACHMENT0],
    [gl.DEPTH_COMPONENT24, gl.DEPTH_ATTACHMENT],
  ] as const) {
    const buffer = gl.createRenderbuffer();
    gl.bindRenderbuffer(gl.RENDERBUFFER, buffer);
    gl.renderbufferStorageMultisample(gl.RENDERBUFFER, 4, format, width, height);
    gl.framebufferRenderbuffer(gl.FRAMEBUFFER, place, gl.RENDERBUFFER, buffer);
  }
  return frame;
}

/** Keeps a painted sheet on a texture unit. */
export function bindSheet(gl: WebGL2RenderingContext, unit: number, picture: HTMLCanvasElement, format: number): void {
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.texImage2D(gl.TEXTURE_2D, 0, format, gl.RGBA, gl.UNSIGNED_BYTE, picture);
  gl.generateMipmap(gl.TEXTURE_2D);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
}

/** Orders a mesh's triangles so that each material is one run. */
function byMaterial(mesh: Mesh): { readonly indices: Uint32Array; readonly parts: readonly Part[] } {
  const runs = new Map<number, number[]>();
  for (let i = 0; i < mesh.indices.length; i += 3) {
    const kind = at(mesh.vertices, at(mesh.indices, i) * floatsPerVertex + 9);
    const run = runs.get(kind) ?? [];
    run.push(at(mesh.indices, i), at(mesh.indices, i + 1), at(mesh.indices, i + 2));
    runs.set(kind, run);
  }
  const parts: Part[] = [];
  let first = 0;
  for (const [kind, run] of runs) {
    parts.push({ kind, first, count: run.length });
    first += run.length;
  }
  return { indices: new Uint32Array([...runs.values()].flat()), parts };
}
