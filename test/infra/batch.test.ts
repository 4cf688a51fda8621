// Training on Batch: nothing runs while idle, a reclaimed host is survived, no way in.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ENV } from '#core/base/names.ts';
import { INDEX_EXIT } from '../../containers/indexer/job.ts';
import { OPTION_SETS, ofType, ROOT, synth } from './synth.ts';

const GPU_FAMILIES = ['g4dn', 'g5', 'g6'];
const TRAINING = /^Training/;
const INDEXING = /^AssembleContainer/;
const BATCH_SETS = Object.entries(OPTION_SETS).filter(([, { compute }]) => compute !== 'worker');

describe.each(BATCH_SETS)('with %s', (_, options) => {
  const built = synth(options);
  const only = (type: string, id = /./) => {
    const found = ofType(built, type).filter(([name]) => id.test(name));
    expect(found, type).toHaveLength(1);
    return found[0]?.[1].Properties ?? {};
  };

  test('hosts are spot, of the right kind, and none while idle', () => {
    const { ComputeResources } = only('AWS::Batch::ComputeEnvironment', TRAINING);
    expect(ComputeResources).toMatchObject({
      Type: 'SPOT',
      AllocationStrategy: 'SPOT_PRICE_CAPACITY_OPTIMIZED',
      MinvCpus: 0,
      Ec2Configuration: [{ ImageType: options.gpu === 'false' ? 'ECS_AL2023' : 'ECS_AL2023_NVIDIA' }],
    });
    expect(ComputeResources.MaxvCpus).toBeGreaterThanOrEqual(4);
    if (options.gpu !== 'false') expect(ComputeResources.InstanceTypes).toEqual(GPU_FAMILIES);
    else expect(ComputeResources.InstanceTypes.filter((type: string) => GPU_FAMILIES.includes(type))).toEqual([]);
  });

  test('a reclaimed host and a failed storage are tried again, a job that cannot work is not', () => {
    expect(only('AWS::Batch::JobDefinition', TRAINING).RetryStrategy).toEqual({
      Attempts: 10,
      EvaluateOnExit: [
        { Action: 'RETRY', OnStatusReason: 'Host EC2*' },
        ...['143', '70', '75'].map((OnExitCode) => ({ Action: 'RETRY', OnExitCode })),
        { Action: 'EXIT', OnReason: '*' },
      ],
    });
  });

  test('the job knows its bucket, asks for a GPU where there is one, and has a role of its own', () => {
    const { ContainerProperties, Timeout } = only('AWS::Batch::JobDefinition', TRAINING);
    expect(ContainerProperties.Environment.map(({ Name }: { Name: string }) => Name)).toEqual([ENV.dataBucket]);
    const kinds = ContainerProperties.ResourceRequirements.map(({ Type }: { Type: string }) => Type);
    expect(kinds.includes('GPU')).toBe(options.gpu !== 'false');
    expect(ContainerProperties.JobRoleArn).not.toEqual(ContainerProperties.ExecutionRoleArn);
    expect(Timeout.AttemptDurationSeconds).toBe(86_400);
  });

  test('what is too large for a function is indexed on Fargate, in the image that trains, with room to spill', () => {
    const { ComputeResources } = only('AWS::Batch::ComputeEnvironment', INDEXING);
    expect(ComputeResources.Type).toBe('FARGATE');
    const { ContainerProperties, RetryStrategy } = only('AWS::Batch::JobDefinition', INDEXING);
    const training = only('AWS::Batch::JobDefinition', TRAINING).ContainerProperties;
    expect(ContainerProperties.Image).toEqual(training.Image);
    expect(existsSync(resolve(ROOT, ContainerProperties.Command.at(-1)))).toBe(true);
    expect(ContainerProperties.Environment.map(({ Name }: { Name: string }) => Name).sort()).toEqual(
      [ENV.dataBucket, ENV.dropBucket].sort(),
    );
    expect(ContainerProperties.EphemeralStorage.SizeInGiB).toBeGreaterThanOrEqual(100);
    expect(ContainerProperties.NetworkConfiguration.AssignPublicIp).toBe(
      options.network === 'private' ? 'DISABLED' : 'ENABLED',
    );
    expect(RetryStrategy.EvaluateOnExit[0]).toEqual({ Action: 'RETRY', OnExitCode: String(INDEX_EXIT.failed) });
  });

  test('the metadata service asks for tokens and stays out of reach of containers; disks are encrypted', () => {
    expect(only('AWS::EC2::LaunchTemplate').LaunchTemplateData).toMatchObject({
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      BlockDeviceMappings: [{ Ebs: { Encrypted: true } }],
    });
  });

  test('nothing reaches a host from outside, and nothing costs while idle but what was asked for', () => {
    expect(ofType(built, 'AWS::EC2::NatGateway')).toEqual([]);
    const endpoints = ofType(built, 'AWS::EC2::VPCEndpoint').map(([, { Properties }]) => Properties.VpcEndpointType);
    const interfaces = endpoints.filter((type) => type === 'Interface');
    expect(endpoints).toContain('Gateway');
    expect(interfaces).toHaveLength(options.network === 'private' ? 6 : 0);
    expect(ofType(built, 'AWS::EC2::InternetGateway')).toHaveLength(options.network === 'private' ? 0 : 1);
    for (const [id, { Properties }] of ofType(built, 'AWS::EC2::SecurityGroup'))
      expect(Properties.SecurityGroupIngress, id).toBeUndefined();
    const inbound = ofType(built, 'AWS::EC2::SecurityGroupIngress').map(([, { Properties }]) => Properties);
    for (const rule of inbound) expect(rule).toMatchObject({ FromPort: 443, SourceSecurityGroupId: expect.anything() });
    expect(inbound).toHaveLength(options.network === 'private' ? 1 : 0);
  });

  test('without an image of the user, CodeBuild makes one under a name of its content', () => {
    const own = options.trainerImage !== undefined;
    expect(ofType(built, 'AWS::CodeBuild::Project')).toHaveLength(own ? 0 : 1);
    expect(ofType(built, 'AWS::ECR::Repository')).toHaveLength(own ? 0 : 1);
    const { Image } = only('AWS::Batch::JobDefinition', TRAINING).ContainerProperties;
    if (own) return expect(Image).toBe(options.trainerImage);
    expect(only('AWS::ECR::Repository')).toMatchObject({
      ImageTagMutability: 'IMMUTABLE',
      ImageScanningConfiguration: { ScanOnPush: true },
    });
    return expect(JSON.stringify(Image)).toMatch(options.gpu === 'false' ? /:cpu-[0-9a-f]{16}/ : /:gpu-[0-9a-f]{16}/);
  });
});
