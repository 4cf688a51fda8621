// Which folder may import what. The import test holds every file of the product to this table, and CONTRIBUTING.md prints it.

export type ImportRule = {
  /** The folder; the longest one that a file lies in decides. */
  readonly folder: string;
  readonly holds: string;
  /** Folders of the project, each with all that lies in it. A folder may always import itself. */
  readonly folders: readonly string[];
  /** Packages and modules of Node; a trailing `*` stands for any ending. */
  readonly packages: readonly string[];
};

export const IMPORT_RULES: readonly ImportRule[] = [
  {
    folder: 'core/base',
    holds: 'errors, hashes, random numbers, limits, formats of numbers and files',
    folders: [],
    packages: ['node:crypto', 'node:path', 'zod', 're2js', 'hyparquet', 'hyparquet-writer', '@duckdb/node-api', 'yaml'],
  },
  {
    folder: 'core/store',
    holds: 'reading and writing objects, and every object key',
    folders: ['core/base'],
    packages: ['node:crypto', 'zod', '@aws-sdk/client-s3', '@aws-sdk/s3-request-presigner'],
  },
  { folder: 'core/similarity', holds: 'hashes and comparisons of similar items', folders: ['core/base'], packages: [] },
  {
    folder: 'core/kinds',
    holds: 'configuration, rules and issues; one folder for each kind of data',
    folders: ['core/base', 'core/store', 'core/similarity'],
    packages: ['node:buffer', 'node:util', 'zod', 'yaml', 're2js'],
  },
  {
    folder: 'core/kinds/define',
    holds: 'the types that describe a kind of data',
    folders: ['core/base', 'core/similarity', 'core/kinds'],
    packages: ['zod'],
  },
  {
    folder: 'core/kinds/reading',
    holds: 'reading texts and CSV in any encoding, for tables, texts and sidecars',
    folders: ['core/base'],
    packages: ['node:buffer', 'chardet'],
  },
  {
    folder: 'core/kinds/formats',
    holds: 'the register of formats: what each is called, how it is known, who reads it or how to convert it',
    folders: ['core/base', 'core/kinds'],
    packages: ['file-type'],
  },
  {
    folder: 'core/kinds/office',
    holds: 'documents that are a zip archive of XML inside',
    folders: [],
    packages: ['yauzl', 'htmlparser2'],
  },
  {
    folder: 'core/kinds/processes',
    holds: 'the child processes that read what users uploaded, with limits on CPU time and memory',
    folders: [],
    packages: ['node:child_process', 'node:fs'],
  },
  {
    folder: 'core/kinds/registry',
    holds: 'all kinds by name: what the rest of the project asks',
    folders: ['core/base', 'core/kinds'],
    packages: [],
  },
  {
    folder: 'core/kinds/image',
    holds: 'what is known about images',
    folders: ['core/base', 'core/similarity', 'core/kinds'],
    packages: ['node:*', 'sharp', 'file-type', 'zod', 'libheif-js/wasm-bundle.js', '@jsquash/jxl/*'],
  },
  {
    folder: 'core/kinds/table',
    holds: 'what is known about tables; DuckDB runs in a process of its own',
    folders: ['core/base', 'core/kinds'],
    packages: [
      'node:*',
      'zod',
      'yaml',
      're2js',
      '@duckdb/node-api',
      'hyparquet',
      '@uwdata/flechette',
      'seek-bzip',
      'xz-decompress',
    ],
  },
  {
    folder: 'core/kinds/text',
    holds: 'what is known about texts',
    folders: ['core/base', 'core/similarity', 'core/kinds'],
    packages: ['node:*', 'zod', 'hyparquet', 'htmlparser2', 'unpdf', 'chardet', 'eld/small'],
  },
  {
    folder: 'core/kinds/audio',
    holds: 'what is known about sounds; decoders run in a process of their own',
    folders: ['core/base', 'core/similarity', 'core/kinds'],
    packages: ['node:*', 'zod', 'fft.js', 'file-type', '@audio/decode-*', '@libav.js/*'],
  },
  {
    folder: 'core/ingest',
    holds: 'from an upload to verdicts: file types, archives, units, quarantine, inventory',
    folders: ['core/base', 'core/store', 'core/kinds', 'core/snapshot'],
    packages: ['node:stream', 'node:util', 'node:zlib', 'zod', 'file-type'],
  },
  {
    folder: 'core/snapshot',
    holds: 'snapshots, the gate, statistics and quality scores',
    folders: ['core/base', 'core/store', 'core/kinds', 'core/ingest', 'core/model'],
    packages: ['node:path', 'node:zlib', 'zod', 'hyparquet'],
  },
  {
    folder: 'core/model',
    holds: 'runs, model cards, metrics, promotion; the one import of ONNX Runtime',
    folders: ['core/base', 'core/kinds', 'core/snapshot'],
    packages: ['node:module', 'zod', 'onnxruntime-node'],
  },
  {
    folder: 'core/pages',
    holds: 'pages and charts',
    folders: ['core/base', 'core/kinds', 'core/snapshot'],
    packages: ['node:zlib', '@observablehq/plot', 'linkedom'],
  },
  {
    folder: 'stages',
    holds: 'the work of every stage, with its dependencies as arguments',
    folders: ['core'],
    packages: ['node:*', 'zod', 'hyparquet', '@duckdb/node-api', 'yazl'],
  },
  {
    folder: 'functions',
    holds: 'one Lambda handler a folder: wiring only',
    folders: ['core', 'stages'],
    packages: ['node:fs/promises', 'node:os', 'node:url', 'zod', '@middy/*', '@aws-*', 'aws-lambda'],
  },
  {
    folder: 'containers/indexer',
    holds: 'the index stage as a container',
    folders: ['core', 'stages/index'],
    packages: ['node:*', 'zod'],
  },
  {
    folder: 'containers/trainer',
    holds: 'training: `run/` (parent process), `learn/` (child process), `state/` (both)',
    folders: ['core'],
    packages: ['node:*', 'zod', '@tensorflow/tfjs-node', 'protobufjs*', 'ml-matrix', 'sharp'],
  },
  {
    folder: 'client',
    holds: 'what a user asks of a deployment, as a library: data out, progress by a callback',
    folders: ['core'],
    packages: [
      'node:*',
      'zod',
      'yazl',
      'yauzl',
      'tar-stream',
      'yaml',
      'abcjs',
      '@aws-sdk/client-*',
      'fastest-levenshtein',
    ],
  },
  {
    folder: 'cli',
    holds: 'the `goldpan` command: reads arguments, prints',
    folders: ['core', 'client'],
    packages: ['node:*', '@commander-js/extra-typings', 'zod', 'yaml'],
  },
  {
    folder: 'infra',
    holds: 'the CDK app',
    folders: ['core/base', 'core/store', 'core/kinds/registry'],
    packages: ['node:*', 'aws-cdk-lib*', 'constructs', 'cdk-nag', 'esbuild', 'tar-stream', '@aws-sdk/client-*'],
  },
  { folder: 'infra/setup', holds: 'the set-up of a machine; plain JavaScript', folders: [], packages: ['node:*'] },
  {
    folder: 'infra/emulator',
    holds: 'the AWS emulator and the deployment into it',
    folders: ['infra', 'core/base'],
    packages: ['node:*', '@aws-sdk/client-*'],
  },
];

