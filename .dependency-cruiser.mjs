// The layers of packages/core/src, lowest first: a folder may import itself and those before it.
const layers = [
  'errors',
  'manifest',
  'ports',
  'scope',
  'capabilities',
  'plugin',
  'runtimes',
  'discovery',
  'lifecycle',
  'operations',
];
const core = '^packages/core/src';

const layerRules = layers.map((layer, index) => ({
  name: `layer-${layer}`,
  severity: 'error',
  from: { path: `${core}/${layer}/` },
  to: { path: `${core}/(?:${[...layers.slice(index + 1), 'stores', 'testing'].join('|')})/|${core}/[^/]+\\.ts$` },
}));

export default {
  forbidden: [
    // a dynamic import may close a circle: it runs when everything is there
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
    { name: 'nothing-missing', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^bun:' } },
    ...layerRules,
    {
      name: 'capabilities-and-runtimes-are-independent',
      severity: 'error',
      from: { path: `${core}/(capabilities|runtimes)/([^/]+)/` },
      // what a plugin may do is asked by several; who answers is not their business
      to: { path: `${core}/$1/[^/]+/`, pathNot: `${core}/(?:$1/$2/|capabilities/permissions/grant-reader)` },
    },
    {
      name: 'lifecycle-knows-interfaces-only',
      severity: 'error',
      from: { path: `${core}/lifecycle/` },
      to: { path: `${core}/(?:capabilities|runtimes)/[^/]+/` },
    },
    {
      name: 'stores-implement-ports',
      severity: 'error',
      from: { path: `${core}/stores/`, pathNot: '\\.test\\.ts$' },
      to: { path: `${core}/(?!errors/|manifest/|ports/|protocol/|stores/)` },
    },
    {
      name: 'protocol-imports-nothing',
      severity: 'error',
      from: { path: `${core}/protocol/` },
      to: { pathNot: `${core}/protocol/` },
    },
    {
      name: 'nothing-imports-testing',
      severity: 'error',
      from: { path: `${core}/(?!testing/).*(?<!\\.test)\\.ts$` },
      to: { path: `${core}/testing/` },
    },
    {
      name: 'files-and-workers-in-their-layers',
      severity: 'error',
      from: {
        path: `${core}/`,
        pathNot: `${core}/(?:discovery|runtimes|testing)/|${core}/host-options\\.ts$|\\.test\\.ts$`,
      },
      to: { path: '^(?:node:)?(?:fs|fs/promises|worker_threads|child_process)$' },
    },
    {
      name: 'packages-use-public-entries',
      severity: 'error',
      from: { path: '^(?:packages/(?!core/)|prisma/|examples/)' },
      to: { path: '^packages/core/src/(?!(?:index|protocol/index|testing/index|testing/contracts/index)\\.ts$)' },
    },
    {
      name: 'products-do-not-import-testing',
      severity: 'error',
      from: { path: '^(?:packages/[^/]+|prisma)/src/', pathNot: `${core}/testing/|\\.test\\.tsx?$` },
      to: { path: '^packages/core/src/testing/' },
    },
  ],
  options: {
    exclude: { path: '(?:^|/)(?:dist|generated|fixtures)/' },
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@catalyst-plugins/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
