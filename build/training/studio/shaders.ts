/** GPU programs of the scenes (GLSL ES 3.00). Light is linear and unbounded until `finish` grades it. */

export const maxLights = 10;
export const maxBlobs = 16;
export const maxBones = 20;
export const shadowMaps = 3;

const header = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2DArrayShadow;
`;

export const surfaceVertex = `${header}
layout(location=0) in vec3 aPosition;
layout(location=1) in vec3 aNormal;
layout(location=2) in vec3 aColor;
layout(location=3) in vec3 aSurface;
layout(location=4) in vec2 aUv;
layout(location=5) in vec3 aBones;
uniform mat4 uModel, uViewProjection;
uniform mat4 uBones[${maxBones}];
uniform bool uSkinned;
uniform float uMouth;
out vec3 vPosition, vNormal, vColor, vSurface, vLocal, vLocalNormal;
out vec2 vUv;
void main() {
  vec3 p = aPosition;
  if (uMouth > 0.0) {
    float front = smoothstep(0.02, 0.075, p.z);
    float lower = (1.0 - smoothstep(-0.0745, -0.0700, p.y)) * (1.0 - 0.75 * smoothstep(0.010, 0.027, abs(p.x)));
    p.y -= uMouth * 0.0105 * front * lower;
    p.z -= uMouth * 0.004 * front * lower;
  }
  mat4 model = uModel;
  if (uSkinned) model = uModel * (uBones[int(aBones.x)] * aBones.z + uBones[int(aBones.y)] * (1.0 - aBones.z));
  vec4 world = model * vec4(p, 1.0);
  vPosition = world.xyz;
  vNormal = mat3(model) * aNormal;
  vColor = aColor; vSurface = aSurface; vUv = aUv; vLocal = aPosition; vLocalNormal = aNormal;
  gl_Position = uViewProjection * world;
}`;

export const noise = `
float hash(vec3 p) { p = fract(p * 0.3183099 + vec3(0.71, 0.113, 0.419)); p *= 17.0; return fract(p.x * p.y * p.z * (p.x + p.y + p.z)); }
float noise(vec3 x) {
  vec3 i = floor(x), f = fract(x); f = f * f * (3.0 - 2.0 * f);
  return mix(mix(mix(hash(i), hash(i + vec3(1,0,0)), f.x), mix(hash(i + vec3(0,1,0)), hash(i + vec3(1,1,0)), f.x), f.y),
             mix(mix(hash(i + vec3(0,0,1)), hash(i + vec3(1,0,1)), f.x), mix(hash(i + vec3(0,1,1)), hash(i + vec3(1,1,1)), f.x), f.y), f.z);
}
float fbm(vec3 p) { return noise(p) * 0.5 + noise(p * 2.03 + 7.1) * 0.27 + noise(p * 4.1 + 3.7) * 0.15; }
`;

export const sky = `
uniform vec3 uZenith, uHorizon, uGround, uSunDirection, uSunGlow;
vec3 skyColor(vec3 d) {
  float up = max(d.y, 0.0);
  vec3 c = mix(uHorizon, uZenith, 1.0 - pow(1.0 - up, 3.0));
  float s = max(dot(normalize(vec3(d.x, d.y * 2.2, d.z)), uSunDirection), 0.0);
  c += uSunGlow * (pow(s, 6.0) * 0.5 + pow(s, 40.0) * 0.6) * smoothstep(-0.1, 0.05, d.y);
  return mix(c, uGround, smoothstep(0.02, -0.10, d.y));
}
`;

export const skyVertex = `${header}
uniform mat4 uInverse; out vec3 vRay;
void main() {
  vec2 p = vec2(float((gl_VertexID & 1) * 4 - 1), float((gl_VertexID >> 1) * 4 - 1));
  vec4 far = uInverse * vec4(p, 1.0, 1.0); vec4 near = uInverse * vec4(p, -1.0, 1.0);
  vRay = far.xyz / far.w - near.xyz / near.w;
  gl_Position = vec4(p, 0.99999, 1.0);
}`;

export const skyFragment = `${header}${noise}${sky}
in vec3 vRay; out vec4 oColor; uniform float uClouds, uStars;
void main() {
  vec3 d = normalize(vRay);
  vec3 c = skyColor(d);
  if (d.y > 0.0) {
    vec2 q = d.xz / (d.y + 0.12);
    float cloud = smoothstep(0.42, 0.75, fbm(vec3(q * vec2(0.9, 2.2), 3.0))) * smoothstep(0.0, 0.12, d.y);
    float lit = pow(max(dot(normalize(d * vec3(1,0.6,1)), uSunDirection), 0.0), 3.0);
    c = mix(c, mix(uZenith * 0.9, uHorizon * 0.8 + uSunGlow * 0.9, lit) + uSunGlow * 0.05, cloud * uClouds);
    float star = step(0.9982, hash(floor(d * 260.0))) * hash(floor(d * 260.0) + 4.0);
    c += vec3(star) * uStars * smoothstep(0.05, 0.3, d.y);
  }
  oColor = vec4(c, 1.0);
}`;

export const depthFragment = `${header}
in vec3 vSurface; in vec2 vUv; uniform sampler2D uSheet; out vec4 oColor;
void main() {
  if (vSurface.x == 8.0 && texture(uSheet, vUv).a < 0.5) discard;
  oColor = vec4(1.0);
}`;

export const screenVertex = `${header}
out vec2 vUv;
void main() { vec2 p = vec2(float((gl_VertexID & 1) * 2), float((gl_VertexID >> 1) * 2)); vUv = p; gl_Position = vec4(p * 2.0 - 1.0, 0.0, 1.0); }`;

export const brightFragment = `${header}
in vec2 vUv; out vec4 oColor; uniform sampler2D uScene; uniform vec2 uStep;
void main() {
  vec3 c = vec3(0.0);
  for (int i = -1; i <= 2; i++) for (int j = -1; j <= 2; j++) c += min(texture(uScene, vUv + (vec2(i, j) - 0.5) * uStep).rgb, vec3(24.0));
  c /= 16.0;
  float l = max(c.r, max(c.g, c.b));
  oColor = vec4(c * smoothstep(0.75, 1.6, l), 1.0);
}`;

export const blurFragment = `${header}
in vec2 vUv; out vec4 oColor; uniform sampler2D uScene; uniform vec2 uStep;
void main() {
  vec3 c = vec3(0.0); float w = 0.0;
  for (int i = -8; i <= 8; i++) { float g = exp(-float(i * i) / 26.0); c += texture(uScene, vUv + uStep * float(i)).rgb * g; w += g; }
  oColor = vec4(c / w, 1.0);
}`;

/** The lens and the sensor: wide-angle bend, glow, vignette, exposure, film curve, grain. */
export const finishFragment = `${header}
in vec2 vUv; out vec4 oColor;
uniform sampler2D uScene, uGlow, uWideGlow;
uniform float uBend, uExposure, uVignette, uGrain, uFrame, uAspect, uSaturation, uNight;
uniform vec2 uPixel;
float rand(vec2 p) { vec3 q = fract(vec3(p.xyx) * 0.1031); q += dot(q, q.yzx + 33.33); return fract((q.x + q.y) * q.z); }
vec3 film(vec3 x) { return clamp((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0); }
void main() {
  vec2 p = vUv * 2.0 - 1.0; vec2 r = vec2(p.x * uAspect, p.y);
  float r2 = dot(r, r) / (uAspect * uAspect + 1.0);
  vec2 uv = p * (1.0 + uBend * r2) / (1.0 + uBend) * 0.5 + 0.5;
  vec3 c = texture(uScene, uv).rgb;
  c += texture(uGlow, uv).rgb * 0.30 + texture(uWideGlow, uv).rgb * 0.16;
  c *= uExposure * (1.0 - uVignette * smoothstep(0.25, 1.05, r2));
  c = film(c);
  float grey = dot(c, vec3(0.2126, 0.7152, 0.0722));
  c = mix(vec3(grey), c, uSaturation);
  c = pow(c, vec3(1.0 / 2.2));
  vec2 g = floor(vUv / uPixel * 0.5);
  float n = rand(g + vec2(uFrame * 17.3, uFrame * 7.7)) + rand(g.yx + vec2(uFrame * 3.1, uFrame * 11.9)) - 1.0;
  c += n * uGrain * (1.2 - grey);
  oColor = vec4(c + uNight * vec3(0.006, 0.008, 0.012), 1.0);
}`;
