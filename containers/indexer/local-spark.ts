// Runs Spark on this machine: copies the features of a snapshot to a folder, and stores what Spark decided.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { ENV } from '#core/base/names.ts';
import type { GatherPlan } from '#core/snapshot/distributed.ts';
import { keys } from '#core/store/keys.ts';
import { mapLimit } from '#core/store/map-limit.ts';
import type { Store } from '#core/store/store.ts';
import { type DecideSettings, decideSettings } from '#stages/index/spark/decide-settings.ts';
import { kernelCommand } from './kernel-command.ts';
import { killTree } from './process-tree.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PROGRAM = join(ROOT, 'stages/index/spark/decide.py');
const COPIES_AT_ONCE = 8;
/** Share of the memory for the Java heap. The rest is for Python and for the kernels, one for each task. */
const HEAP_SHARE = 0.4;
const MIB = 2 ** 20;
/** Below it, Spark compiles nothing. */
export const TINY_ITEMS = 10_000;
const KEPT_CHARACTERS = 16_000;
/** As a job of EMR Serverless. */
const MOST_MS = 12 * 3_600_000;
const DECIDED = 'decided';
const ITEMS = 'items.parquet';
/** decided.json is stored last. */
const LAST = 'decided.json';

/** python: the one with pyspark. memoryMiB: of the Java heap; the kernel and Python need as much again. */
export type SparkMachine = {
  readonly python: string;
  readonly processors: number;
  readonly memoryMiB: number;
  /** A folder for the features, the decisions and what Spark spills. */
  readonly scratch: string;
  /** The environment of this process; Java is found by its PATH. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly pageBits?: number;
  /** For few items: compiling statements and Java's own code would take longer than running them. @default false, and by decideLocally below TINY_ITEMS */
  readonly isTiny?: boolean;
  /** Further settings of Spark. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** After so many milliseconds, Spark and its kernels are ended. @default 12 hours */
  readonly mostMs?: number;
  /** Number of processes that take the place of machines, and the archive of the kernel that each unpacks. @default one process */
  readonly cluster?: { readonly executors: number; readonly archive: string };
};

/**
 * Query plans of long statements need a large stack. Most of the code of statements runs once: the slow second compiler is left to what runs a hundred times as
 * often as it would wait for.
 */
const JAVA =
  '-Xss8m -XX:+UseParallelGC -XX:Tier4InvocationThreshold=500000 -XX:Tier4MinInvocationThreshold=60000 -XX:Tier4CompileThreshold=1500000 -XX:Tier4BackEdgeThreshold=4000000';
const TINY = {
  'spark.sql.adaptive.enabled': 'false',
  'spark.sql.codegen.wholeStage': 'false',
  'spark.sql.codegen.factoryMode': 'NO_CODEGEN',
  'spark.driver.extraJavaOptions': '-Xss8m -XX:+UseSerialGC -XX:TieredStopAtLevel=1',
};

/** Returns Spark as `npm run setup -- --spark` has set it up in this checkout; undefined if it has not, or if the environment says that none is to be used. */
export function findSpark(scratch: string, environment: SparkMachine['environment']): SparkMachine | undefined {
  if (environment[ENV.hasSpark] === 'false') return undefined;
  const python = join(ROOT, '.goldpan/spark/bin/python');
  if (!existsSync(python)) return undefined;
  const memory = Math.min(totalmem(), process.constrainedMemory() || totalmem());
  const memoryMiB = Math.floor((memory / MIB) * HEAP_SHARE);
  return { python, processors: availableParallelism(), memoryMiB, scratch, environment };
}

