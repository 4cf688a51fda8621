// Serves the page that draws in the browser, with the links that `goldpan models links <dataset> --json` printed:
// node examples/browser/serve.ts links.json
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

const PORT = 8000;
const WASM = dirname(
  createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'),
);
const TYPES = { html: 'text/html', js: 'text/javascript', json: 'application/json', wasm: 'application/wasm' } as const;

/** Returns a server of the page that listens on no port yet; `linksFile` is read with every request. */
export async function pageServer(linksFile: string): Promise<Server> {
  const script = await bundle();
  return createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    try {
      const [type, body] = await answerOf(path, script, linksFile);
      response.writeHead(200, { 'content-type': TYPES[type] }).end(body);
    } catch {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such file.');
    }
  });
}

async function answerOf(
  path: string,
  script: Uint8Array,
  linksFile: string,
): Promise<[keyof typeof TYPES, Uint8Array]> {
  if (path === '/') return ['html', await readFile(join(import.meta.dirname, 'index.html'))];
  if (path === '/draw.js') return ['js', script];
  if (path === '/links.json') return ['json', await readFile(linksFile)];
  return ['wasm', await readFile(join(WASM, basename(path)))];
}

async function bundle(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'draw.js')],
    ...{ bundle: true, format: 'esm', platform: 'browser', target: 'es2022', minify: true, write: false },
    logLevel: 'error',
  });
  return (outputFiles[0] as { contents: Uint8Array }).contents;
}

if (import.meta.main) {
  const server = await pageServer(process.argv[2] ?? 'links.json');
  server.listen(PORT, 'localhost', () => console.log(`Open http://localhost:${PORT}`));
}
