// The ladder of ARCHITECTURE.md, as a machine reads it. Every rule is an error and none has an exception list.
// test/unit/build/import-rules.test.ts breaks each of them once.

const coreRungs = [
  ['kernel'],
  ['audit', 'catalog', 'vault'],
  ['people', 'jobs', 'media', 'devices', 'changes', 'policy'],
  ['ingest', 'cloud', 'render', 'release', 'report'],
  ['station'],
];
const pageRungs = [['bridge'], ['cache', 'engine'], ['state', 'ui'], ['features'], ['screens'], ['app']];

/** An area may import itself and lower rungs; what it may not is every other area of its own and higher rungs. */
const ladder = (name, folder, rungs) =>
  rungs.flatMap((areas, rung) =>
    areas.flatMap((area) => {
      const forbidden = rungs
        .slice(rung)
        .flat()
        .filter((other) => other !== area);
      if (forbidden.length === 0) return [];
      return {
        name: `${name}-ladder-${area}`,
        comment: `${area} may import only lower rungs`,
        severity: 'error',
        from: { path: `^${folder}/${area}/` },
        to: { path: `^${folder}/(${forbidden.join('|')})/` },
      };
    }),
  );

/** Whatever lies beside the areas stands on no rung, so nothing would keep it from anything. */
const onARung = (name, folder, rungs) => {
  const stranger = `^${folder}/(?!(${rungs.flat().join('|')})/).+\\.tsx?$`;
  return [
    { name: `${name}-on-a-rung`, severity: 'error', from: { path: stranger }, to: {} },
    { name: `nothing-beside-${name}-rungs`, severity: 'error', from: {}, to: { path: stranger } },
  ];
};

const never = (name, from, to) => ({ name, severity: 'error', from: { path: from }, to: { path: to } });

const only = (name, what, where) => ({
  name,
  severity: 'error',
  from: { pathNot: `^(test|build)/|${where}` },
  to: { path: what },
});

/** What calls FFmpeg. It may crash its process, so only workers load it, never the station itself. */
const mediaCode = '^main/core/(media/native/|render/painter\\.ts$|release/guard-(decode|original|sound)\\.ts$)';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      comment: 'an import that leads nowhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\.(css|woff2)(\\?|$)|^electron$' },
    },
    never('not-to-test', '^(common|main|preload|renderer|build)/', '^test/'),
    never('not-to-build', '^(common|main|preload|renderer)/', '^build/'),
    {
      name: 'common-is-self-contained',
      severity: 'error',
      from: { path: '^common/' },
      to: { pathNot: '^common/|^node_modules/zod/' },
    },

    never('core-knows-nothing-above', '^main/core/', '^main/(gateway|shells|main)'),
    never('gateway-below-shells', '^main/gateway/', '^main/(shells|main)'),
    never('shells-below-main', '^main/shells/', '^main/main'),
    never('main-without-page', '^main/', '^(preload|renderer)/'),
    ...ladder('core', 'main/core', coreRungs),
    ...onARung('core', 'main/core', coreRungs),
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
    {
      name: 'gateway-through-its-door',
      severity: 'error',
      from: { path: '^main/(shells|main)' },
      to: { path: '^main/gateway/', pathNot: '^main/gateway/index\\.ts$' },
    },
    {
      name: 'shells-are-strangers',
      severity: 'error',
      from: { path: '^main/shells/([^/]+)/' },
      to: { path: '^main/shells/', pathNot: '^main/shells/$1/' },
    },

    ...ladder('page', 'renderer', pageRungs),
    ...onARung('page', 'renderer', pageRungs),
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
    never('ui-stays-pure', '^renderer/ui/', '^(renderer/(?!ui/)|common/)'),
    never('engine-stays-pure', '^renderer/engine/', '^(renderer/(?!engine/)|node_modules/(?!zod/))'),
    {
      name: 'page-without-node',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    never('page-without-main', '^renderer/', '^(main|preload)/'),

    never('preload-knows-the-contract', '^preload/', '^(main|renderer)/|^common/(?!contract/)'),
    {
      name: 'preload-takes-types-alone',
      severity: 'error',
      from: { path: '^preload/' },
      to: { path: '^common/', dependencyTypesNot: ['type-only'] },
    },

    only('electron-in-its-shell', '^(node_modules/)?electron($|/)', '^(main/shells/electron|preload)/'),
    only('konva-on-stage', '^node_modules/(konva|react-konva)/', '^renderer/features/(player|redaction)/stage/'),
    only('dexie-in-cache', '^node_modules/dexie', '^renderer/cache/'),
    only('sqlite-in-catalog', '^node_modules/better-sqlite3', '^main/core/catalog/'),
    only('node-av-in-workers', '^node_modules/node-av/', mediaCode),
    {
      name: 'native-in-workers',
      severity: 'error',
      from: { path: '^main/', pathNot: `${mediaCode}|-worker\\.ts$` },
      to: { path: '^main/core/media/native/' },
    },
    {
      name: 'workers-are-entries',
      comment: 'a worker runs elsewhere; here only its types are known',
      severity: 'error',
      from: { path: '^main/' },
      to: { path: '-worker\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    only('child-processes', '^(node:)?child_process$', '^main/core/kernel/|^main/shells/browser/launch\\.ts$'),
    only(
      'crypto',
      '^(node:)?crypto$',
      '^main/core/(kernel|vault|audit|people|release|cloud)/|^main/gateway/session/|^main/shells/browser/',
    ),
    only(
      'sockets',
      '^(node:)?(net|http|https|http2|tls|dgram)$|^node_modules/(ws|hono|@hono|undici)/',
      '^main/core/cloud/|^main/shells/browser/',
    ),
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
