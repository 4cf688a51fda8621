// Deploys the stack to the emulator or the account of the tests, unless it is there, and hands its outputs to the tests.
import { availableParallelism } from 'node:os';
import type { TestProject } from 'vitest/node';
import { deploy } from '../../infra/emulator/deploy.ts';
import { isHealthy } from '../../infra/emulator/emulator.ts';
import { testContext, testTarget } from './target.ts';

declare module 'vitest' {
  // biome-ignore lint/style/useConsistentTypeDefinitions: only an interface merges into that of vitest
  export interface ProvidedContext {
    outputs: Record<string, string>;
  }
}

/** Throws if there is nothing to test against. */
export default async function setup(project: TestProject): Promise<void> {
  const { stage, endpoint, environment } = testTarget();
  if (endpoint !== undefined && !(await isHealthy(endpoint))) throw new Error(`no emulator answers at ${endpoint}`);
  const outputs = await deploy({
    // A stack of its own: what a person keeps there, and their workers, stay out of it.
    context: testContext(stage, Math.max(2, availableParallelism())),
    environment,
  });
  project.provide('outputs', outputs);
}
