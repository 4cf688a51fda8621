// Runs the examples of docs/http-api.md as they stand. The emulator tells function URLs apart by the Host header, so that both programs
// are told to connect to it whatever the name of the host.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ROOT } from '#client/target.ts';
import { HTTP_EXAMPLES } from '../fixtures/http-api-examples.ts';
import { outputs, target } from './deployed.ts';

/** Has botocore, which the emulator needs, too. */
const PYTHON = join(ROOT, '.goldpan', 'emulator', 'bin', 'python');
/** Python reads this file at its start. */
const CONNECTS_TO_EMULATOR = `import os, socket
connect = socket.create_connection
socket.create_connection = lambda address, *rest, **more: connect(
    (os.environ["EMULATOR_HOST"], int(os.environ["EMULATOR_PORT"])), *rest, **more)
`;

/** Returns what each example wrote, into `folder`. Throws with its last words when one fails. */
export async function runHttpExamples(dataset: string, folder: string): Promise<{ curl: Buffer; python: Buffer }> {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = await new SQSClient({}).config.credentials();
  const url = new URL(outputs.SampleUrl ?? '');
  const environment = {
    ...process.env,
    ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken },
    ...{ AWS_REGION: target.environment.AWS_REGION, DATASET: dataset, CURL_HOME: folder, PYTHONPATH: folder },
    GOLDPAN_URL: target.endpoint === undefined ? url.origin : `http://${url.host}`,
    ...connectionTo(target.endpoint, folder),
  };
  const options = { cwd: folder, env: environment };
  const run = promisify(execFile);
  await run('bash', ['-c', HTTP_EXAMPLES.curl], options);
  await run(PYTHON, ['-c', HTTP_EXAMPLES.python], options);
  return { curl: readFileSync(join(folder, 'curl.png')), python: readFileSync(join(folder, 'python.png')) };
}

/** An account needs nothing. */
function connectionTo(endpoint: string | undefined, folder: string): NodeJS.ProcessEnv {
  if (endpoint === undefined) return {};
  const { hostname, port } = new URL(endpoint);
  writeFileSync(join(folder, '.curlrc'), `connect-to = "::${hostname}:${port}"\n`);
  writeFileSync(join(folder, 'sitecustomize.py'), CONNECTS_TO_EMULATOR);
  return { EMULATOR_HOST: hostname, EMULATOR_PORT: port };
}
