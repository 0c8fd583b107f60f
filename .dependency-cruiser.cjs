/**
 * Who may import whom (docs: the rooms of the house). TypeScript is read through @swc/core: without it, or with `tsConfig` /
 * `tsPreCompilationDeps`, this version reads no `.ts` under TypeScript 7 and exits 0 on a violation. test/rooms.test.ts plants one.
 */
const rooms = ['bin', 'lib', 'functions', 'contracts', 'messaging', 'local', 'test', 'bench']

/** A room and the rooms it may import. */
const mayImport = {
  bin: ['lib', 'functions', 'contracts', 'messaging', 'local'],
  lib: ['functions', 'contracts', 'messaging'],
  functions: ['contracts', 'messaging'],
  contracts: ['messaging'],
  messaging: [],
  local: [],
  test: rooms.filter((room) => room !== 'bench'),
  // Measurements share the tests' tools (architecture: test and bench may import anything).
  bench: rooms,
}

const roomRules = Object.entries(mayImport).map(([room, allowed]) => ({
  name: `${room}-imports-only-its-own`,
  comment: `${room}/ may import ${[room, ...allowed].map((name) => `${name}/`).join(', ')} and packages. Move the shared part down, or pass it in.`,
  severity: 'error',
  from: { path: `^${room}/` },
  to: { path: `^(${rooms.filter((other) => other !== room && !allowed.includes(other)).join('|')})/` },
}))

const cdk = '^node_modules/(aws-cdk-lib|constructs|cdk-nag|aws-cdk)/'

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'cdk-stays-in-lib',
      comment:
        'Only lib/, bin/ and the app of an example know CDK: handlers must not carry it, and the local cloud runs templates, not constructs.',
      severity: 'error',
      from: { pathNot: '^((lib|bin|test|bench)/|docs/examples/[^/]+/app[.]ts$)' },
      to: { path: cdk },
    },
    {
      name: 'synth-reads-no-runtime',
      comment:
        'A declaration imports no runtime (AWS SDK, middy, Powertools): synth imports every handler, and importing them must stay cheap.',
      severity: 'error',
      from: { path: '^(lib|contracts)/' },
      to: { path: '^node_modules/(@aws-sdk|@middy|@aws-lambda-powertools)/' },
    },
    {
      name: 'resolvable',
      comment: 'The file or package does not exist.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared-packages-only',
      comment: 'The package is not in package.json: it is here only because another package needs it.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: '^node_modules/' },
    exclude: { path: '^(cdk\\.out|coverage|\\.penstock)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'require', 'default', 'types'],
    },
  },
}
