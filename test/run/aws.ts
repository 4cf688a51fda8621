// `npm run test:aws`: the tests of test/local in an AWS account, in a stack that is created for the run and deleted after it.
import { existsSync, globSync, mkdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { wallClock } from '#client/context.ts';
import { openDeployment } from '#client/deployment.ts';
import { destroy } from '#client/operation/destroy.ts';
import { setEnvironment, TARGET_FILE } from '#client/target.ts';
import { STACK_NAME } from '#core/base/names.ts';
import { askYesOrNo } from '../../cli/terminal/ask.ts';
import { AWS_STAGE } from '../local/target.ts';
import { type AwsRun, planLines, readArguments, USAGE } from './aws-plan.ts';
import { REPORTS, runProjects } from './projects.ts';
import { printSummary } from './summary-lines.ts';

const LOCAL = resolve(import.meta.dirname, '../local');

const given = readArguments(process.argv.slice(2));
if (given) process.exitCode = await start(given);
else {
  console.error(USAGE);
  process.exitCode = 2;
}

async function start(run: AwsRun): Promise<number> {
  const files = globSync('*.test.ts', { cwd: LOCAL })
    .map((file) => basename(file))
    .sort();
  for (const line of planLines(run, files)) console.log(line);
  if (run.dryRun) return 0;
  if (existsSync(TARGET_FILE)) {
    console.error('A local stack is up, and commands would use it: run `goldpan local down` first.');
    return 1;
  }
  const next = 'To run without a question, add --yes.';
  if (!run.yes && !(await askYesOrNo('Create this stack and run the tests?', { ...process, next }))) return 1;
  const environment = { AWS_PROFILE: run.profile, AWS_REGION: run.region };
  // Keys in the environment would take precedence over the profile.
  const others = ['ENDPOINT_URL', 'ENDPOINT_URL_S3', 'ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'SESSION_TOKEN'];
  setEnvironment(
    { ...environment, ...Object.fromEntries(others.map((name) => [`AWS_${name}`, undefined])) },
    process.env,
  );
  // Only the summary decides; the stack is deleted first, and after an interrupt, too.
  process.once('SIGINT', () => undefined);
  try {
    mkdirSync(REPORTS, { recursive: true });
    const summary = await runProjects('aws', ['local'], [], { ...process.env, [AWS_STAGE]: run.stage });
    printSummary(summary, (line) => console.log(line));
    return summary.failed === 0 && summary.passed > 0 ? 0 : 1;
  } finally {
    await remove(`${STACK_NAME}-${run.stage}`, run.region);
  }
}

async function remove(stackName: string, region: string): Promise<void> {
  const deployment = await openDeployment({
    endpoint: undefined,
    region,
    stackName,
    source: 'profile',
    outputs: undefined,
  });
  const context = { deployment, notify: () => undefined, clock: wallClock, person: 'tests' };
  const { stays } = await destroy(context, async () => true);
  console.log(`deleted   ${stackName}${stays.map(({ type, name }) => `\nstays     ${type} ${name}`).join('')}`);
}
