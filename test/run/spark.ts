// Runs the tests of Spark, with S3 of an emulator of its own: npm run test:spark, or only the files whose names have a word: npm run test:spark -- on-s3
import { mkdirSync } from 'node:fs';
import { clientEnvironment, startEmulator } from '../../infra/emulator/emulator.ts';
import { REPORTS, runProjects } from './projects.ts';
import { printSummary } from './summary-lines.ts';

mkdirSync(REPORTS, { recursive: true });
const words = process.argv.slice(2);
const files = words.length > 0 ? words.map((word) => `unit/spark/${word}`) : ['unit/spark/'];
const emulator = await startEmulator();
try {
  const env = { ...process.env, ...clientEnvironment(emulator.endpoint) };
  const summary = await runProjects('spark', ['unit'], files, env);
  printSummary(summary, (line) => console.log(line));
  process.exitCode = summary.failed === 0 && summary.passed > 0 ? 0 : 1;
} finally {
  await emulator.stop();
}