export type Exemption = { readonly file: string; readonly also: readonly string[]; readonly reason: string };

export const EXEMPTIONS: readonly Exemption[] = [
  {
    file: 'cli/local/local-pipeline.ts',
    also: ['stages'],
    reason: '`goldpan check` runs the stages on this machine',
  },
  { file: 'cli/local/local.ts', also: ['infra'], reason: '`goldpan local` deploys the stack into the emulator' },
  {
    file: 'infra/goldpan.ts',
    also: ['cdk.json'],
    reason: 'the construct sets the flags of CDK that goldpan is built with, also in an app that has others',
  },
  {
    file: 'containers/trainer/image/prepare-packages.mjs',
    also: ['infra/setup'],
    reason: 'the image and the set-up share one check of what npm installed',
  },
];

/** Rows of the table in CONTRIBUTING.md. */
export function importTable(): string {
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
  const folders = IMPORT_RULES.map(
    (rule) => `| \`${rule.folder}/\` | ${rule.holds} | ${code([...rule.folders, ...rule.packages]) || 'nothing'} |`,
  );
  const exemptions = EXEMPTIONS.map(({ file, also, reason }) => `| \`${file}\` | ${code(also)} | ${reason} |`);
  return [
    '| folder | holds | may import, besides itself |',
    '|---|---|---|',
    ...folders,
    '',
    'Exemptions:',
    '',
    '| file | may also import | because |',
    '|---|---|---|',
    ...exemptions,
  ].join('\n');
}
