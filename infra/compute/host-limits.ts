// Limits the time that a training waits for a machine, and describes the error if it gets none.
import { Duration } from 'aws-cdk-lib';
import {
  type JobStateTimeLimitAction,
  JobStateTimeLimitActionsAction,
  JobStateTimeLimitActionsReason,
  JobStateTimeLimitActionsState,
} from 'aws-cdk-lib/aws-batch';
import { ec2Quotas } from '#core/base/aws/ec2-quotas.ts';

const HOST_WITHIN = Duration.minutes(30);
/** Name of the error if no host was available. */
export const NO_HOST = 'NoTrainingHost';

/** Batch ends a job after waiting this long for a host; Batch allows no less than 10 minutes. */
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

/**
 * Describes what was tried, which EC2 quotas limit it, and what to do. `families`: the instance families of the hosts.
 */
export function noHostCause({
  gpu,
  families,
}: {
  readonly gpu: boolean;
  readonly families: readonly string[];
}): string {
  const quotas = ec2Quotas(families).map(({ name }) => `"${name}"`);
  return (
    `No machine (${gpu ? families.join(', ') : 'CPU'}) could be had within ${HOST_WITHIN.toMinutes()} minutes. New accounts may have a quota of 0 vCPU: ` +
    `request a higher one in Service Quotas, Amazon EC2, for ${quotas.join(' and ')}. ` +
    `Then run goldpan fit again${gpu ? ', or deploy with -c gpuFamilies or -c gpu=false' : ''}.`
  );
}
