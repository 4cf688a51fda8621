// Random images and texts, indexed by one process and by Spark with 1, 2 and 4 executors, in a process of its own: node executors.ts FILE ITEMS. Each executor
// is a process that stands for a machine: it unpacks the kernel from its archive, as those of EMR Serverless do.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildKernelArchive } from '../../infra/packaging/spark-kernel.ts';
import { byOneProcess, bySpark, differences, digestOf } from '../../test/fixtures/spark/both-paths.ts';
import { DATASET, type RandomKind, randomDataset } from '../../test/fixtures/spark/random-datasets.ts';
import { openSession } from '../../test/fixtures/spark/session.ts';

const EXECUTORS = [1, 2, 4] as const;
const COMPARED_KINDS = ['image', 'text'] as const satisfies readonly RandomKind[];
/** Items per family of similar ones. */
const SPREAD = 12;

export type ExecutorsCompared = {
  /** The kind and the number of executors. */
  readonly kind: string;
  readonly items: number;
  readonly digest: string;
  readonly digestOfOneProcess: string;
  /** Items, facts and index that differ, the first ones in words. */
  readonly differences: number;
  readonly examples: readonly string[];
};

const [file, itemsGiven] = process.argv.slice(2);
if (file !== undefined) writeFileSync(file, JSON.stringify(await compare(Number(itemsGiven))));

async function compare(items: number): Promise<ExecutorsCompared[]> {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-executors-'));
  try {
    const archive = join(folder, 'kernel.tgz');
    buildKernelArchive(archive);
    const datasets = await Promise.all(
      COMPARED_KINDS.map(async (kind, seed) => {
        const { drop, data } = await randomDataset(kind, { seed, items, spread: SPREAD, rejects: true });
        const given = { drop, data, dataset: DATASET };
        return { kind, given, one: await byOneProcess(given) };
      }),
    );
    const compared: ExecutorsCompared[] = [];
    for (const executors of EXECUTORS) {
      const session = openSession({ cluster: { executors, archive } });
      const partitions = 2 * executors;
      const both = datasets.map(async ({ kind, given, one }): Promise<ExecutorsCompared> => {
        const other = await bySpark(given, session.decide({ partitions }));
        const found = differences(one, other);
        const digests = { digest: digestOf(other), digestOfOneProcess: digestOf(one) };
        const name = `${kind}, ${executors} executors`;
        return { kind: name, items, ...digests, differences: found.length, examples: found.slice(0, 3) };
      });
      const [some] = await Promise.all([Promise.all(both), session.run(both.length)]);
      compared.push(...some);
    }
    return compared;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
