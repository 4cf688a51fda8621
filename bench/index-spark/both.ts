// Simulated parts through both paths of index, in a process of its own: node both.ts FOLDER, as index-scale/one-size.ts has made it. Both paths write the
// same snapshot, so what the first has written is read before the second begins.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssembleRequest, SnapshotIndex } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { indexBySpark } from '#stages/index/by-spark.ts';
import { index } from '#stages/index/stage.ts';
import { findSpark, prepareFolder, runSpark, storeDecided } from '../../containers/indexer/local-spark.ts';
import { OUTPUT } from '../programs.ts';
import { folderStore } from '../soak/folder-store.ts';
import { eventLogIn, readEventLog, type StageTasks } from './event-log.ts';

export type BothPaths = {
  readonly items: number;
  readonly isEqual: boolean;
  /** Of index in one process, of gather and report, and of Spark with the kernel. */
  readonly oneProcessSeconds: number;
  readonly gatherSeconds: number;
  readonly sparkSeconds: number;
  readonly shuffledBytes: number;
};

const SHOWN_STAGES = 12;
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('a folder');
const drop = folderStore(join(folder, 'drop'));
const data = folderStore(join(folder, 'data'));
const scratch = join(folder, 'scratch');
mkdirSync(scratch, { recursive: true });
const machine = findSpark(scratch, process.env);
if (!machine) throw new Error('Spark is not set up. Run: npm run setup -- --spark');
const request = AssembleRequest.parse({ dataset: 'simulated', trigger: 'report' });

const started = seconds();
const { snapshotId } = await index({ drop, data, scratch, mostItems: Number.POSITIVE_INFINITY })(request);
const oneProcessSeconds = seconds() - started;
const one = await written();
let [sparkSeconds, shuffledBytes] = [0, 0];
const second = seconds();
await indexBySpark({
  drop,
  data,
  async decide(plan) {
    const work = join(scratch, 'work');
    mkdirSync(work);
    const settings = await prepareFolder(data, plan, work);
    const log = join(scratch, 'events');
    mkdirSync(log);
    sparkSeconds = await runSpark([settings], { ...machine, configuration: eventLogIn(log) }, work);
    const stages = readEventLog(log);
    shuffledBytes = stages.reduce((sum, stage) => sum + stage.shuffledBytes, 0);
    showLargest(stages);
    await storeDecided(data, plan, work);
  },
})(request);
const gatherSeconds = seconds() - second;
const other = await written();
const isEqual = one.facts === other.facts && one.digest === other.digest;
const measured: BothPaths = {
  items: one.items,
  isEqual,
  oneProcessSeconds,
  gatherSeconds,
  sparkSeconds,
  shuffledBytes,
};
writeFileSync(join(folder, OUTPUT), JSON.stringify(measured));

/** Prints the stages that took most processor time, and those that wrote most for others. */
function showLargest(stages: readonly StageTasks[]): void {
  const timeOf = ({ milliseconds }: StageTasks) => milliseconds.reduce((sum, time) => sum + time, 0);
  for (const amountOf of [timeOf, ({ shuffledBytes: bytes }: StageTasks) => bytes])
    for (const stage of stages.toSorted((a, b) => amountOf(b) - amountOf(a)).slice(0, SHOWN_STAGES))
      process.stderr.write(
        `${(timeOf(stage) / 1000).toFixed(1)} s, ${(stage.shuffledBytes / 1e6).toFixed(1)} MB, ${stage.milliseconds.length} tasks: ${stage.name}\n`,
      );
}

async function written() {
  const at = (file: string) => keys.snapshot('simulated', snapshotId, file);
  const found = await readJson(data, at('index.json'), SnapshotIndex);
  const facts = new TextDecoder().decode((await data.get(at('facts.json')))?.body);
  const items = found?.value.items.reduce((sum, { rows }) => sum + rows, 0) ?? 0;
  return { items, digest: found?.value.decisionsDigest, facts };
}

function seconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
