// The modules that esbuild leaves out of a function's bundle, and the folders that contain them instead.
import { join } from 'node:path';

/** CommonJS code inside a bundle requires Node's modules. */
export const REQUIRE_IN_ESM = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

const NO_CREDENTIALS = join(import.meta.dirname, 'required/no-credentials.cjs');

/** Module -> the file that is bundled in its place. */
export const REQUIRED = {
  'node:http': join(import.meta.dirname, 'required/http.cjs'),
  'node:https': join(import.meta.dirname, 'required/https.cjs'),
  '@aws-sdk/credential-provider-ini': NO_CREDENTIALS,
  '@aws-sdk/credential-provider-process': NO_CREDENTIALS,
  '@aws-sdk/credential-provider-sso': NO_CREDENTIALS,
  '@aws-sdk/credential-provider-web-identity': NO_CREDENTIALS,
} as const;

/**
 * Native library -> the packages left out of the bundle, because the set-up staged them for Linux x64. For DuckDB only the binding is left
 * out: resolving the exports of its JavaScript takes Node 130 ms.
 */
export const NATIVE = {
  sharp: ['sharp'],
  onnxruntime: ['onnxruntime-node'],
  duckdb: ['@duckdb/node-bindings'],
} as const;

/** Native library -> its JavaScript that is bundled into one file: Node takes 14 ms of CPU time for the 20 files of this one. */
export const ONE_FILE: Readonly<Partial<Record<keyof typeof NATIVE, string>>> = {
  onnxruntime: 'onnxruntime-node/dist/index.js',
};

/** Module -> its file beside the bundle. These are large and few calls need them, so the other calls do not load them. */
export const APART = {
  'eld/small': './languages.mjs',
  'libheif-js/wasm-bundle.js': './heic.mjs',
  '@jsquash/jxl/codec/dec/jxl_dec.js': './jxl.mjs',
  '@libav.js/variant-fat/dist/libav-4.10.6.1.1-fat.wasm.js': './libav.mjs',
} as const;

/** Module -> the file beside it that it opens at run time. */
export const OPENED_BESIDE: Readonly<Partial<Record<keyof typeof APART, string>>> = {
  '@jsquash/jxl/codec/dec/jxl_dec.js': '@jsquash/jxl/codec/dec/jxl_dec.wasm',
  '@libav.js/variant-fat/dist/libav-4.10.6.1.1-fat.wasm.js':
    '@libav.js/variant-fat/dist/libav-4.10.6.1.1-fat.wasm.wasm',
};
