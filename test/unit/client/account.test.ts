// What goldpan doctor says of the account, with the answers of AWS in the place of AWS.
import { expect, test } from 'vitest';
import { type AccountClients, openAccount } from '#client/operation/account.ts';
import { accountFindings } from '#client/operation/account-findings.ts';
import { doctor } from '#client/operation/doctor.ts';
import { DoctorOutput } from '#client/operation/output.ts';
import { OUTPUT } from '#core/base/names.ts';
import { printDoctor } from '../../../cli/print/operation.ts';
import { memoryDeployment, PLAIN } from './memory-deployment.ts';

const IMAGE = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/goldpan-images:gpu-0123456789abcdef';
const DIGEST = `sha256:${'ab'.repeat(32)}`;
const BATCH = { [OUTPUT.trainerImage]: IMAGE, [OUTPUT.trainingHosts]: 'g4dn,g5,g6', [OUTPUT.cleanConcurrency]: '10' };

type Command = { readonly constructor: { readonly name: string }; readonly input: Record<string, unknown> };
type Answer = (command: string, input: Record<string, unknown>) => unknown;

function failure(name: string, message = 'no'): Error {
  return Object.assign(new Error(message), { name });
}

/** Every client answers by `answer`; `opened` says which were made. */
function accountOf(outputs: Record<string, string>, answer: Answer) {
  const opened: string[] = [];
  const asked: { command: string; input: Record<string, unknown> }[] = [];
  const client = (name: string) => async () => {
    opened.push(name);
    return {
      send: async (sent: Command) => {
        const asking = { command: sent.constructor.name, input: sent.input };
        asked.push(asking);
        return answer(asking.command, asking.input);
      },
    };
  };
  const clients = { quotas: client('quotas'), images: client('images'), functions: client('functions') };
  return { account: openAccount(outputs, clients as unknown as AccountClients), opened, asked };
}

/** An account with this quota of GPUs, an image, and so many calls at once. */
function answers({ vcpus = 64, calls = 1_000 } = {}): Answer {
  return (command) => {
    if (command === 'GetServiceQuotaCommand') return { Quota: { Value: vcpus } };
    if (command === 'GetAccountSettingsCommand') return { AccountLimit: { ConcurrentExecutions: calls } };
    return { imageDetails: [{ imageDigest: DIGEST, imagePushedAt: new Date('2026-01-02T03:04:05Z') }] };
  };
}

test('the quota of Spark says how long indexing takes, or that nothing is indexed, where the stack has Spark', async () => {
  const outputs = { ...BATCH, [OUTPUT.sparkApplication]: '00f1' };
  const said = async (vcpus: number) => {
    const findings = await accountFindings(accountOf(outputs, answers({ vcpus })).account);
    return findings.find(({ subject }) => subject.startsWith('EMR Serverless'));
  };
  expect(await said(16)).toMatchObject({
    ok: true,
    sentence:
      '16 vCPU: Spark decides about 100,000,000 images in about 10 hours; 1,000 calls of functions at once read them in 1 hour before.',
  });
  expect(await said(0)).toMatchObject({
    ok: false,
    sentence: expect.stringContaining('0 vCPU, where Spark needs 8'),
    next: expect.stringContaining('--service-code emr-serverless --quota-code L-D05C8A75 --desired-value 32'),
  });
  const without = await accountFindings(accountOf(BATCH, answers()).account);
  expect(without.filter(({ subject }) => subject.startsWith('EMR'))).toEqual([]);
});

test('quotas of GPUs, the image with its digest and time, and the calls at once are named', async () => {
  const { account, asked } = accountOf(BATCH, answers());
  expect(printDoctor({ findings: await accountFindings(account), problems: 0 }, PLAIN).split('\n')).toEqual([
    'ok       EC2 quota "All G and VT Spot Instance Requests": 64 vCPU.',
    'ok       EC2 quota "Running On-Demand G and VT instances": 64 vCPU.',
    `ok       trainer image: ${IMAGE} is ${DIGEST}, built 2026-01-02T03:04:05Z.`,
    'ok       Lambda quota "Concurrent executions": 1000 calls at once.',
    'No problem found.',
  ]);
  expect(asked.map(({ input }) => input)).toEqual(
    expect.arrayContaining([
      { ServiceCode: 'ec2', QuotaCode: 'L-3819A6DF' },
      { ServiceCode: 'ec2', QuotaCode: 'L-DB2E81BA' },
      {
        registryId: '123456789012',
        repositoryName: 'goldpan-images',
        imageIds: [{ imageTag: 'gpu-0123456789abcdef' }],
      },
    ]),
  );
});

