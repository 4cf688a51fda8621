// Nothing reports to anybody: no program of goldpan leaves a file in the home folder or asks the network for what it was not told to.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { onnxModel } from '../../fixtures/onnx.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
/** Long enough for a library that reports in the background to have made its files and its first connection. */
const LINGER_MS = 3_000;
const LINGER = `await new Promise((resolve) => setTimeout(resolve, ${LINGER_MS}));`;
const IDENTITY = onnxModel({
  nodes: [{ operator: 'Relu', inputs: ['x'], output: 'y' }],
  tensors: [],
  input: { name: 'x', dims: [1] },
  output: { name: 'y', dims: [1] },
});
const SESSION = (module: string) => `
  import { readFileSync } from 'node:fs';
  const { InferenceSession } = await import('${module}');
  await InferenceSession.create(process.env.MODEL);
  ${LINGER}`;

/** Runs a program in an empty home, on a network that ends at a listener. Returns what it left and whom it called. */
async function watch(args: readonly string[]): Promise<{ code: number | null; files: string[]; calls: string[] }> {
  const home = mkdtempSync(join(tmpdir(), 'goldpan-home-'));
  const model = join(mkdtempSync(join(tmpdir(), 'goldpan-model-')), 'model.onnx');
  writeFileSync(model, IDENTITY);
  const calls: string[] = [];
  const proxy = createServer((socket) => {
    socket.once('data', (bytes) => {
      calls.push(bytes.toString('latin1').split('\r\n')[0] ?? '');
      socket.destroy();
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    proxy.close();
    rmSync(home, { recursive: true, force: true });
    rmSync(model);
  });
  const { port } = proxy.address() as { port: number };
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    // No CI, no XDG folders: as on a person's machine.
    env: {
      PATH: process.env.PATH,
      HOME: home,
      MODEL: model,
      ...Object.fromEntries(
        ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'all_proxy'].map((name) => [name, url]),
      ),
    },
    stdio: 'ignore',
  });
  const code = await new Promise<number | null>((ended) => child.once('close', ended));
  return { code, files: readdirSync(home, { recursive: true }).map(String), calls };
}

const script = (text: string) => ['--input-type=module-typescript', '--eval', text];

test('ONNX Runtime by itself leaves files in the home folder, so that this test can see them', async () => {
  const { code, files } = await watch(script(SESSION('onnxruntime-node')));
  expect(code).toBe(0);
  expect(files.length).toBeGreaterThan(0);
});

test.each([
  ['a session of ONNX Runtime by way of its module', script(SESSION('#core/model/onnx-runtime.ts')), 0],
  ['the trainer without a job', [join(ROOT, 'containers/trainer/main.ts')], 64],
  ['the indexer without a job', [join(ROOT, 'containers/indexer/main.ts')], 64],
  ['the engine', script(`import '${ROOT}/containers/trainer/engine/tensorflow.ts'; ${LINGER}`), 0],
  ['the function that samples', script(`import '${ROOT}/stages/sample/drawing/decoder.ts'; ${LINGER}`), 0],
  ['the command line', [join(ROOT, 'cli/main.ts'), '--help'], 0],
  ['a worker', [join(ROOT, 'cli/main.ts'), 'worker', '--once', '--endpoint', 'http://127.0.0.1:9'], 1],
  [
    'the command line without a deployment',
    [join(ROOT, 'cli/main.ts'), 'status', '--endpoint', 'http://127.0.0.1:9'],
    1,
  ],
])('%s leaves no file in the home folder and calls nobody', async (_, args, code) => {
  expect(await watch(args)).toEqual({ code, files: [], calls: [] });
});

test('the commands of the CDK do not report either', () => {
  const { context, versionReporting, notices } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  expect(context['cli-telemetry']).toBe(false);
  expect({ versionReporting, notices }).toEqual({ versionReporting: false, notices: false });
  // The bootstrap runs in a folder without cdk.json.
  expect(readFileSync(join(ROOT, 'infra/emulator/deploy.ts'), 'utf8')).toContain("CDK_DISABLE_CLI_TELEMETRY: 'true'");
});
