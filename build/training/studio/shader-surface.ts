import { clothPatterns, materials } from './shader-materials.ts';
import { maxBlobs, noise, shadowMaps, sky } from './shaders.ts';

/** One program a material, cloth pattern and number of lights: a software GPU runs every branch it is given. */
export type Variant = {
  readonly kind: number;
  readonly pattern: number;
  readonly lights: number;
  readonly casting: number;
  readonly mirror: boolean;
  readonly mirrored: boolean;
};

const ground = new Set([4, 5, 7, 14, 17]);
const glossy = new Set([4, 7, 9, 10, 15, 16]);

const blobTerm = `for (int i = 0; i < ${maxBlobs}; i++) {
    if (i >= uBlobCount) break;
    float d = length(vPosition.xz - uBlobs[i].xy) / uBlobs[i].z;
    occlusion *= 1.0 - uBlobs[i].w * (1.0 - smoothstep(0.2, 1.0, d)) * (1.0 - smoothstep(0.0, 0.35, vPosition.y));
  }`;

function wetTerm(mirror: boolean): string {
  return mirror
    ? `vec3 reflected = texture(uMirror, gl_FragCoord.xy / uScreen + N.xz * 0.22).rgb;
  color = mix(color, reflected, wet * clamp(fresnel * 1.3 + 0.05, 0.0, 0.85));`
    : 'color += skyColor(reflect(-V, N)) * wet * fresnel * occlusion * 0.9;';
}

/** What one light adds. Unrolled, so that only lights with a shadow map pay for looking it up. */
function lightTerm(i: number, casts: boolean, kind: number): string {
  const diffuse =
    kind === 1 || kind === 18
      ? 'float soft = max((nl + 0.35) / 1.35, 0.0); light += c * mix(vec3(soft * soft, soft * soft * 0.92, soft * soft * 0.9), vec3(face), 0.55);'
      : 'light += c * face;';
  return `{
    vec3 toLight = uLightPosition[${i}].xyz - vPosition; float d = length(toLight); vec3 L = toLight / d;
    float x = clamp(1.0 - pow(d / uLightColor[${i}].w, 4.0), 0.0, 1.0), fall = x * x / (d * d + 0.05);
    float around = dot(-L, uLightDirection[${i}].xyz), inner = uLightCone[${i}].x, outer = uLightDirection[${i}].w;
    if (outer > -0.99) fall *= smoothstep(outer, inner, around) * (0.55 + 0.45 * smoothstep(mix(outer, inner, 0.8), 1.0, around));
    if (uLightPosition[${i}].w > 0.5) { L = -uLightDirection[${i}].xyz; fall = 1.0; }
    float nl = dot(N, L), face = max(nl, 0.0);
    vec3 c = uLightColor[${i}].rgb * fall${casts ? ` * lit(${i}, vPosition, smoothNormal)` : ''};
    ${diffuse}
    vec3 H = normalize(L + V); float nh = max(dot(N, H), 0.0), dd = nh * nh * (a * a - 1.0) + 1.0;
    float D = a * a / (3.14159 * dd * dd), F = 0.04 + 0.96 * pow(1.0 - max(dot(H, V), 0.0), 5.0);
    shine += c * min(D * F * 0.25, 40.0) * face * (0.35 + 0.65 * (1.0 - rough) + wet);
  }`;
}

export function surfaceFragment({ kind, pattern, lights, casting, mirror, mirrored }: Variant): string {
  return `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2DArrayShadow;
${noise}${sky}
in vec3 vPosition, vNormal, vColor, vSurface, vLocal, vLocalNormal;
in vec2 vUv;
out vec4 oColor;
uniform sampler2D uSheet, uTraits, uMirror;
uniform sampler2DArrayShadow uShadow;
uniform vec4 uLightPosition[${lights}], uLightDirection[${lights}], uLightColor[${lights}], uLightCone[${lights}], uBlobs[${maxBlobs}];
uniform mat4 uShadowMatrix[${shadowMaps}];
uniform int uBlobCount;
uniform vec3 uEye, uTrim, uAmbient;
uniform vec4 uDecal, uDecalSpot;
uniform vec2 uScreen;
uniform float uMouthOpen, uPatternSeed, uWet, uFog, uLamps;
vec3 albedo; float rough; float bump; float wet; vec3 added;
float line(float x, float width) { return 1.0 - smoothstep(width * 0.5, width, abs(x)); }
void surface(vec3 p, vec3 w, vec3 n) {
  albedo = vColor; rough = vSurface.y; bump = 0.0; wet = 0.0; added = vColor * vSurface.z;
  ${materials[kind] ?? ''}
  ${kind === 2 ? (clothPatterns[pattern] ?? '') : ''}
}
float lit(int map, vec3 p, vec3 n) {
  vec4 q = uShadowMatrix[map] * vec4(p + n * 0.022, 1.0); vec3 s = q.xyz / q.w * 0.5 + 0.5;
  if (s.z > 1.0 || any(lessThan(s.xy, vec2(0.0))) || any(greaterThan(s.xy, vec2(1.0)))) return 1.0;
  return texture(uShadow, vec4(s.xy, float(map), s.z - 0.0008));
}
void main() {
  ${mirrored ? 'if (vPosition.y < 0.0) discard;' : ''}
  vec3 V = normalize(uEye - vPosition);
  vec3 N = normalize(vNormal); vec3 localN = normalize(vLocalNormal);
  if (dot(N, V) < 0.0) N = -N;
  vec3 smoothNormal = N;
  surface(vLocal, vPosition, localN);
  vec3 dx = dFdx(vPosition), dy = dFdy(vPosition); float bx = dFdx(bump), by = dFdy(bump);
  vec3 r1 = cross(dy, N), r2 = cross(N, dx); float det = dot(dx, r1);
  if (abs(det) > 1e-10) { vec3 g = sign(det) * (bx * r1 + by * r2); N = normalize(abs(det) * N - g); }
  float occlusion = 1.0;
  ${ground.has(kind) ? blobTerm : ''}
  vec3 up = mix(uGround, mix(uHorizon, uZenith, 0.5), N.y * 0.5 + 0.5);
  vec3 light = (up + uAmbient) * occlusion; vec3 shine = vec3(0.0);
  float a = max(rough * rough, 0.004);
  ${Array.from({ length: lights }, (_, i) => lightTerm(i, i < casting, kind)).join('\n  ')}
  float nv = max(dot(N, V), 0.0); float fresnel = 0.04 + 0.96 * pow(1.0 - nv, 5.0);
  vec3 color = albedo * light + shine + added;
  ${glossy.has(kind) ? wetTerm(mirror && (kind === 4 || kind === 7)) : ''}
  ${kind === 1 || kind === 18 ? '' : '// '}color += albedo * light * vec3(0.25, 0.10, 0.07) * pow(1.0 - nv, 2.5);
  float fog = 1.0 - exp(-length(uEye - vPosition) * uFog);
  color = mix(color, mix(uHorizon, uGround, 0.35), fog);
  oColor = vec4(color, 1.0);
}`;
}
