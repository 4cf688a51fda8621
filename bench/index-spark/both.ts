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
import { folderStore } from '../soak/folder-store.ts';

export type BothPaths = {
  readonly items: number;
  readonly isEqual: boolean;
  /** Of index in one process, of gather and report, and of Spark with the kernel. */
  readonly oneProcessSeconds: number;
  readonly gatherSeconds: number;
  readonly sparkSeconds: number;
};

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
let sparkSeconds = 0;
const second = seconds();
await indexBySpark({
  drop,
  data,
  async decide(plan) {
    const work = join(scratch, 'work');
    mkdirSync(work);
    const settings = await prepareFolder(data, plan, work);
    sparkSeconds = await runSpark([settings], machine, work);
    await storeDecided(data, plan, work);
  },
})(request);
const gatherSeconds = seconds() - second;
const other = await written();
const isEqual = one.facts === other.facts && one.digest === other.digest;
const measured: BothPaths = { items: one.items, isEqual, oneProcessSeconds, gatherSeconds, sparkSeconds };
writeFileSync(join(folder, 'both.json'), JSON.stringify(measured));

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
