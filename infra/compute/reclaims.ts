// A training whose spot host is reclaimed resumes from its checkpoint on another host; after several reclaims, or without spot
// capacity, on an on-demand host.
import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  type INextable,
  JsonPath,
  Pass,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ENDED_WAITING } from '#core/base/aws/ended-waiting.ts';
import { TRAINER_EXIT } from '#core/base/exit-codes.ts';
import { NO_HOST } from './host-limits.ts';

export type ReclaimsProps = {
  /** The tasks; each reads the job at `$.job`. */
  readonly onSpot: TaskStateBase;
  readonly onDemand: TaskStateBase;
  /** Number of hosts of a run that may be reclaimed; 0: spot capacity is not used. */
  readonly onDemandAfter: number;
  /** Cause of the failed execution if no on-demand host is available either. */
  readonly noHostCause: string;
};

/** Returns the first and the last of the states. Their input and their output is the job. */
export function withReclaims(
  scope: Construct,
  { onSpot, onDemand, onDemandAfter, noHostCause }: ReclaimsProps,
): { start: IChainable; end: INextable } {
  const end = new Pass(scope, 'The job again', { inputPath: '$.job' });
  const start = new Pass(scope, 'Count its hosts', {
    parameters: { job: JsonPath.objectAt('$'), reclaims: 0 },
  });
  const choose = new Choice(scope, 'Spot or on demand?')
    .when(Condition.numberLessThan('$.reclaims', onDemandAfter), onSpot)
    .otherwise(onDemand);
  const failed = new Fail(scope, 'Trainer failed', { errorPath: '$.failure.Error', causePath: '$.failure.Cause' });
  const count = new Pass(scope, 'One host more', {
    parameters: { job: JsonPath.objectAt('$.job'), reclaims: JsonPath.mathAdd(JsonPath.numberAt('$.reclaims'), 1) },
  }).next(choose);
  // Either Batch reports a reclaimed host, or the trainer was stopped in time and exited with the code for that.
  const reclaimed = Condition.or(
    Condition.stringMatches('$.failure.Cause', '*"StatusReason":"Host EC2*'),
    Condition.stringMatches('$.failure.Cause', `*"ExitCode":${TRAINER_EXIT.terminated}*`),
  );
  const noSpot = new Pass(scope, 'No spot host', {
    parameters: { job: JsonPath.objectAt('$.job'), reclaims: onDemandAfter },
  }).next(choose);
  const noHost = new Choice(scope, 'Was it a spot host?')
    .when(Condition.numberLessThan('$.reclaims', onDemandAfter), noSpot)
    .otherwise(new Fail(scope, 'No host', { error: NO_HOST, cause: noHostCause }));
  const why = new Choice(scope, 'Was its host taken back?')
    .when(reclaimed, count)
    .when(Condition.stringMatches('$.failure.Cause', `*${ENDED_WAITING}*`), noHost)
    .otherwise(failed);
  for (const task of [onSpot, onDemand]) {
    task.addCatch(why, { errors: ['States.TaskFailed'], resultPath: '$.failure' });
    task.next(end);
  }
  return { start: start.next(choose), end };
}
