// Limits the time that a training waits for a machine, and words the error of one that got none.
import { Duration } from 'aws-cdk-lib';
import {
  type JobStateTimeLimitAction,
  JobStateTimeLimitActionsAction,
  JobStateTimeLimitActionsReason,
  JobStateTimeLimitActionsState,
} from 'aws-cdk-lib/aws-batch';
import type { Options } from '../options.ts';

const HOST_WITHIN = Duration.minutes(30);
/** The error of an execution that ended without a host. */
export const NO_HOST = 'NoTrainingHost';
/** Batch writes it into the reason of a job that it ended for having waited too long. */
export const ENDED_WAITING = 'Canceled by JobStateTimeLimit';

/** Batch ends a job that no host can be had for; the minimum that it allows is 10 minutes. */
export const HOST_LIMITS: JobStateTimeLimitAction[] = [
  JobStateTimeLimitActionsReason.INSUFFICIENT_INSTANCE_CAPACITY,
  JobStateTimeLimitActionsReason.COMPUTE_ENVIRONMENT_MAX_RESOURCE,
  JobStateTimeLimitActionsReason.JOB_RESOURCE_REQUIREMENT,
].map((reason) => ({
  reason,
  maxTime: HOST_WITHIN,
  state: JobStateTimeLimitActionsState.RUNNABLE,
  action: JobStateTimeLimitActionsAction.CANCEL,
}));

/** Says what was tried, which quotas of EC2 decide it, and what to do. */
export function noHostCause({ gpu, gpuFamilies }: Pick<Options, 'gpu' | 'gpuFamilies'>): string {
  const families = gpu ? gpuFamilies.join(', ') : 'CPU';
  return (
    `No machine (${families}) could be had within ${HOST_WITHIN.toMinutes()} minutes. New accounts may have a quota of 0 vCPU: ` +
    `request a higher one in Service Quotas, Amazon EC2, for ${quotasOf(gpu, gpuFamilies).join(' and ')}. ` +
    `Then run goldpan fit again${gpu ? ', or deploy with -c gpuFamilies or -c gpu=false' : ''}.`
  );
}

function quotasOf(gpu: boolean, families: readonly string[]): string[] {
  if (!gpu) return quotas('Standard (A, C, D, H, I, M, R, T, Z)');
  const isLarge = (family: string) => family.startsWith('p');
  return [
    ...(families.some((family) => !isLarge(family)) ? quotas('G and VT') : []),
    ...(families.some(isLarge) ? quotas('P') : []),
  ];
}

function quotas(group: string): string[] {
  return [`"All ${group} Spot Instance Requests"`, `"Running On-Demand ${group} instances"`];
}
