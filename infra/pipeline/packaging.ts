// The modules that esbuild leaves out of a function's bundle, and the folders that contain them instead.

/** CommonJS inside of a bundle asks for the modules of Node. */
export const REQUIRE_IN_ESM = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/**
 * Native library -> the packages left out, since set-up staged them for Linux x64. Of DuckDB that is the binding alone: Node
 * takes 130 ms to find out what the files of its JavaScript export, and none where they are in the bundle.
 */
export const NATIVE = {
  sharp: ['sharp'],
  onnxruntime: ['onnxruntime-node'],
  duckdb: ['@duckdb/node-bindings'],
} as const;

/** Module -> its file beside the bundle: large, and needed by few calls, so that the others do not wait for it to be compiled. */
export const APART = { 'eld/small': './languages.mjs', 'libheif-js/wasm-bundle.js': './heic.mjs' } as const;
