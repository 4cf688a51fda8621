// node containers/indexer/main.ts: indexes a dataset that is too large for a function, by the function's own code.
// GOLDPAN_JOB, GOLDPAN_DATA_BUCKET and GOLDPAN_DROP_BUCKET say what and where.
import { tmpdir } from 'node:os';
import { runIndexJob } from './job.ts';

process.exit(await runIndexJob(process.env, tmpdir(), (line) => void process.stderr.write(`${line}\n`)));
