import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Ends a test that hangs. It is no measure of speed: a busy machine must not fail a test. */
const TIMEOUT = { testTimeout: 1_800_000, hookTimeout: 1_800_000, expect: { poll: { timeout: 600_000 } } };

/**
 * Files of unit and infra share the modules of their worker: loading the product and CDK anew for each took a third of the time.
 * So a test puts back what it changes in a module or in the environment.
 */
export default defineConfig({
  test: {
    maxWorkers: availableParallelism(),
    coverage: {
      provider: 'v8',
      include: ['{core,stages,functions,containers,client,infra,cli}/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
    },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          pool: 'forks',
          isolate: false,
          unstubEnvs: true,
          ...TIMEOUT,
          setupFiles: ['test/no-console.ts'],
        },
      },
      {
        test: {
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          pool: 'forks',
          isolate: false,
          ...TIMEOUT,
        },
      },
      { test: { name: 'rules', include: ['test/rules/**/*.test.ts'], pool: 'forks', ...TIMEOUT } },
      {
        test: {
          name: 'local',
          include: ['test/local/**/*.test.ts'],
          globalSetup: ['test/local/setup.ts'],
          pool: 'forks',
          fileParallelism: false,
          ...TIMEOUT,
        },
      },
    ],
  },
});