test('a quota of 0 and too few calls at once are problems, with the command that requests more', async () => {
  const { account } = accountOf(BATCH, answers({ vcpus: 0, calls: 10 }));
  const problems = (await accountFindings(account)).filter(({ ok }) => ok === false);
  expect(problems.map(({ sentence }) => sentence)).toEqual([
    '0 vCPU, where a host needs 4: no training gets a spot host, and each waits 30 minutes before it goes on on demand.',
    '0 vCPU, where a host needs 4: a training that gets no spot host, or loses it too often, ends without a model.',
    '10 calls at once, where validating and cleaning may start 50: some are throttled and tried again, also those of the endpoint.',
  ]);
  expect(problems[1]?.next).toBe(
    'Request more: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-DB2E81BA --desired-value 16',
  );
  expect(problems[2]?.next).toContain('-c cleanConcurrency');
  const two = accountOf({ ...BATCH, [OUTPUT.cleanConcurrency]: '2' }, answers({ calls: 10 }));
  expect((await accountFindings(two.account)).every(({ ok }) => ok)).toBe(true);
});

test('a quota that was never changed has the default of AWS; an image that is not built yet is told', async () => {
  const { account } = accountOf(BATCH, (command, input) => {
    if (command === 'GetServiceQuotaCommand') throw failure('NoSuchResourceException');
    if (command === 'GetAWSDefaultServiceQuotaCommand') return { Quota: { Value: 8 } };
    if (command === 'DescribeImagesCommand') throw failure('ImageNotFoundException');
    return answers()(command, input);
  });
  const findings = await accountFindings(account);
  expect(findings.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  expect(findings[0]?.sentence).toBe('8 vCPU.');
  expect(findings[2]?.sentence).toBe(`${IMAGE} is not built yet; the next training builds it first.`);
});

test('a missing permission is one line with its name, and a service that is not there one without', async () => {
  const denied = accountOf(BATCH, () => {
    throw failure('AccessDeniedException', 'User: arn:aws:iam::1:user/a is not authorized');
  });
  const lines = await accountFindings(denied.account);
  expect(lines.every(({ ok, sentence }) => ok === null && sentence === 'not known: the permission is missing.')).toBe(
    true,
  );
  expect(lines.map(({ next }) => next)).toEqual([
    ...new Array(2).fill('Allow servicequotas:GetServiceQuota and servicequotas:GetAWSDefaultServiceQuota.'),
    'Allow ecr:DescribeImages.',
    'Allow lambda:GetAccountSettings.',
  ]);
  const absent = accountOf(BATCH, () => {
    throw failure('UnknownOperationException', 'not implemented\n  at server');
  });
  expect((await accountFindings(absent.account))[0]).toMatchObject({
    ok: null,
    sentence: 'not known: the service does not answer here (UnknownOperationException: not implemented).',
    next: null,
  });
  const empty = accountOf(BATCH, () => ({}));
  expect((await accountFindings(empty.account)).map(({ ok }) => ok)).toEqual([null, null, true, null]);
});

test('where workers train, neither quotas nor images are asked about, and no client of theirs is made', async () => {
  const { account, opened } = accountOf({}, answers({ calls: 10 }));
  expect(await accountFindings(account)).toMatchObject([{ ok: true, sentence: '10 calls at once.' }]);
  expect(opened).toEqual(['functions']);
  const elsewhere = accountOf({ ...BATCH, [OUTPUT.trainerImage]: 'registry.example/trainer:1' }, answers());
  expect((await accountFindings(elsewhere.account))[2]?.sentence).toBe(
    'registry.example/trainer:1, which is not in Amazon ECR; its digest was not read.',
  );
  expect(elsewhere.opened).not.toContain('images');
});

test('what is not known is no problem, and stands between the problems and the rest', async () => {
  const { context } = memoryDeployment({ deadLetters: 1 });
  const { account } = accountOf({}, () => {
    throw failure('AccessDeniedException');
  });
  const deployment = { ...context.deployment, account };
  const answer = DoctorOutput.parse(await doctor({ ...context, deployment }));
  expect(answer.findings.map(({ ok }) => ok)).toEqual([false, null]);
  expect(answer.problems).toBe(1);
  expect(printDoctor(answer, PLAIN)).toContain('\nunknown  Lambda quota');
});
