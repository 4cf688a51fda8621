// What the import test does not see: cycles, imports that resolve to nothing or to a package that is not declared, and what an
// entry point reaches through other files.
export default {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'not-resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'not-declared', severity: 'error', from: {}, to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] } },
    {
      name: 'trainer-parent-without-tensorflow',
      comment:
        'Process 1 of the trainer owns the bucket. TensorFlow takes a GPU when it loads, and the engine process needs it.',
      severity: 'error',
      from: { path: '^containers/trainer/main[.]ts$' },
      to: { path: '^containers/trainer/engine/tensorflow[.]ts$', reachable: true },
    },
    {
      name: 'one-door-to-tensorflow',
      comment: 'engine/tensorflow.ts sets what the library reads when it loads; an import would load it before.',
      severity: 'error',
      from: { pathNot: '^containers/trainer/engine/tensorflow[.]ts$' },
      to: { path: '^node_modules/@tensorflow/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'one-door-to-onnxruntime',
      comment: 'core/model/onnx-runtime.ts turns its telemetry off before the library loads.',
      severity: 'error',
      from: { pathNot: '^core/model/onnx-runtime[.]ts$' },
      to: { path: '^node_modules/onnxruntime-node/', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
