/// <reference lib="dom" />
import {
  bindSheet,
  makeMultisampled,
  makeProgram,
  makeTarget,
  type Program,
  type Target,
  type Uploaded,
  uploadMesh,
} from './gpu.ts';
import { type Mesh, material } from './mesh.ts';
import type { Air, Item, Lens, Light, Picture } from './picture.ts';
import { surfaceFragment } from './shader-surface.ts';
import {
  blurFragment,
  brightFragment,
  depthFragment,
  finishFragment,
  maxBlobs,
  maxBones,
  maxLights,
  screenVertex,
  shadowMaps,
  skyFragment,
  skyVertex,
  surfaceVertex,
} from './shaders.ts';
import { add, invert, lookAt, type Mat4, multiply, orthographic, perspective, scaling, type Vec3 } from './vec.ts';

const shadowSize = 768;

export class Renderer {
  readonly #gl: WebGL2RenderingContext;
  readonly #width: number;
  readonly #height: number;
  readonly #surfaces = new Map<string, Program>();
  readonly #depth: Program;
  readonly #sky: Program;
  readonly #bright: Program;
  readonly #blur: Program;
  readonly #finish: Program;
  readonly #scene: Target;
  readonly #smooth: WebGLFramebuffer;
  readonly #mirror: Target;
  readonly #glow: readonly [Target, Target, Target, Target];
  readonly #shadowTexture: WebGLTexture;
  readonly #shadowFrames: readonly WebGLFramebuffer[];
  readonly #buffers = new Map<Mesh, Uploaded>();

