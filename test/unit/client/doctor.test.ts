import { expect, test } from 'vitest';
import { doctor, redrive } from '#client/operation/doctor.ts';
import { DoctorOutput, RedriveOutput } from '#client/operation/output.ts';
import { put } from '#client/upload/put.ts';
import { keys } from '#core/store/keys.ts';
import { printDoctor, printRedrive } from '../../../cli/print/operation.ts';
import { greyPng } from '../../fixtures/pictures.ts';
import { folderOf } from './folder.ts';
import { memoryDeployment, PLAIN } from './memory-deployment.ts';
import { DATASET, writeHead } from './run-records.ts';

const HOUR = 60 * 60_000;
const LEASE_UNTIL = '2026-01-01T00:00:00.000Z';
const CONFIG = 'kind: image\nimage: { width: 28, height: 28, channels: 1 }\n';
const LETTERS = [
  JSON.stringify({ source: { key: 'digits/unit.zip' } }),
  JSON.stringify({ detail: { object: { key: 'digits/event.png' } } }),
  'no json',
];

async function healthy(deadLetters: readonly string[] = []) {
  const deployment = memoryDeployment({ deadLetters });
  const folder = folderOf({ 'dataset.yaml': CONFIG, 'one.png': await greyPng() });
  await put(deployment.context, [folder], { dataset: DATASET, show: 5, timeoutMs: 60_000 });
  return deployment;
}

test('a healthy deployment has no problem', async () => {
  const { context } = await healthy();
  const answer = DoctorOutput.parse(await doctor(context));
  expect(answer.problems).toBe(0);
  expect(printDoctor(answer, PLAIN)).toBe(
    'ok       queue clean-image: 0 waiting, 0 in work, no dead letters.\nok       dataset digits: 1 upload, 0 pending.\nok       Lambda quota "Concurrent executions": 1000 calls at once.\nNo problem found.',
  );
});

test('dead letters are named by their objects, and tried again', async () => {
  const { context } = await healthy(LETTERS);
  const [first, ...others] = DoctorOutput.parse(await doctor(context)).findings;
  expect(first).toMatchObject({ subject: 'queue clean-image', ok: false });
  expect(first?.sentence).toBe('3 messages failed too often, among them digits/unit.zip, digits/event.png.');
  expect(first?.next).toContain('goldpan redrive clean-image');
  expect(others.every(({ ok }) => ok)).toBe(true);
  const moved = RedriveOutput.parse(await redrive(context, []));
  expect(printRedrive(moved)).toBe('clean-image: 3 messages will be tried again');
  expect(printRedrive(await redrive(context, []))).toBe('There are no dead letters.');
  expect((await doctor(context)).problems).toBe(0);
});

test('an upload without a verdict is a problem only after every retry had its time', async () => {
  const { context, drop, halt } = await healthy();
  halt();
  await drop.put(`${DATASET}/late.png`, await greyPng(28, 28, 2));
  await context.clock.sleep(HOUR - 1);
  expect((await doctor(context)).problems).toBe(0);
  await context.clock.sleep(2);
  const [first] = (await doctor(context)).findings;
  expect(first?.sentence).toBe('1 upload without a verdict for more than an hour, for example digits/late.png.');
});

test('a run that nobody works on, and a tick that stands still, are named', async () => {
  const { context, data, halt } = await healthy();
  halt();
  await writeHead(data, { leaseUntil: LEASE_UNTIL });
  const notes = { passedAt: new Date(0).toISOString(), state: 's', quietPasses: 0, started: null };
  await data.put(keys.tickNotes(DATASET), JSON.stringify(notes));
  await context.clock.sleep(Date.parse(LEASE_UNTIL) - context.clock.now() + 27 * HOUR);
  const problems = (await doctor(context)).findings.filter(({ ok }) => !ok).map(({ sentence }) => sentence);
  expect(problems).toEqual([
    expect.stringMatching(/^The function tick has not looked at it for /),
    expect.stringMatching(/is not over, and nothing has worked on it for 27 h 00 min\.$/),
  ]);
});
