/** Colour and relief of each material (GLSL), worked out at the pixel from the unposed position `p` so that patterns stay on moving things. */
export const materials: Readonly<Record<number, string>> = {
  1: `
    rough = 0.52;
    float m = fbm(p * 90.0), pores = noise(p * 900.0);
    albedo *= 0.90 + 0.20 * m; albedo.r *= 1.0 + 0.05 * (m - 0.4); albedo *= 0.97 + 0.06 * pores;
    bump = m * 0.0007;`,
  18: `
    float side = abs(p.x); vec3 base = albedo; rough = 0.5;
    vec3 ruddy = base * vec3(1.05, 0.80, 0.76); vec3 hairColor = uDecalSpot.xyz;
    float m = fbm(p * 90.0); float facing = step(0.03, p.z);
    float cheek = 1.0 - smoothstep(0.0, 0.036, length(vec2(side - 0.042, p.y + 0.03))), tip = 1.0 - smoothstep(0.0, 0.022, length(vec2(side, p.y + 0.034)));
    albedo = mix(albedo, ruddy, clamp((0.75 * cheek + 0.6 * tip) * facing + 0.6 * step(0.073, side) * step(abs(p.y), 0.04), 0.0, 1.0));
    albedo = mix(albedo, base * vec3(0.70, 0.54, 0.52), 0.6 * facing * (1.0 - smoothstep(0.0, 0.020, length(vec2(side - 0.0315, p.y + 0.006)))));
    float mouth = length(vec2(side * 0.62, (p.y + 0.0722)) / 0.0165);
    float stubble = (1.0 - smoothstep(-0.055, -0.040, p.y - 0.25 * max(side - 0.035, 0.0))) * smoothstep(-0.02, 0.02, p.z) * smoothstep(0.75, 1.05, mouth) * smoothstep(-0.125, -0.105, p.y);
    albedo = mix(albedo, hairColor, min(uPatternSeed, 0.5) * 0.85 * stubble * (0.55 + 0.6 * noise(p * 700.0)));
    float lip = length(vec2(side / 0.0255, (p.y + 0.0732) / (0.0128 * uDecalSpot.w)));
    albedo = mix(albedo, uTrim * (0.85 + 0.3 * noise(vec3(p.x * 500.0, p.y * 90.0, 1.0))), step(0.070, p.z) * 0.85 * (1.0 - smoothstep(0.80, 1.02, lip)));
    rough = mix(rough, 0.3, step(0.070, p.z) * (1.0 - smoothstep(0.7, 1.0, lip)));
    float gap = length(vec2(side / 0.0232, (p.y + 0.0722) / (0.0013 + 0.0016 * uMouthOpen)));
    albedo = mix(albedo, vec3(0.035, 0.009, 0.008), step(0.066, p.z) * (1.0 - smoothstep(0.7, 1.25, gap)));
    albedo = mix(albedo, vec3(0.04, 0.015, 0.012), step(0.088, p.z) * (1.0 - smoothstep(0.0028, 0.0042, length(vec2(side - 0.0068, p.y + 0.0425)))));
    albedo *= 0.93 + 0.16 * m; bump = m * 0.0006;`,
  2: `
    float folds = fbm(vec3(p.x * 9.0, p.y * 5.0, p.z * 9.0) + uPatternSeed);
  float fine = noise(p * 420.0);
  bump = folds * 0.020 + noise(vec3(p.x * 26.0, p.y * 13.0, p.z * 26.0) + uPatternSeed) * 0.004;
  albedo *= 0.86 + 0.22 * folds + 0.10 * (fine - 0.5);
  rough = 0.85;
  float front = step(0.0, p.z);`,
  3: `
    float s = noise(vec3(p.x * 260.0, p.y * 18.0 + p.z * 14.0, p.z * 200.0)) , t = noise(vec3(p.x * 60.0, p.y * 9.0, p.z * 60.0));
    albedo *= 0.55 + 0.75 * s * t + 0.25 * t; rough = 0.46; bump = s * 0.003 + t * 0.006;`,
  4: `
    float g = noise(w * 90.0), big = fbm(vec3(w.xz * 0.22, 9.0));
    albedo *= 0.78 + 0.34 * g + 0.25 * (big - 0.4);
    float crack = line(noise(vec3(w.xz * 1.3, 5.0)) * 0.7 + noise(vec3(w.xz * 5.0, 1.0)) * 0.3 - 0.5, 0.007); albedo *= 1.0 - 0.5 * crack;
    wet = uWet * smoothstep(0.36, 0.60, big); bump = g * 0.004 * (1.0 - wet) * (1.0 - smoothstep(3.0, 11.0, length(uEye - w)));
    albedo *= 1.0 - 0.55 * wet; rough = mix(0.88, 0.18, wet);`,
  5: `
    float blades = noise(vec3(w.x * 55.0, w.z * 18.0, 2.0)), tufts = fbm(vec3(w.xz * 1.3, 4.0));
    albedo = mix(albedo, vec3(0.20, 0.155, 0.075), smoothstep(0.35, 0.65, tufts) * 0.55);
    albedo *= 0.55 + 0.65 * blades + 0.35 * (tufts - 0.3);
    float leaf = smoothstep(0.80, 0.86, noise(vec3(w.x * 9.0, w.z * 9.0, 8.0))) * step(0.35, tufts);
    albedo = mix(albedo, mix(vec3(0.30, 0.10, 0.03), vec3(0.36, 0.20, 0.05), blades), leaf * 0.85);
    bump = (blades * 0.02 + leaf * 0.01) * (1.0 - smoothstep(4.0, 14.0, length(uEye - w)));`,
  6: `
    float f = fract(p.y / 0.115), edge = 0.09 + fwidth(p.y / 0.115); albedo *= 0.92 + 0.12 * noise(vec3(p.x * 3.0, floor(p.y / 0.115) * 5.0, p.z * 3.0));
    albedo *= mix(0.45, 1.0, smoothstep(0.0, edge, f)) * (0.86 + 0.14 * f);`,
  7: `
    vec2 cell = floor(w.xz / 0.305), f = fract(w.xz / 0.305);
    float joint = max(line(f.x, 0.012), line(f.y, 0.012)), c = hash(vec3(cell, 1.0));
    float border = step(1.15, abs(w.x)) ;
    albedo = mix(albedo, vec3(0.16, 0.25, 0.36), border * 0.75);
    albedo *= 0.90 + 0.14 * c + 0.18 * (noise(vec3(w.xz * 38.0, c * 9.0)) - 0.5); albedo *= 1.0 - 0.22 * joint;
    rough = 0.26; wet = 0.85 - joint * 0.5; bump = noise(vec3(w.xz * 2.2, 3.0)) * 0.004;`,
  8: `
    vec4 t = texture(uSheet, vUv, -1.0); if (t.a < 0.5) discard; albedo = t.rgb * vColor; added = albedo * vSurface.z;`,
  9: `
    vec2 at; vec3 a = abs(n);
    if (a.y > 0.42 && a.x < 0.75) at = vec2((2.5 - p.z) * 204.8, 656.0 + (1.0 - p.x) * 204.8);
    else if (a.x > a.z * 0.8) at = vec2((2.5 - p.z) * 204.8, (1.6 - p.y) * 204.8);
    else at = vec2((p.z < 0.0 ? 512.0 : 0.0) + (p.z < 0.0 ? 1.0 - p.x : 1.0 + p.x) * 204.8, 328.0 + (1.6 - p.y) * 204.8);
    at = at / vec2(2048.0, 3072.0) + vUv; vec2 gx = dFdx(p.zy) * 0.1, gy = dFdy(p.zy) * 0.1;
    vec4 t = textureGrad(uSheet, at, gx, gy), q = textureGrad(uTraits, at, gx, gy);
    albedo = mix(vColor, t.rgb, t.a); rough = mix(0.30, q.g, q.a);
    added = t.rgb * q.r * 4.0 * q.a * uLamps; wet = q.a > 0.5 ? q.b : 0.30;
    albedo *= 0.94 + 0.1 * noise(p * 6.0); albedo = mix(albedo, vec3(0.10, 0.09, 0.07), 0.45 * smoothstep(0.42, 0.22, p.y) * noise(p * 11.0));`,
  10: `
    float a = acos(clamp(normalize(p).z, -1.0, 1.0)); vec2 q = p.xy / max(length(p.xy), 1e-5);
    float fibre = noise(vec3(q * 9.0, a * 6.0));
    vec3 iris = vColor * (0.6 + 0.8 * fibre) * smoothstep(0.62, 0.50, a) ;
    albedo = a < 0.24 ? vec3(0.006) : a < 0.56 ? iris : mix(vec3(0.62, 0.59, 0.56), vec3(0.60, 0.42, 0.38), smoothstep(0.9, 1.3, a)); rough = 0.08; wet = 0.35;`,
  12: `
    float r = noise(vec3(p.x * 30.0, p.y * 5.0, p.z * 30.0)); albedo *= 0.5 + 0.8 * r; bump = r * 0.03; rough = 0.95;`,
  13: `
    vec2 q = vec2(dot(w.xz, vec2(abs(n.z) > 0.5 ? 1.0 : 0.0, abs(n.z) > 0.5 ? 0.0 : 1.0)), w.y) / vec2(0.215, 0.075); q.x += 0.5 * mod(floor(q.y), 2.0);
    vec2 f = fract(q); float mortar = 1.0 - step(0.045, f.x) * step(0.12, f.y); float c = hash(vec3(floor(q), 3.0));
    albedo = mix(albedo * (0.65 + 0.6 * c), vec3(0.42, 0.40, 0.37), mortar); albedo *= 0.85 + 0.3 * noise(w * 60.0); bump = -mortar * 0.006 + noise(w * 70.0) * 0.003;`,
  14: `
    float grain = noise(vec3(p.x * 70.0, p.y * 4.0, p.z * 70.0)) * 0.6 + noise(vec3(p.x * 12.0, p.y * 1.2, p.z * 12.0)) * 0.4; albedo *= 0.66 + 0.5 * grain; bump = grain * 0.003;`,
  15: `
    rough = 0.06; wet = 0.75;`,
  16: `
    float z = fract(w.z / 0.305), seam = line(z - 0.5, 0.012) + line(fract(w.z / 0.305 + 0.5) - 0.5, 0.010);
    float y = w.y; float vents = step(0.12, z) * step(z, 0.88) * step(0.5, fract(y * 38.0)) * (step(1.50, y) * step(y, 1.62) + step(0.30, y) * step(y, 0.40));
    float c = hash(vec3(floor(w.z / 0.305), 2.0, sign(w.x)));
    albedo *= 0.92 + 0.12 * c; albedo *= 1.0 - 0.75 * clamp(seam, 0.0, 1.0); albedo *= 1.0 - 0.6 * vents; rough = 0.34; wet = 0.18; bump = -0.004 * clamp(seam, 0.0, 1.0);
    float dialDist = length(vec2((z - 0.5) * 0.305, y - 1.02)); albedo = mix(albedo, vec3(0.03), smoothstep(0.034, 0.031, dialDist)); albedo = mix(albedo, vec3(0.6), smoothstep(0.02, 0.018, dialDist));
    float number = step(abs(z - 0.5), 0.16) * step(abs(y - 1.40), 0.022); albedo = mix(albedo, vec3(0.75, 0.72, 0.6), number);
    albedo *= 0.97 + 0.06 * noise(w * 20.0);`,
  17: `
    float g = noise(w * 40.0); albedo *= 0.82 + 0.22 * g + 0.25 * (fbm(w * 1.7) - 0.4); bump = g * 0.004 * (1.0 - smoothstep(1.0, 5.0, length(uEye - w)));`,
};

