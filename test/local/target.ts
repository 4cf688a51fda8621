// Where the tests of this folder run: on the emulator that AWS_ENDPOINT_URL names, or in an account as `npm run test:aws` sets it.
import { clientEnvironment } from '../../infra/emulator/emulator.ts';

/** Names the stage of a run in an account. */
export const AWS_STAGE = 'GOLDPAN_TEST_STAGE';
const EMULATOR_STAGE = 'test';
/** A dataset of more items is too large for the function, as it is elsewhere from 500,000 on; only one test has so many. */
export const INDEX_ITEMS = 1_000;

export type TestTarget = {
  /** The stack is goldpan-<stage>. */
  readonly stage: string;
  /** Undefined for an account. */
  readonly endpoint: string | undefined;
  /** Variables with which the SDK, the CDK and the command line of a child process use the target. */
  readonly environment: Readonly<Record<string, string>>;
};

/** Throws if nothing is named: a suite that runs no test would look like one that passed. */
export function testTarget(environment: Readonly<Record<string, string | undefined>> = process.env): TestTarget {
  const { AWS_ENDPOINT_URL: endpoint, AWS_PROFILE: profile, AWS_REGION: region, [AWS_STAGE]: stage } = environment;
  if (endpoint) return { stage: EMULATOR_STAGE, endpoint, environment: clientEnvironment(endpoint) };
  if (stage && profile && region)
    return { stage, endpoint: undefined, environment: { AWS_PROFILE: profile, AWS_REGION: region } };
  throw new Error(
    'AWS_ENDPOINT_URL is not set: name an emulator, for example http://127.0.0.1:4566, or run `npm run test:aws` for an account',
  );
}

/** The options of the deployment that the tests need. */
export function testContext(stage: string, cleanConcurrency: number): Record<string, string> {
  return {
    stage,
    compute: 'worker',
    removal: 'destroy',
    cleanConcurrency: String(cleanConcurrency),
    retryBaseSeconds: '2',
    indexItems: String(INDEX_ITEMS),
  };
}
