// Deploys the stack to the emulator that AWS_ENDPOINT_URL names, unless it is there, and hands its outputs to the tests.
import { availableParallelism } from 'node:os';
import type { TestProject } from 'vitest/node';
import { deploy } from '../../infra/emulator/deploy.ts';
import { clientEnvironment, isHealthy } from '../../infra/emulator/emulator.ts';

/** The stack is goldpan-test. */
export const STAGE = 'test';

declare module 'vitest' {
  // biome-ignore lint/style/useConsistentTypeDefinitions: only an interface merges into that of vitest
  export interface ProvidedContext {
    endpoint: string;
    outputs: Record<string, string>;
  }
}

/** Throws where there is nothing to test against: a suite that quietly does nothing would look like one that passed. */
export default async function setup(project: TestProject): Promise<void> {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  if (!endpoint) throw new Error('AWS_ENDPOINT_URL is not set: name an emulator, for example http://127.0.0.1:4566');
  if (!(await isHealthy(endpoint))) throw new Error(`no emulator answers at ${endpoint}`);
  const cleanConcurrency = String(Math.max(2, availableParallelism()));
  const outputs = await deploy({
    // A stack of its own: what a person keeps in that emulator, and their workers, stay out of it.
    context: { stage: STAGE, compute: 'worker', removal: 'destroy', cleanConcurrency, retryBaseSeconds: '2' },
    environment: clientEnvironment(endpoint),
  });
  project.provide('endpoint', endpoint);
  project.provide('outputs', outputs);
}