  constructor(
    canvas: HTMLCanvasElement,
    sheet: { readonly colors: HTMLCanvasElement; readonly traits: HTMLCanvasElement },
  ) {
    const gl = canvas.getContext('webgl2', { antialias: false, preserveDrawingBuffer: true });
    if (gl === null) throw new Error('This browser has no WebGL 2.');
    if (gl.getExtension('EXT_color_buffer_float') === null)
      throw new Error('This browser cannot draw to float textures.');
    gl.getExtension('OES_texture_float_linear');
    this.#gl = gl;
    this.#width = canvas.width;
    this.#height = canvas.height;
    this.#depth = makeProgram(gl, surfaceVertex, depthFragment);
    this.#sky = makeProgram(gl, skyVertex, skyFragment);
    this.#bright = makeProgram(gl, screenVertex, brightFragment);
    this.#blur = makeProgram(gl, screenVertex, blurFragment);
    this.#finish = makeProgram(gl, screenVertex, finishFragment);
    this.#scene = makeTarget(gl, this.#width, this.#height, false);
    this.#mirror = makeTarget(gl, this.#width >> 1, this.#height >> 1, true);
    const small = (by: number): Target =>
      makeTarget(gl, Math.ceil(this.#width / by), Math.ceil(this.#height / by), false);
    this.#glow = [small(4), small(4), small(12), small(12)];
    this.#smooth = makeMultisampled(gl, canvas.width, canvas.height);
    this.#shadowTexture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, this.#shadowTexture);
    gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, gl.DEPTH_COMPONENT24, shadowSize, shadowSize, shadowMaps);
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_COMPARE_MODE, gl.COMPARE_REF_TO_TEXTURE);
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
    this.#shadowFrames = Array.from({ length: shadowMaps }, (_, layer) => {
      const frame = gl.createFramebuffer();
      gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
      gl.framebufferTextureLayer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, this.#shadowTexture, 0, layer);
      return frame;
    });
    bindSheet(gl, 3, sheet.colors, gl.SRGB8_ALPHA8);
    bindSheet(gl, 4, sheet.traits, gl.RGBA8);
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.CULL_FACE);
  }

  /** Draws one finished frame into the canvas. `frame` seeds the grain. */
  draw(scene: Picture, frame: number): void {
    const picture = { ...scene, lights: scene.lights.filter((light) => Math.max(...light.color) > 0.001) };
    const gl = this.#gl;
    const { lens } = picture;
    const shadows = this.#drawShadows(picture);
    const projection = perspective(lens.view, this.#width / this.#height, 0.06, 400);
    const view = lookAt(lens.eye, lens.target, lens.roll);
    if (picture.mirror) {
      gl.bindFramebuffer(gl.FRAMEBUFFER, this.#mirror.frame);
      gl.viewport(0, 0, this.#mirror.width, this.#mirror.height);
      const eye: Vec3 = [lens.eye[0], -lens.eye[1], lens.eye[2]];
      gl.frontFace(gl.CW);
      this.#drawWorld(picture, multiply(projection, view, scaling([1, -1, 1])), eye, shadows, true);
      gl.frontFace(gl.CCW);
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#smooth);
    gl.viewport(0, 0, this.#width, this.#height);
    this.#drawWorld(picture, multiply(projection, view), lens.eye, shadows, false);
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, this.#smooth);
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, this.#scene.frame);
    gl.blitFramebuffer(
      0,
      0,
      this.#width,
      this.#height,
      0,
      0,
      this.#width,
      this.#height,
      gl.COLOR_BUFFER_BIT,
      gl.NEAREST,
    );
    this.#develop(lens, frame);
  }

  #drawShadows(picture: Picture): readonly Mat4[] {
    const gl = this.#gl;
    const matrices: Mat4[] = [];
    gl.viewport(0, 0, shadowSize, shadowSize);
    gl.useProgram(this.#depth.handle);
    gl.uniform1i(this.#depth.at('uSheet'), 3);
    for (const light of shadowsFirst(picture.lights)) {
      if (light.shadow !== true || light.direction === undefined || matrices.length >= shadowMaps) break;
      const view = lookAt(light.position, add(light.position, light.direction));
      const lens =
        light.sun === true
          ? orthographic(light.shadowHalf ?? 12, 0.1, 60)
          : perspective(Math.min(2.6, (light.cone?.[1] ?? 0.8) * 2.1), 1, 0.15, light.range);
      const matrix = multiply(lens, view);
      gl.bindFramebuffer(gl.FRAMEBUFFER, this.#shadowFrames[matrices.length] ?? null);
      gl.clear(gl.DEPTH_BUFFER_BIT);
      gl.uniformMatrix4fv(this.#depth.at('uViewProjection'), false, matrix);
      for (const item of picture.items) {
        if (item.castsShadow === false) continue;
        const { array, parts } = this.#uploaded(item.mesh);
        gl.bindVertexArray(array);
        this.#settle(this.#depth, item);
        gl.drawElements(
          gl.TRIANGLES,
          parts.reduce((sum, part) => sum + part.count, 0),
          gl.UNSIGNED_INT,
          0,
        );
      }
      matrices.push(matrix);
    }
    return matrices;
  }

  #drawWorld(picture: Picture, viewProjection: Mat4, eye: Vec3, shadows: readonly Mat4[], mirrored: boolean): void {
    const gl = this.#gl;
    const { air } = picture;
    gl.clear(gl.DEPTH_BUFFER_BIT | gl.COLOR_BUFFER_BIT);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, this.#shadowTexture);
    gl.activeTexture(gl.TEXTURE2);
    gl.bindTexture(gl.TEXTURE_2D, mirrored ? null : this.#mirror.texture);
    const ready = new Set<Program>();
    for (const item of picture.items) {
      if (mirrored && item.mirrored === false) continue;
      const { array, parts } = this.#uploaded(item.mesh);
      gl.bindVertexArray(array);
      for (const { kind, first, count } of parts) {
        const shader = this.#variant(picture, kind, item.cloth?.pattern ?? 0, mirrored);
        // Cloth folds over itself at the joints: its inside is drawn too, so that no hole shows.
        if (kind === material.cloth) gl.disable(gl.CULL_FACE);
        else gl.enable(gl.CULL_FACE);
        gl.useProgram(shader.handle);
        if (!ready.has(shader)) this.#prepare(shader, picture, viewProjection, eye, shadows, mirrored);
        ready.add(shader);
        this.#settle(shader, item);
        gl.drawElements(gl.TRIANGLES, count, gl.UNSIGNED_INT, first * 4);
      }
    }
    const skyShader = this.#sky;
    gl.useProgram(skyShader.handle);
    this.#air(skyShader, air);
    gl.uniform1f(skyShader.at('uClouds'), air.clouds);
    gl.uniform1f(skyShader.at('uStars'), air.stars);
    gl.uniformMatrix4fv(skyShader.at('uInverse'), false, invert(viewProjection));
    gl.depthFunc(gl.LEQUAL);
    gl.disable(gl.CULL_FACE);
    gl.bindVertexArray(null);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.enable(gl.CULL_FACE);
    gl.depthFunc(gl.LESS);
  }

  #variant(picture: Picture, kind: number, pattern: number, mirrored: boolean): Program {
    const lights = Math.min(picture.lights.length, maxLights);
    const casting = Math.min(picture.lights.filter((light) => light.shadow === true).length, shadowMaps);
    const variant = { kind, pattern, lights, casting, mirror: picture.mirror && !mirrored, mirrored };
    const name = JSON.stringify(variant);
    const known = this.#surfaces.get(name);
    if (known !== undefined) return known;
    const made = makeProgram(this.#gl, surfaceVertex, surfaceFragment(variant));
    this.#surfaces.set(name, made);
    return made;
  }

  #prepare(
    shader: Program,
    picture: Picture,
    viewProjection: Mat4,
    eye: Vec3,
    shadows: readonly Mat4[],
    mirrored: boolean,
  ): void {
    const gl = this.#gl;
    const { air } = picture;
    this.#air(shader, air);
    gl.uniformMatrix4fv(shader.at('uViewProjection'), false, viewProjection);
    gl.uniform3fv(shader.at('uEye'), [eye[0], mirrored ? -eye[1] : eye[1], eye[2]]);
    gl.uniform3fv(shader.at('uAmbient'), [...air.ambient]);
    gl.uniform1f(shader.at('uFog'), air.fog);
    gl.uniform1f(shader.at('uWet'), air.wet);
    gl.uniform2f(shader.at('uScreen'), this.#width, this.#height);
    for (const [name, unit] of [
      ['uShadow', 1],
      ['uMirror', 2],
      ['uSheet', 3],
      ['uTraits', 4],
    ] as const)
      gl.uniform1i(shader.at(name), unit);
    this.#lights(shader, picture.lights, shadows);
    const blobs = picture.blobs.slice(0, maxBlobs);
    gl.uniform1i(shader.at('uBlobCount'), blobs.length);
    if (blobs.length > 0) gl.uniform4fv(shader.at('uBlobs'), blobs.flat());
  }

  #lights(shader: Program, lights: readonly Light[], shadows: readonly Mat4[]): void {
    const gl = this.#gl;
    const used = shadowsFirst(lights).slice(0, maxLights);
    const position: number[] = [];
    const direction: number[] = [];
    const color: number[] = [];
    const cone: number[] = [];
    for (const light of used) {
      const aim = light.direction ?? [0, -1, 0];
      const n = Math.hypot(...aim);
      position.push(...light.position, light.sun === true ? 1 : 0);
      direction.push(aim[0] / n, aim[1] / n, aim[2] / n, light.cone === undefined ? -1 : Math.cos(light.cone[1]));
      color.push(...light.color, light.range);
      cone.push(light.cone === undefined ? -1 : Math.cos(light.cone[0]), 0, 0, 0);
    }
    if (used.length === 0) return;
    gl.uniform4fv(shader.at('uLightPosition'), position);
    gl.uniform4fv(shader.at('uLightDirection'), direction);
    gl.uniform4fv(shader.at('uLightColor'), color);
    gl.uniform4fv(shader.at('uLightCone'), cone);
    if (shadows.length > 0)
      gl.uniformMatrix4fv(
        shader.at('uShadowMatrix'),
        false,
        shadows.flatMap((m) => [...m]),
      );
  }

  #air(shader: Program, air: Air): void {
    const gl = this.#gl;
    const { zenith, horizon, ground, sunDirection, sunGlow } = air;
    for (const [name, value] of Object.entries({
      uZenith: zenith,
      uHorizon: horizon,
      uGround: ground,
      uSunDirection: sunDirection,
      uSunGlow: sunGlow,
    })) {
      gl.uniform3fv(shader.at(name), [...value]);
    }
  }

  #settle(shader: Program, item: Item): void {
    const gl = this.#gl;
    gl.uniformMatrix4fv(shader.at('uModel'), false, item.model);
    gl.uniform1i(shader.at('uSkinned'), item.bones === undefined ? 0 : 1);
    if (item.bones !== undefined)
      gl.uniformMatrix4fv(shader.at('uBones'), false, item.bones.subarray(0, maxBones * 16));
    gl.uniform1f(shader.at('uMouth'), item.mouth ?? 0);
    gl.uniform1f(shader.at('uMouthOpen'), item.mouth ?? 0);
    gl.uniform1f(shader.at('uLamps'), item.lamps ?? 1);
    gl.uniform3fv(shader.at('uTrim'), [...(item.cloth?.trim ?? [0, 0, 0])]);
    gl.uniform1f(shader.at('uPatternSeed'), item.cloth?.seed ?? 0);
    gl.uniform4fv(shader.at('uDecal'), [...(item.cloth?.decal?.rect ?? [0, 0, 0, 0])]);
    gl.uniform4fv(shader.at('uDecalSpot'), [...(item.cloth?.decal?.spot ?? [0, 0, 1, 1])]);
  }

  #uploaded(mesh: Mesh): Uploaded {
    const known = this.#buffers.get(mesh);
    if (known !== undefined) return known;
    const made = uploadMesh(this.#gl, mesh);
    this.#buffers.set(mesh, made);
    return made;
  }

  #develop(lens: Lens, frame: number): void {
    const gl = this.#gl;
    const [near, nearOther, wide, wideOther] = this.#glow;
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.CULL_FACE);
    this.#pass(this.#bright, this.#scene.texture, near, [1 / this.#width, 1 / this.#height]);
    this.#pass(this.#blur, near.texture, nearOther, [1 / near.width, 0]);
    this.#pass(this.#blur, nearOther.texture, near, [0, 1 / near.height]);
    this.#pass(this.#blur, near.texture, wide, [1 / wide.width, 0]);
    this.#pass(this.#blur, wide.texture, wideOther, [1.6 / wide.width, 0]);
    this.#pass(this.#blur, wideOther.texture, wide, [0, 1.6 / wide.height]);
    const shader = this.#finish;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, this.#width, this.#height);
    gl.useProgram(shader.handle);
    for (const [name, unit, texture] of [
      ['uScene', 0, this.#scene.texture],
      ['uGlow', 5, near.texture],
      ['uWideGlow', 6, wide.texture],
    ] as const) {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.uniform1i(shader.at(name), unit);
    }
    const { bend, exposure, vignette, grain, saturation, night } = lens;
    const values = {
      uBend: bend,
      uExposure: exposure,
      uVignette: vignette,
      uGrain: grain,
      uSaturation: saturation,
      uNight: night,
    };
    for (const [name, value] of Object.entries(values)) gl.uniform1f(shader.at(name), value);
    gl.uniform1f(shader.at('uFrame'), frame % 97);
    gl.uniform1f(shader.at('uAspect'), this.#width / this.#height);
    gl.uniform2f(shader.at('uPixel'), 1 / this.#width, 1 / this.#height);
    gl.bindVertexArray(null);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.CULL_FACE);
  }

  #pass(shader: Program, from: WebGLTexture, to: Target, step: readonly [number, number]): void {
    const gl = this.#gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, to.frame);
    gl.viewport(0, 0, to.width, to.height);
    gl.useProgram(shader.handle);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, from);
    gl.uniform1i(shader.at('uScene'), 0);
    gl.uniform2f(shader.at('uStep'), step[0], step[1]);
    gl.bindVertexArray(null);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }
}

/** Lights with shadows take the first places; a light with a shadow must have a direction. */
function shadowsFirst(lights: readonly Light[]): readonly Light[] {
  return [...lights.filter((light) => light.shadow === true), ...lights.filter((light) => light.shadow !== true)];
}
