// Training on Batch: nothing runs while idle, a reclaimed host is survived, no way in.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ec2Quotas } from '#core/base/aws/ec2-quotas.ts';
import { TRAINER_EXIT } from '#core/base/exit-codes.ts';
import { ENV } from '#core/base/names.ts';
import { priceOf } from '#core/model/host/prices.ts';
import { INDEX_EXIT } from '../../containers/indexer/job.ts';
import { OPTION_SETS, ofType, type Resource, ROOT, synth } from './synth.ts';

const GPU_FAMILIES = ['g4dn', 'g5', 'g6'];
const CPU_FAMILIES = ['c6i', 'c6a', 'c7i', 'm6i', 'm6a'];
type Volume = { readonly Name: string; readonly Host?: { readonly SourcePath?: string } };
type Mount = { readonly ContainerPath: string; readonly SourceVolume: string; readonly ReadOnly?: boolean };
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

  test('a host may register with tags, and the build may look at the bucket of its source, where AWS asks for it', () => {
    const statements = ofType(built, 'AWS::IAM::Policy').flatMap(
      ([, { Properties }]) => Properties.PolicyDocument.Statement,
    );
    const having = (action: string) => statements.filter(({ Action }) => [Action].flat().includes(action));
    const tagging = having('ecs:TagResource');
    expect(tagging).toHaveLength(1);
    expect(tagging[0]?.Condition).toEqual({ StringEquals: { 'ecs:CreateAction': 'RegisterContainerInstance' } });
    expect(having('s3:GetBucketLocation')).toHaveLength(ofType(built, 'AWS::CodeBuild::Project').length);
  });

  test('hosts are of the right kind, in several sizes, spot or on demand, and none while idle', () => {
    const environments = ofType(built, 'AWS::Batch::ComputeEnvironment')
      .filter(([name]) => TRAINING.test(name))
      .map(([, { Properties }]) => Properties.ComputeResources);
    expect(environments.map(({ Type, AllocationStrategy }) => `${Type} ${AllocationStrategy}`).sort()).toEqual([
      'EC2 BEST_FIT_PROGRESSIVE',
      'SPOT SPOT_PRICE_CAPACITY_OPTIMIZED',
    ]);
    const families = options.gpu === 'false' ? CPU_FAMILIES : (options.gpuFamilies?.split(',') ?? GPU_FAMILIES);
    const { Cpu, MemoryMiB } = demandOf(only('AWS::Batch::JobDefinition', TRAINING));
    expect(new Set(ec2Quotas(families).map(({ leastVcpus }) => leastVcpus))).toEqual(new Set([Cpu]));
    for (const resources of environments) {
      expect(resources).toMatchObject({
        MinvCpus: 0,
        Ec2Configuration: [{ ImageType: options.gpu === 'false' ? 'ECS_AL2023' : 'ECS_AL2023_NVIDIA' }],
        LaunchTemplate: { Version: '$Latest' },
      });
      expect(resources.MaxvCpus).toBeGreaterThanOrEqual(Cpu);
      const types = resources.InstanceTypes as string[];
      expect([...new Set(types.map((type) => type.split('.')[0]))]).toEqual(families);
      expect(types.length / families.length).toBeGreaterThanOrEqual(families.includes('p5') ? 1 : 2);
      // The price of a run is that of its host, and no host is too small for a job.
      expect(
        types.filter((type) => priceOf('batch', 'gpu', { instance: type, purchase: 'spot' }).usdPerHour === null),
      ).toEqual([]);
    }
    expect({ Cpu, MemoryMiB }).toEqual(
      families.includes('p5')
        ? { Cpu: 16, MemoryMiB: 240_000 }
        : { Cpu: 4, MemoryMiB: options.gpu === 'false' ? 7_000 : 14_000 },
    );
  });

  test('a failed storage is tried again by Batch, a host that was taken back by the state machine, a wrong job never', () => {
    expect(only('AWS::Batch::JobDefinition', TRAINING).RetryStrategy).toEqual({
      Attempts: 10,
      EvaluateOnExit: [
        { Action: 'RETRY', OnReason: 'CannotPullContainerError:*' },
        ...['70', '75'].map((OnExitCode) => ({ Action: 'RETRY', OnExitCode })),
        { Action: 'EXIT', OnReason: '*' },
      ],
    });
  });

  test('a job that no host can be had for is ended after 30 minutes', () => {
    for (const [id, { Properties }] of ofType(built, 'AWS::Batch::JobQueue').filter(([name]) => TRAINING.test(name))) {
      const limits = Properties.JobStateTimeLimitActions as Record<string, unknown>[];
      expect(limits.map(({ Reason }) => Reason).sort(), id).toEqual([
        'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY',
        'MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE',
        'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT',
      ]);
      for (const limit of limits)
        expect(limit).toMatchObject({ State: 'RUNNABLE', Action: 'CANCEL', MaxTimeSeconds: 1800 });
    }
  });

  test('the root of the container is read-only; /tmp is on the disk of the host, whose facts are read; /dev/shm follows its memory', () => {
    const { ContainerProperties } = only('AWS::Batch::JobDefinition', TRAINING);
    const volumes = new Map(ContainerProperties.Volumes.map(({ Name, Host }: Volume) => [Name, Host?.SourcePath]));
    const mounts = ContainerProperties.MountPoints.map(({ ContainerPath, SourceVolume, ReadOnly }: Mount) => ({
      at: ContainerPath,
      from: volumes.get(SourceVolume),
      readOnly: ReadOnly ?? false,
    }));
    expect(ContainerProperties.ReadonlyRootFilesystem).toBe(true);
    expect(mounts).toEqual([
      { at: '/tmp', from: undefined, readOnly: false },
      { at: '/run/goldpan', from: '/run/goldpan', readOnly: true },
    ]);
    const { MemoryMiB } = demandOf({ ContainerProperties });
    expect(ContainerProperties.LinuxParameters.SharedMemorySize).toBe(Math.floor(MemoryMiB / 16));
  });

  test('the job knows its bucket, asks for a GPU where there is one, and has a role of its own', () => {
    const { ContainerProperties, Timeout } = only('AWS::Batch::JobDefinition', TRAINING);
    const given = Object.fromEntries(
      ContainerProperties.Environment.map(({ Name, Value }: { Name: string; Value: string }) => [Name, Value]),
    );
    expect(given).toEqual({
      [ENV.dataBucket]: expect.anything(),
      [ENV.device]: options.gpu === 'false' ? 'cpu' : 'gpu',
      [ENV.hostFile]: '/run/goldpan/host.json',
    });
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

test('CodeBuild pushes an image only when it starts: without a job it ends with the exit code for a wrong job', () => {
  const [, project] = ofType(synth({}), 'AWS::CodeBuild::Project')[0] as [string, Resource];
  const { commands } = JSON.parse(project.Properties.Source.BuildSpec).phases.build as { commands: string[] };
  const at = (pattern: RegExp) => commands.findIndex((command) => pattern.test(command));
  expect(commands[at(/docker run/)]).toBe(`docker run --rm "$REPOSITORY:$TAG"; [ $? -eq ${TRAINER_EXIT.usage} ]`);
  expect([at(/docker build/), at(/docker run/), at(/docker push/)]).toEqual([1, 2, 3]);
});

test.each([
  ['p3', 'V100'],
  ['g3', 'compute capability 5.2'],
  ['g5g', 'Arm'],
  ['p4d', '8 GPUs'],
  ['x9', 'not known'],
  ['', 'name at least one'],
])('the family %s is refused when the stack is synthesised, with the reason', (gpuFamilies, reason) => {
  expect(() => synth({ gpuFamilies })).toThrow(reason);
});

/** What a job asks for. */
function demandOf({ ContainerProperties }: Resource['Properties']): { Cpu: number; MemoryMiB: number } {
  const of = (kind: string) =>
    Number(ContainerProperties.ResourceRequirements.find(({ Type }: { Type: string }) => Type === kind)?.Value);
  return { Cpu: of('VCPU'), MemoryMiB: of('MEMORY') };
}
