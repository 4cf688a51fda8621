// npm run spark -- FOLDER...: a dataset of this machine through both paths of index, by one process and by Spark in local mode, and what differs.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackArrays } from '#client/upload/arrays/unpack-arrays.ts';
import { collectFiles } from '#client/upload/collect.ts';
import { openLocalPipeline } from '../../cli/local/local-pipeline.ts';
import { decideLocally, findSpark } from '../../containers/indexer/local-spark.ts';
import { byOneProcess, bySpark, differences, digestOf } from '../../test/fixtures/spark/both-paths.ts';

const DATASET = 'here';
const SHOWN = 20;
const paths = process.argv.slice(2);
if (paths.length === 0) {
  process.stderr.write('usage: npm run spark -- FOLDER...\n');
  process.exit(2);
}
process.exitCode = await compare(paths);

async function compare(given: readonly string[]): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), 'goldpan-spark-'));
  try {
    const spark = findSpark(scratch, process.env);
    if (!spark) throw new Error('Spark is not set up. Run: npm run setup -- --spark');
    const collected = await collectFiles(given);
    const { configPath } = collected;
    const unpacked = await unpackArrays(collected.files, scratch);
    const files = [...unpacked.files, ...unpacked.archives];
    const pipeline = openLocalPipeline(DATASET, { files, keepsParts: true });
    if (configPath) await pipeline.settle('dataset.yaml', { path: configPath });
    say(`cleaning ${files.length} files`);
    for (const file of files) await pipeline.settle(file.name, file);
    const dataset = { drop: pipeline.drop, data: pipeline.data, dataset: DATASET };
    const one = await timed('one process', () => byOneProcess(dataset));
    const other = await timed('Spark', () => bySpark(dataset, decideLocally(spark)));
    const found = differences(one, other);
    for (const line of found.slice(0, SHOWN)) say(line);
    const excluded = one.items.filter((item) => item.excluded !== null).length;
    const items = `snapshot ${one.snapshotId}: ${one.items.length} items, ${excluded} left out, digest ${digestOf(one)}`;
    const result = found.length === 0 ? 'both paths are equal, with the same facts' : `${found.length} differences`;
    process.stdout.write(`${items}; ${result}\n`);
    return found.length === 0 ? 0 : 1;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  say(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
