// Schemathesis beside the endpoint: requests made of the published OpenAPI document alone, by a program that knows nothing else of it.
// Every answer is held to the document, too.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EndpointAnswer } from '#core/model/messages/endpoint-api.ts';
import { lowerIsBetter, type Row } from '../benchmark.ts';
import { pythonOf } from '../peer/python-environment.ts';
import { httpEndpoint } from './http-endpoint.ts';

/** Version from PyPI. */
export const SCHEMATHESIS = '4.32.5';
const PACKAGE = { name: 'schemathesis', packages: [`schemathesis==${SCHEMATHESIS}`] };
/** Requests for each operation, at most. */
const EXAMPLES = 60;
/** Each makes other requests: together more than ten thousand. */
const SEEDS = Array.from({ length: 11 }, (_, i) => i + 1);
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
];
/** Names that exist; a random one is answered with 404 only. */
const CONFIG = '[parameters]\n"path.dataset" = "digits"\n"path.id" = "model-a"\n';

export async function schemathesisRows(
  stage: (event: unknown, leftMs: number) => Promise<EndpointAnswer>,
): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-fuzzed-'));
  const endpoint = await httpEndpoint(stage);
  try {
    writeFileSync(join(folder, 'schemathesis.toml'), CONFIG);
    let unlike = 0;
    for (const seed of SEEDS) {
      const { passed, output } = await run(folder, `${endpoint.origin}/v1/openapi.json`, seed);
      if (passed) continue;
      unlike++;
      process.stderr.write(output);
    }
    const statuses = [...endpoint.statuses];
    const requests = statuses.reduce((sum, [, count]) => sum + count, 0);
    const failed = statuses.reduce((sum, [status, count]) => sum + (status >= 500 ? count : 0), 0);
    const none = (metric: string, count: number) =>
      lowerIsBetter({ metric, unit: '', ours: count + 1e-9, peer: 1e-9, peerName: 'none', goal: 1 });
    return [
      none(`5xx of ${requests} requests of Schemathesis`, failed),
      none(`of ${SEEDS.length} runs of Schemathesis: those that found an answer unlike the OpenAPI document`, unlike),
    ];
  } finally {
    endpoint.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(folder: string, document: string, seed: number): Promise<{ passed: boolean; output: string }> {
  const args = ['run', document, '--phases', 'fuzzing', '--checks', CHECKS.join(',')];
  const settings = [
    '--max-examples',
    String(EXAMPLES),
    '--seed',
    String(seed),
    '--generation-database',
    'none',
    '--no-color',
  ];
  return new Promise((resolve) => {
    execFile(
      join(dirname(pythonOf(PACKAGE)), 'schemathesis'),
      [...args, ...settings, '--continue-on-failure'],
      { cwd: folder, maxBuffer: 2 ** 28 },
      (error, stdout, stderr) => resolve({ passed: error === null, output: `${stdout}${stderr}` }),
    );
  });
}
