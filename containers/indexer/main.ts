// node containers/indexer/main.ts: indexes a dataset that is too large for a function, by Spark where `npm run setup -- --spark` has set it up,
// otherwise, or with GOLDPAN_HAS_SPARK=false, by the function's own code in this process. GOLDPAN_JOB, GOLDPAN_DATA_BUCKET and GOLDPAN_DROP_BUCKET define the job.
import { tmpdir } from 'node:os';
import { runIndexJob } from './job.ts';
import { decideLocally, findSpark } from './local-spark.ts';

const machine = findSpark(tmpdir(), process.env);
const decide = machine && decideLocally(machine);
process.exit(await runIndexJob(process.env, tmpdir(), (line) => void process.stderr.write(`${line}\n`), { decide }));
