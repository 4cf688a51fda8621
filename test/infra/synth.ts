// Synthesises the stack for an option set, once a file, without bundling.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { optionsOf } from '../../infra/options.ts';
import { GoldpanStack } from '../../infra/stack.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
const CDK = JSON.parse(readFileSync(resolve(ROOT, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };

export type Resource = {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation properties have no common type.
  readonly Properties: Record<string, any>;
};
export type Built = {
  readonly app: App;
  readonly stack: GoldpanStack;
  readonly template: Template;
  readonly resources: Record<string, Resource>;
};

/** Every set that the options allow to differ in what is built. */
export const OPTION_SETS: Record<string, Record<string, string>> = {
  'batch, GPU': {},
  'batch, GPU, private': { network: 'private' },
  'batch, CPU': { gpu: 'false' },
  'batch, CPU, private': { gpu: 'false', network: 'private' },
  'batch, H100, on demand': { gpuFamilies: 'p5', onDemandAfter: '0' },
  'batch, own image': { trainerImage: 'registry.example/trainer:1' },
  worker: { compute: 'worker' },
  'worker, every option': {
    compute: 'worker',
    stage: 'dev',
    sampleConcurrency: '5',
    cleanConcurrency: '200',
    shardConcurrency: '200',
    indexItems: '1000',
    browserOrigins: 'http://localhost:8000,https://www.example.org',
    alarmEmail: 'someone@example.org',
  },
};

// CloudFormation's schemas take seconds to load; template.test.ts asks them once.
process.env.CDK_VALIDATION = 'false';

const built = new Map<string, Built>();

export function synth(options: Record<string, string> = {}): Built {
  const name = JSON.stringify(options);
  const found = built.get(name) ?? build(options);
  built.set(name, found);
  return found;
}

/** The resources of a type, with their logical ids. */
export function ofType({ resources }: Built, type: string): [string, Resource][] {
  return Object.entries(resources).filter(([, resource]) => resource.Type === type);
}

export function build(options: Record<string, string>, context: Record<string, unknown> = {}): Built {
  // Assets are hashed where they lie, and not copied.
  const own = { 'aws:cdk:bundling-stacks': [], 'aws:cdk:disable-asset-staging': true };
  const app = new App({ context: { ...CDK.context, ...own, ...context, ...options } });
  const { stackName, ...rest } = optionsOf(app.node);
  const stack = new GoldpanStack(app, stackName, { stackName, ...rest });
  const template = Template.fromStack(stack);
  return { app, stack, template, resources: template.toJSON().Resources as Record<string, Resource> };
}
