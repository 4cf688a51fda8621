// What the engine hands over of photos is stored and shown on the page of the run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { TRAINER_EXIT } from '#core/base/exit-codes.ts';
import { RunOutcome } from '#core/model/messages/run.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { systemClock } from '../../../containers/trainer/run/clock.ts';
import { train } from '../../../containers/trainer/run/train.ts';
import { stopSwitch } from '../../../containers/trainer/state/stop.ts';
import { environment, finish, GRID, handOver, type Play, playing, ready } from './playing-engine.ts';
import { jobFor, sealSquares } from './squares.ts';

test('a run shows photos beside their nearest training photos on its page', async () => {
  const job = jobFor({ epochs: 2 });
  const data = memoryStore();
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await sealSquares(data, job);
  const judged: Play = async function* (task, heard) {
    yield ready;
    yield handOver(task, 12, 2, GRID);
    await heard('stored');
    yield { type: 'nearest', pairs: GRID };
    const finished = finish(task);
    if (finished.type !== 'finished') throw new Error('not finished');
    const figures = [{ name: 'kid' as const, better: 'lower' as const, model: 0.1, real: 0, baseline: 0.8 }];
    const photos = { network: 'EfficientNet-Lite2' as const, n: 20, trainItems: 40, figures, byClass: [] };
    yield { ...finished, result: { ...finished.result, metrics: { ...finished.result.metrics, photos } } };
  };
  const { launch } = playing(judged);
  const host = { clock: systemClock, owner: 'me', stop: stopSwitch(), compute: 'batch', environment } as const;
  expect(await train({ data, launch, folder, say: () => undefined, ...host }, job)).toBe(TRAINER_EXIT.done);
  const png = (await data.get(keys.run(job.dataset, job.runId, 'nearest.png')))?.body as Uint8Array;
  expect(png.subarray(1, 4)).toEqual(new TextEncoder().encode('PNG'));
  const page = new TextDecoder().decode((await data.get(keys.runPage(job.dataset, job.runId)))?.body);
  expect(page).toContain('among 40 training photos');
  expect(page).toContain(Buffer.from(png).toString('base64'));
  const outcome = (await readJson(data, keys.runOutcome(job.dataset, job.runId), RunOutcome))?.value;
  expect(outcome?.metrics?.photos?.figures).toEqual([
    { name: 'kid', better: 'lower', model: 0.1, real: 0, baseline: 0.8 },
  ]);
});