/** What is woven into, printed on or sewn onto cloth. */
export const clothPatterns: Readonly<Record<number, string>> = {
  1: `
    float zip = line(p.x, 0.006) * front * step(p.y, 1.43);
    albedo = mix(albedo, uTrim * (0.6 + 0.6 * step(0.5, fract(p.y * 110.0))), zip);
    float seam = line(abs(p.x) - 0.115 - (p.y - 1.0) * 0.05, 0.0035) * step(p.y, 1.08) * step(0.97, p.y) * front + line(p.y - 1.30, 0.003) * front * step(0.04, abs(p.x)) * step(abs(p.x), 0.16);
    albedo *= 1.0 - 0.5 * clamp(seam, 0.0, 1.0);
    bump -= 0.006 * clamp(seam + zip, 0.0, 1.0);`,
  18: `
    float side = abs(p.x); vec3 base = albedo; rough = 0.5;
    vec3 ruddy = base * vec3(1.05, 0.80, 0.76); vec3 hairColor = uDecalSpot.xyz;
    float m = fbm(p * 90.0); float facing = step(0.03, p.z);
    float cheek = 1.0 - smoothstep(0.0, 0.036, length(vec2(side - 0.042, p.y + 0.03))), tip = 1.0 - smoothstep(0.0, 0.022, length(vec2(side, p.y + 0.034)));
    albedo = mix(albedo, ruddy, clamp((0.75 * cheek + 0.6 * tip) * facing + 0.6 * step(0.073, side) * step(abs(p.y), 0.04), 0.0, 1.0));
    albedo = mix(albedo, base * vec3(0.70, 0.54, 0.52), 0.6 * facing * (1.0 - smoothstep(0.0, 0.020, length(vec2(side - 0.0315, p.y + 0.006)))));
    float mouth = length(vec2(side * 0.62, (p.y + 0.0722)) / 0.0165);
    float stubble = (1.0 - smoothstep(-0.055, -0.040, p.y - 0.25 * max(side - 0.035, 0.0))) * smoothstep(-0.02, 0.02, p.z) * smoothstep(0.75, 1.05, mouth) * smoothstep(-0.125, -0.105, p.y);
    albedo = mix(albedo, hairColor, min(uPatternSeed, 0.5) * 0.85 * stubble * (0.55 + 0.6 * noise(p * 700.0)));
    float lip = length(vec2(side / 0.0255, (p.y + 0.0732) / (0.0128 * uDecalSpot.w)));
    albedo = mix(albedo, uTrim * (0.85 + 0.3 * noise(vec3(p.x * 500.0, p.y * 90.0, 1.0))), step(0.070, p.z) * 0.85 * (1.0 - smoothstep(0.80, 1.02, lip)));
    rough = mix(rough, 0.3, step(0.070, p.z) * (1.0 - smoothstep(0.7, 1.0, lip)));
    float gap = length(vec2(side / 0.0232, (p.y + 0.0722) / (0.0013 + 0.0016 * uMouthOpen)));
    albedo = mix(albedo, vec3(0.035, 0.009, 0.008), step(0.066, p.z) * (1.0 - smoothstep(0.7, 1.25, gap)));
    albedo = mix(albedo, vec3(0.04, 0.015, 0.012), step(0.088, p.z) * (1.0 - smoothstep(0.0028, 0.0042, length(vec2(side - 0.0068, p.y + 0.0425)))));
    albedo *= 0.93 + 0.16 * m; bump = m * 0.0006;`,
  2: `
    vec2 q = vec2(p.x + p.z * 0.6, p.y) * 15.0;
    float a = step(0.5, fract(q.x)), b = step(0.5, fract(q.y));
    albedo *= mix(vec3(1.0), uTrim, 0.42 * a + 0.42 * b);
    albedo = mix(albedo, vec3(0.75, 0.68, 0.5), 0.5 * max(line(fract(q.x) - 0.25, 0.05), line(fract(q.y) - 0.25, 0.05)));
    albedo *= 1.0 - 0.35 * line(p.x - 0.012, 0.004) * front;`,
  3: `
    float zip = line(p.x, 0.006) * front * step(p.y, 1.43);
    albedo = mix(albedo, uTrim * (0.6 + 0.6 * step(0.5, fract(p.y * 110.0))), zip);
    float seam = line(abs(p.x) - 0.115 - (p.y - 1.0) * 0.05, 0.0035) * step(p.y, 1.08) * step(0.97, p.y) * front + line(p.y - 1.30, 0.003) * front * step(0.04, abs(p.x)) * step(abs(p.x), 0.16);
    albedo *= 1.0 - 0.5 * clamp(seam, 0.0, 1.0);
    bump -= 0.006 * clamp(seam + zip, 0.0, 1.0);
    if (uDecal.z > 0.0) { // lettering across the back
    vec2 q = vec2((p.x - uDecalSpot.x) / uDecalSpot.z, (p.y - uDecalSpot.y) / uDecalSpot.w);
    if (p.z < -0.02 && abs(q.x) < 0.5 && abs(q.y) < 0.5) {
      vec4 t = texture(uSheet, mix(uDecal.xy, uDecal.zw, vec2(0.5 - q.x, 0.5 - q.y) * vec2(1.0, 1.0)));
      albedo = mix(albedo, t.rgb, t.a); added += t.rgb * t.a * 0.04;
    }
  }`,
  4: `
    float knit = 1.0 - smoothstep(0.3, 1.2, fwidth(p.y) * 420.0); bump += 0.0010 * sin(p.y * 420.0) * knit;
    albedo *= 0.95 + 0.05 * sin(p.y * 420.0) * knit;
    float opening = front * (1.0 - smoothstep(0.028, 0.036, abs(p.x) - (p.y - 1.0) * 0.06));
    albedo = mix(albedo, uTrim, opening * step(0.5, uPatternSeed));`,
  5: `
    albedo *= 0.85 + 0.3 * noise(vec3(p.x * 300.0, p.y * 60.0, p.z * 300.0));
    albedo += 0.05 * smoothstep(0.5, 0.8, fbm(p * 7.0)) * front;
    albedo *= 1.0 - 0.35 * line(p.z, 0.005) * step(0.06, abs(p.x));`,
  6: `
    float s = step(0.5, fract(p.y * 9.0));
    albedo = mix(albedo, uTrim * (0.86 + 0.22 * folds), s);`,
  7: `
    vec2 q = vec2(p.x, p.y - 1.24) / 0.085;
    float ring = step(abs(q.x), 1.1) * (line(q.y + abs(q.x) * 0.55 - 0.45, 0.22) + line(q.y + abs(q.x) * 0.55 + 0.15, 0.22));
    albedo = mix(albedo, uTrim, clamp(ring, 0.0, 1.0) * front);`,
};
