// Entry point of the trainer: trains one job. GOLDPAN_JOB contains the job, GOLDPAN_DATA_BUCKET the bucket.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { TRAINER_EXIT } from '#core/base/exit-codes.ts';
import { parseJson } from '#core/base/json/parse-json.ts';
import { ENV } from '#core/base/names.ts';
import type { RentedHost } from '#core/model/host/prices.ts';
import { TrainingJob } from '#core/snapshot/messages.ts';
import { s3Store } from '#core/store/s3.ts';
import { systemClock } from './run/clock.ts';
import { readContainerMemory } from './run/host/container-memory.ts';
import { launchFrom } from './run/launch.ts';
import { train } from './run/train.ts';
import { stopSwitch } from './state/stop.ts';

const Given = z.object({
  [ENV.dataBucket]: z.string().min(1),
  [ENV.job]: z.string().transform(parseJson).pipe(TrainingJob),
  [ENV.device]: z.enum(['gpu', 'cpu']).optional(),
  [ENV.hostFile]: z.string().optional(),
});
const HostFacts = z.object({ instance: z.string(), purchase: z.enum(['spot', 'on-demand']) });

const say = (line: string) => void process.stderr.write(`${line}\n`);
process.exit(await main());

async function main(): Promise<number> {
  const given = Given.safeParse(process.env);
  if (!given.success) {
    say(`the trainer's environment is not what it takes:\n${z.prettifyError(given.error)}`);
    return TRAINER_EXIT.usage;
  }
  const stop = stopSwitch();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.ask({ kind: 'signal', signal }));
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-run-'));
  try {
    return await train(
      {
        data: s3Store({ bucket: given.data[ENV.dataBucket] }),
        clock: systemClock,
        owner: `${hostname()}/${process.pid}/${randomUUID()}`,
        launch: launchFrom(process.env),
        stop,
        folder,
        say,
        // AWS Batch sets this variable in every container.
        compute: process.env.AWS_BATCH_JOB_ID === undefined ? 'worker' : 'batch',
        rented: readHostFacts(given.data[ENV.hostFile]),
        expectedDevice: given.data[ENV.device] === 'gpu' ? 'gpu' : undefined,
        readMemory: () => readContainerMemory(),
        environment: {
          node: process.version,
          tensorflow: 'not loaded',
          cpu: cpus()[0]?.model ?? 'unknown',
          device: 'cpu',
          towers: 1,
          threads: availableParallelism(),
          precision: 'float32',
        },
      },
      given.data[ENV.job],
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Undefined where the host wrote no such file: then a price is assumed. */
function readHostFacts(file: string | undefined): RentedHost | undefined {
  if (file === undefined || !existsSync(file)) return undefined;
  return HostFacts.safeParse(parseJson(readFileSync(file, 'utf8'))).data;
}
