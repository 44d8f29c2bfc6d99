// The ladder of ARCHITECTURE.md, as a machine reads it. Every rule is an error and none has an exception list.

const rungs = [
  ['kernel'],
  ['audit', 'catalog', 'vault'],
  ['people', 'jobs', 'media', 'devices', 'policy'],
  ['ingest', 'cloud', 'render', 'release', 'report'],
  ['station'],
];
const allAreas = rungs.flat();

/** An area may import itself and lower rungs; what it may not is every area of its own and higher rungs. */
const ladder = rungs.flatMap((areas, rung) =>
  areas
    .map((area) => {
      const forbidden = rungs
        .slice(rung)
        .flat()
        .filter((other) => other !== area);
      return {
        name: `core-ladder-${area}`,
        comment: `${area} may import only lower rungs of the core`,
        severity: 'error',
        from: { path: `^main/core/${area}/` },
        to: { path: `^main/core/(${forbidden.join('|')})/` },
      };
    })
    .filter((rule) => !rule.to.path.includes('()')),
);

const only = (name, what, where) => ({
  name,
  severity: 'error',
  from: { pathNot: `^(test|build)/|${where}` },
  to: { path: what },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-test', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
    {
      name: 'resolvable',
      comment: 'an import that leads nowhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\.(css|woff2)(\\?|$)|^electron$' },
    },
    {
      name: 'common-is-self-contained',
      severity: 'error',
      from: { path: '^common/' },
      to: { pathNot: '^common/|^node_modules/zod/' },
    },
    only('electron-in-its-shell', '^(node_modules/)?electron($|/)', '^(main/shells/electron|preload)/'),
    {
      name: 'core-knows-nothing-above',
      severity: 'error',
      from: { path: '^main/core/' },
      to: { path: '^(main/gateway|main/shells|main/main|preload|renderer)' },
    },
    {
      name: 'core-area-on-a-rung',
      comment: 'an area missing from every rung',
      severity: 'error',
      from: { path: `^main/core/(?!(${allAreas.join('|')})/)` },
      to: {},
    },
    {
      name: 'core-areas-through-their-door',
      comment: 'areas see each other through index.ts',
      severity: 'error',
      from: { path: '^main/core/([^/]+)/' },
      to: { path: '^main/core/[^/]+/', pathNot: '^main/core/$1/|^main/core/[^/]+/(native/)?index\\.ts$' },
    },
    {
      name: 'outside-sees-core-through-doors',
      severity: 'error',
      from: { path: '^main/(gateway|shells|main)' },
      to: { path: '^main/core/[^/]+/', pathNot: '^main/core/[^/]+/index\\.ts$' },
    },
    ...ladder,
    {
      name: 'gateway-below-shells',
      severity: 'error',
      from: { path: '^main/gateway/' },
      to: { path: '^main/(shells|main)' },
    },
    {
      name: 'shells-are-strangers',
      severity: 'error',
      from: { path: '^main/shells/([^/]+)/' },
      to: { path: '^main/shells/', pathNot: '^main/shells/$1/' },
    },
    {
      name: 'features-are-strangers',
      severity: 'error',
      from: { path: '^renderer/features/([^/]+)/' },
      to: { path: '^renderer/features/', pathNot: '^renderer/features/$1/' },
    },
    {
      name: 'features-through-their-door',
      severity: 'error',
      from: { path: '^renderer/(app|screens)/' },
      to: { path: '^renderer/features/[^/]+/', pathNot: '^renderer/features/[^/]+/index\\.tsx?$' },
    },
    {
      name: 'renderer-ladder-features',
      severity: 'error',
      from: { path: '^renderer/features/' },
      to: { path: '^renderer/(app|screens)/' },
    },
    {
      name: 'renderer-ladder-state',
      severity: 'error',
      from: { path: '^renderer/state/' },
      to: { path: '^renderer/(app|screens|features|ui)/' },
    },
    {
      name: 'ui-stays-pure',
      severity: 'error',
      from: { path: '^renderer/ui/' },
      to: { path: '^(renderer/(?!ui/)|common/)' },
    },
    {
      name: 'engine-stays-pure',
      severity: 'error',
      from: { path: '^renderer/engine/' },
      to: { path: '^(renderer/(?!engine/)|node_modules/(?!zod/))' },
    },
    {
      name: 'cache-and-engine-above-bridge',
      severity: 'error',
      from: { path: '^renderer/cache/' },
      to: { path: '^renderer/(app|screens|features|state|ui)/' },
    },
    {
      name: 'bridge-at-the-bottom',
      severity: 'error',
      from: { path: '^renderer/bridge/' },
      to: { path: '^renderer/(?!bridge/)' },
    },
    {
      name: 'renderer-without-node',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'renderer-without-main',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(main|preload)/' },
    },
    {
      name: 'preload-knows-the-contract',
      severity: 'error',
      from: { path: '^preload/' },
      to: { path: '^(main|renderer)/|^common/(?!contract/|errors/)' },
    },
    only('konva-on-stage', '^node_modules/(konva|react-konva)/', '^renderer/features/(player|redaction)/stage/'),
    only('dexie-in-cache', '^node_modules/dexie', '^renderer/cache/'),
    only('sqlite-in-catalog', '^node_modules/better-sqlite3', '^main/core/catalog/'),
    only('node-av-in-workers', '^node_modules/node-av/', '^main/core/(media|render|release)/'),
    only('child-processes', '^(node:)?child_process$', '^main/core/kernel/|^main/shells/browser/'),
    only(
      'crypto',
      '^(node:)?crypto$',
      '^main/core/(kernel|vault|audit|people|release|cloud)/|^main/gateway/session/|^main/shells/browser/',
    ),
    only('sockets', '^(node:)?(net|http|https|http2|tls|dgram)$', '^main/core/cloud/|^main/shells/browser/'),
    only('s3-in-the-store', '^node_modules/@(aws-sdk|smithy)/', '^main/core/cloud/store/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
