// Spark reads features from S3, which refuses some requests and loses some answers, and writes decisions to it, by processes that stand for machines, as on EMR Serverless: npm run test:spark.
import { existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { AssembleRequest } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import { s3Client, s3Store } from '#core/store/s3.ts';
import type { Store } from '#core/store/store.ts';
import { planGather } from '#stages/index/gather/plan.ts';
import { gather } from '#stages/index/gather/stage.ts';
import { report } from '#stages/index/report/stage.ts';
import { DECIDED_FILE } from '#stages/index/spark/decide.ts';
import { runSpark } from '../../../containers/indexer/local-spark.ts';
import { buildKernelArchive } from '../../../infra/packaging/spark-kernel.ts';
import { byOneProcess, differences, snapshotIn } from '../../fixtures/spark/both-paths.ts';
import { openFaultProxy } from '../../fixtures/spark/fault-proxy.ts';
import { DATASET, randomDataset } from '../../fixtures/spark/random-datasets.ts';
import { NO_SPARK, PYTHON } from '../../fixtures/spark/session.ts';

const HANGS_AFTER_MS = 1_100_000;
const JARS = resolve(import.meta.dirname, '../../../.goldpan/spark-s3');
const ENDPOINT = process.env.AWS_ENDPOINT_URL_S3 ?? '';
const NO_S3 =
  ENDPOINT && existsSync(JARS) ? NO_SPARK : 'The emulator or what Spark needs for S3 is missing: npm run test:spark';

/** What EMR Serverless has set: the s3 scheme, and who asks. */
const s3At = (endpoint: string) => ({
  'spark.jars': globSync('*.jar', { cwd: JARS })
    .map((jar) => join(JARS, jar))
    .join(','),
  'spark.hadoop.fs.s3.impl': 'org.apache.hadoop.fs.s3a.S3AFileSystem',
  'spark.hadoop.fs.s3a.endpoint': endpoint,
  'spark.hadoop.fs.s3a.path.style.access': 'true',
  'spark.hadoop.fs.s3a.access.key': 'test',
  'spark.hadoop.fs.s3a.secret.key': 'test',
});

async function copy(from: Store, into: Store): Promise<void> {
  for await (const { key } of from.list('')) await into.put(key, (await from.get(key))?.body ?? '');
}

test(
  'Spark on an S3 that refuses requests and loses answers decides as one process does, and a second start finds what was decided',
  async (context) => {
    context.skip(NO_S3 !== undefined, NO_S3);
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-s3-'));
    const proxy = await openFaultProxy(ENDPOINT);
    try {
      const { drop, data: made } = await randomDataset('text', { seed: 11, items: 150, spread: 8, rejects: true });
      const data = s3Store({ bucket: `goldpan-spark-${Date.now()}` });
      await s3Client().send(new CreateBucketCommand({ Bucket: data.bucket }));
      await copy(made, data);
      const one = await byOneProcess({ drop, data: made, dataset: DATASET });
      const request = AssembleRequest.parse({ dataset: DATASET, trigger: 'report' });
      const { snapshotId, batches, settings } = await planGather({ drop, data })({ request, snapshotId: 'any' });
      for (let batch = 0; batch < batches; batch++) await gather({ data })({ dataset: DATASET, snapshotId, batch });
      const archive = join(folder, 'kernel.tgz');
      buildKernelArchive(archive);
      const machine = {
        ...{ python: PYTHON, processors: 2, memoryMiB: 1_024, scratch: folder, environment: process.env },
        ...{ isTiny: true, configuration: s3At(proxy.url), cluster: { executors: 2, archive } },
      };
      await runSpark([settings], machine, folder);
      expect(proxy.seen.refused).toBeGreaterThan(10);
      expect(proxy.seen.lost).toBeGreaterThan(10);
      const decided = await data.head(keys.decided(DATASET, snapshotId, DECIDED_FILE));
      await report({ drop, data })({ request, snapshotId });
      expect(differences(one, await snapshotIn(data, DATASET, snapshotId)).slice(0, 5)).toEqual([]);
      await runSpark([settings], machine, folder);
      expect(await data.head(keys.decided(DATASET, snapshotId, DECIDED_FILE))).toEqual(decided);
    } finally {
      proxy.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  HANGS_AFTER_MS,
);
