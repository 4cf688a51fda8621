// A state machine of the stack. The SDK's client is loaded with the first call.
import type { SFNClient } from '@aws-sdk/client-sfn';

export type Execution = {
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';
  readonly output: unknown;
  /** Why it did not succeed. */
  readonly cause: string | undefined;
};
export type Machine = {
  /** `exists`: an execution of that name was started before. */
  start(name: string, input: unknown): Promise<'started' | 'exists'>;
  /** Ends a running execution with all that it has started. */
  stop(name: string): Promise<void>;
  /** Returns undefined if there is no such execution. */
  describe(name: string): Promise<Execution | undefined>;
};

export function openMachine(client: () => Promise<SFNClient>, stateMachineArn: string): Machine {
  const arnOf = (name: string) => `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  return {
    async start(name, input) {
      const { StartExecutionCommand } = await import('@aws-sdk/client-sfn');
      try {
        const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
        await (await client()).send(command);
        return 'started';
      } catch (error) {
        if (error instanceof Error && error.name === 'ExecutionAlreadyExists') return 'exists';
        throw error;
      }
    },
    async stop(name) {
      const { StopExecutionCommand } = await import('@aws-sdk/client-sfn');
      await (await client()).send(new StopExecutionCommand({ executionArn: arnOf(name) }));
    },
    async describe(name) {
      const { DescribeExecutionCommand } = await import('@aws-sdk/client-sfn');
      const executionArn = arnOf(name);
      try {
        const found = await (await client()).send(new DescribeExecutionCommand({ executionArn }));
        const { status, output, error, cause } = found;
        return {
          status: status ?? 'RUNNING',
          output: output === undefined ? undefined : (JSON.parse(output) as unknown),
          cause: [error, cause].filter(Boolean).join(': ') || undefined,
        };
      } catch (error) {
        if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return undefined;
        throw error;
      }
    },
  };
}
