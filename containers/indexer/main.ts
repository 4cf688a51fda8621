// node containers/indexer/main.ts: indexes a dataset that is too large for a function, with the function's own code. GOLDPAN_JOB,
// GOLDPAN_DATA_BUCKET and GOLDPAN_DROP_BUCKET define the job.
import { tmpdir } from 'node:os';
import { runIndexJob } from './job.ts';

process.exit(await runIndexJob(process.env, tmpdir(), (line) => void process.stderr.write(`${line}\n`)));