/** Throws GoldpanError with the message of Spark or of the kernel if it fails. */
export const decideLocally =
  (machine: SparkMachine) =>
  async (data: Store, plan: GatherPlan): Promise<void> => {
    const folder = await mkdtemp(join(machine.scratch, 'spark-'));
    try {
      const settings = { ...(await prepareFolder(data, plan, folder)), pageBits: machine.pageBits };
      await runSpark([settings], { isTiny: plan.items < TINY_ITEMS, ...machine }, folder);
      await storeDecided(data, plan, folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

/** Copies the features and counts to a folder. Returns the settings of the Spark program for that folder. */
export async function prepareFolder(data: Store, plan: GatherPlan, folder: string): Promise<DecideSettings> {
  const { dataset, snapshotId } = plan;
  for (let batch = 0; batch < plan.batches; batch++) {
    await copyOut(data, keys.features(dataset, snapshotId, batch), join(folder, 'features'));
    await copyOut(data, keys.tally(dataset, snapshotId, batch), join(folder, 'tallies'));
  }
  return decideSettings(plan, { work: folder, output: join(folder, DECIDED) });
}

/**
 * Stores the decisions from a folder. Spark names files anew each time it runs; here each has one name, so that a second run replaces what the first one stored
 * before it was interrupted.
 */
export async function storeDecided(
  data: Store,
  { dataset, snapshotId }: Pick<GatherPlan, 'dataset' | 'snapshotId'>,
  folder: string,
): Promise<void> {
  await storeFolder(data, join(folder, DECIDED), (file) =>
    keys.decided(dataset, snapshotId, file.replace(/[^/]+\.parquet$/, ITEMS)),
  );
}

/**
 * Runs the Spark program for several datasets in one session. `settings`: or the address of a document with them. `folder` contains the settings and Spark's
 * temporary files. Returns CPU seconds.
 */
export async function runSpark(
  settings: readonly (DecideSettings | string)[],
  {
    python,
    processors,
    memoryMiB,
    environment,
    isTiny = false,
    configuration: more,
    cluster,
    mostMs = MOST_MS,
  }: SparkMachine,
  folder: string,
): Promise<number> {
  const files = await Promise.all(
    settings.map(async (one, i) => {
      if (typeof one === 'string') return one;
      const file = join(folder, `settings-${i}.json`);
      await writeFile(file, JSON.stringify(one));
      return file;
    }),
  );
  const configuration = {
    'spark.ui.enabled': 'false',
    'spark.ui.showConsoleProgress': 'false',
    'spark.local.dir': folder,
    'spark.sql.warehouse.dir': join(folder, 'warehouse'),
    'spark.sql.shuffle.partitions': String(processors),
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.driver.extraJavaOptions': JAVA,
    ...(isTiny && TINY),
    ...more,
  };
  const submit = Object.entries(configuration).map(([name, value]) => `--conf "${name}=${value}"`);
  const kernel = (await kernelCommand(folder)).map(quoted).join(' ');
  const master = cluster ? `local-cluster[${cluster.executors},1,${memoryMiB}]` : `local[${processors}]`;
  const archive = cluster ? [`--archives "${cluster.archive}#kernel" --conf spark.executor.memory=${memoryMiB}m`] : [];
  const variables = {
    ...environment,
    ...(cluster && { SPARK_HOME: await sparkHome(python) }),
    PYSPARK_PYTHON: python,
    PYSPARK_DRIVER_PYTHON: python,
    GOLDPAN_ENDS_WITH_INPUT: '1',
    PYSPARK_SUBMIT_ARGS: [
      `--master ${master} --driver-memory ${memoryMiB}m`,
      ...archive,
      ...submit,
      'pyspark-shell',
    ].join(' '),
  };
  const child = spawn(python, [PROGRAM, cluster ? '-' : kernel, ...files], {
    env: variables,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    // A kernel that hangs would outlive Java.
    void killTree(child.pid as number);
  }, mostMs);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-KEPT_CHARACTERS);
  });
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  }).finally(() => clearTimeout(limit));
  if (isLate)
    throw new GoldpanError(
      FAILURE.corruptObject,
      `Spark had not ended after ${mostMs / 60_000} minutes, and was stopped.`,
    );
  if (code !== 0)
    throw new GoldpanError(FAILURE.corruptObject, `Spark ended with ${code ?? 'a signal'}: ${wordsOf(said)}`);
  return Number(/^goldpan: ([\d.]+) s of/m.exec(said)?.[1] ?? Number.NaN);
}

/** Returns the folder of pyspark, from which Spark starts the processes that take the place of machines. */
async function sparkHome(python: string): Promise<string> {
  const { stdout } = await promisify(execFile)(python, [
    '-c',
    'import os, pyspark; print(os.path.dirname(pyspark.__file__))',
  ]);
  return stdout.trim();
}

/** Returns the message of the kernel, or the last lines of Spark's log if it gave none. */
function wordsOf(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return lines.filter((line) => line.startsWith('goldpan kernel:')).at(-1) ?? lines.slice(-5).join('\n');
}

async function copyOut(data: Store, key: string, folder: string): Promise<void> {
  const object = await data.get(key);
  if (!object) throw new GoldpanError(FAILURE.corruptObject, `${key} does not exist. Start assemble again.`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, key.slice(key.lastIndexOf('/') + 1)), object.body);
}

async function storeFolder(data: Store, folder: string, keyOf: (file: string) => string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /^[^._].*\.(parquet|json)$/.test(entry.name));
  const paths = files.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  if (new Set(paths.map(keyOf)).size < paths.length)
    throw new GoldpanError(FAILURE.corruptObject, `Spark wrote several files of one shard to ${folder}.`);
  const put = async (path: string) => data.put(keyOf(path), await readFile(join(folder, path)));
  await mapLimit(
    paths.filter((path) => path !== LAST),
    COPIES_AT_ONCE,
    put,
  );
  for (const path of paths) if (path === LAST) await put(path);
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
