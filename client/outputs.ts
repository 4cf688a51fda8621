// The outputs of the deployed stack: names of its buckets, queues, state machines and functions.
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ClientFailure } from './failure.ts';

export type StackOutputs = Readonly<Record<string, string>>;

/** Throws ClientFailure when the stack is not deployed. */
export async function readOutputs(stackName: string): Promise<StackOutputs> {
  const client = new CloudFormationClient({ maxAttempts: 3 });
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const outputs = Stacks?.[0]?.Outputs ?? [];
    return Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']));
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) {
      throw new ClientFailure(`There is no stack named ${stackName} here.`, {
        next: 'On this machine: `goldpan local up`. In an AWS account: `npx cdk deploy`.',
      });
    }
    throw error;
  } finally {
    client.destroy();
  }
}
