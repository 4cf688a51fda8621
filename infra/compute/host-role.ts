// The role of a container host: it may report to ECS only. The job's execution role pulls images and writes logs.
import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledgeArn, acknowledgeStar, allow } from '../access.ts';

/** The ECS part of AmazonEC2ContainerServiceforEC2Role. Batch chooses the name of the cluster, so it is a wildcard here. */
export function hostRole(scope: Construct, id: string): Role {
  const role = new Role(scope, id, { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  const stack = Stack.of(role);
  const cluster = stack.formatArn({ service: 'ecs', resource: 'cluster', resourceName: '*' });
  const instance = stack.formatArn({ service: 'ecs', resource: 'container-instance', resourceName: '*' });
  allow(
    role,
    [
      'ecs:RegisterContainerInstance',
      'ecs:DeregisterContainerInstance',
      'ecs:SubmitContainerStateChange',
      'ecs:SubmitTaskStateChange',
      'ecs:SubmitAttachmentStateChanges',
    ],
    [cluster],
  );
  allow(
    role,
    ['ecs:Poll', 'ecs:StartTelemetrySession', 'ecs:UpdateContainerInstancesState', 'ecs:PutSystemLogEvents'],
    [instance],
  );
  allow(role, ['ecs:DiscoverPollEndpoint'], ['*']);
  // Hosts register with the tags of the stack; accounts in which ECS authorises tagging require this permission.
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['ecs:TagResource'],
      resources: [instance],
      conditions: { StringEquals: { 'ecs:CreateAction': 'RegisterContainerInstance' } },
    }),
  );
  acknowledgeArn(role, cluster, 'Batch creates the cluster and chooses its name.');
  acknowledgeArn(role, instance, 'The host gets its id when it registers.');
  acknowledgeStar(role, 'DiscoverPollEndpoint does not support resource-level permissions.');
  return role;
}
