// `npm run costs`: prints the table of idle costs for the README.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { optionsOf } from '../options.ts';
import { GoldpanStack } from '../stack.ts';
import { idleCostTable } from './idle-costs.ts';

const ROOT = resolve(import.meta.dirname, '../..');

process.stdout.write(
  `${idleCostTable({
    default: resourcesOf({}),
    'network=private': resourcesOf({ network: 'private' }),
    'compute=worker': resourcesOf({ compute: 'worker' }),
  })}\n`,
);

function resourcesOf(options: Record<string, string>) {
  const { context } = JSON.parse(readFileSync(resolve(ROOT, 'cdk.json'), 'utf8')) as {
    context: Record<string, unknown>;
  };
  const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [], ...options } });
  const given = optionsOf(app.node);
  return Template.fromStack(new GoldpanStack(app, given.stackName, given)).toJSON().Resources;
}
