// Measures the CPU time of short commands beside that of other tools in the same run.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT, type TargetFile } from '#client/target.ts';
import { cleanQueueNames, KINDS, OUTPUT } from '#core/base/names.ts';
import { type Benchmark, lowerIsBetter, median, type Row } from './benchmark.ts';
import { pythonOf } from './peer/python-environment.ts';

const ROUNDS = 9;
const BIN = join(ROOT, 'cli', 'bin.mjs');
const CDK = join(ROOT, 'node_modules', '.bin', 'cdk');
const AWS = { name: 'awscli', packages: ['awscli==1.46.3'] };
const LIMIT_MS = { version: 250, help: 250, list: 600 };
const EMPTY_BUCKET =
  '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><IsTruncated>false</IsTruncated><KeyCount>0</KeyCount></ListBucketResult>';

export const cliStart: Benchmark = {
  sentence:
    'Start of the command line: CPU time, system time included, of short commands and of other tools, one after another; medians.',
  async run() {
    const server = createServer((request, response) => {
      const isListing = (request.url ?? '').includes('list-type=2') || (request.url ?? '').includes('versions');
      response
        .writeHead(isListing ? 200 : 404, { 'content-type': 'application/xml' })
        .end(isListing ? EMPTY_BUCKET : '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const folder = folderWithTarget(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const commands = {
      version: [process.execPath, BIN, '--version'],
      help: [process.execPath, BIN, '--help'],
      status: [process.execPath, BIN, 'status'],
      models: [process.execPath, BIN, 'models', 'list', 'birds'],
      aws: [join(dirname(pythonOf(AWS)), 'aws'), '--version'],
      cdk: [process.execPath, CDK, '--version'],
      node: [process.execPath, '-e', '0'],
    };
    const times: Record<keyof typeof commands, number[]> = {
      version: [],
      help: [],
      status: [],
      models: [],
      aws: [],
      cdk: [],
      node: [],
    };
    try {
      // The first round fills the caches and does not count.
      for (let round = 0; round <= ROUNDS; round++)
        for (const [name, command] of Object.entries(commands) as [keyof typeof commands, string[]][]) {
          const ms = await cpuMs(command, folder);
          if (round > 0) times[name].push(ms);
        }
    } finally {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    }
    const version = median(times.version);
    const beside = (peer: number, peerName: string, goal: number) =>
      lowerIsBetter({ metric: 'goldpan --version, CPU time', unit: 'ms', ours: version, peer, peerName, goal });
    return {
      versions: { node: process.version, aws: AWS.packages.join(' ') },
      rows: [
        beside(median(times.aws), 'aws --version', 1),
        beside(median(times.cdk), 'cdk --version', 1),
        beside(median(times.node), 'node -e 0', 0.2),
        within('goldpan --version, CPU time', version, LIMIT_MS.version),
        within('goldpan --help, CPU time', median(times.help), LIMIT_MS.help),
        within('goldpan status of an empty bucket, CPU time', median(times.status), LIMIT_MS.list),
        within('goldpan models list of an empty bucket, CPU time', median(times.models), LIMIT_MS.list),
      ],
    };
  },
};

function within(metric: string, ours: number, limit: number): Row {
  return lowerIsBetter({ metric, unit: 'ms', ours, peer: limit, peerName: 'limit', goal: 1 });
}

/** A folder whose .goldpan/target.json names the given endpoint. */
function folderWithTarget(endpoint: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-start-'));
  const names = [...Object.values(OUTPUT), ...KINDS.map((kind) => cleanQueueNames(kind).output)];
  const target: TargetFile = {
    endpoint,
    region: 'us-east-1',
    outputs: Object.fromEntries(names.map((name) => [name, 'bench'])),
    pids: { emulator: null, worker: null },
  };
  mkdirSync(join(folder, '.goldpan'));
  writeFileSync(join(folder, '.goldpan', 'target.json'), JSON.stringify(target));
  return folder;
}

/** User and system time of a command and its children, as bash counts them. */
async function cpuMs(command: readonly string[], cwd: string): Promise<number> {
  const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&1';
  const environment = { ...process.env, AWS_ENDPOINT_URL: undefined, AWS_PROFILE: undefined };
  const { stderr } = await promisify(execFile)('bash', ['-c', script, 'bash', ...command], {
    cwd,
    env: environment,
  }).catch(
    // A dataset that does not exist is exit code 1.
    (error: { stderr?: string }) => ({ stderr: error.stderr ?? '' }),
  );
  const [user = Number.NaN, system = Number.NaN] = stderr.trim().split(' ').map(Number);
  if (!Number.isFinite(user + system)) throw new Error(`no time of ${command.join(' ')}: ${stderr}`);
  return (user + system) * 1000;
}
