// Files of the largest size, as many as a request takes, would be decoded for longer than the call lasts.
import { expect, test } from 'vitest';
import { pixelsOf } from '#stages/sample/drawing/given-pixels.ts';
import { withinDeadline } from '#stages/sample/large/deadline.ts';
import { greyPng } from '../../../fixtures/pictures.ts';

const CARD = { modelId: 'm', input: { width: 8, height: 8, channels: 1 } } as const;

test('no further file is decoded when the time of the call is over, and what is no image is refused before', async () => {
  const image = Buffer.from(await greyPng(32, 32)).toString('base64');
  const read = (file: string, leftMs: number) => {
    let times = 0;
    // The clock moves on by a second with each question.
    return withinDeadline(
      leftMs,
      () => pixelsOf({ image: file }, CARD, 0),
      () => 1_000 * times++,
    );
  };
  expect(await read(image, 60_000)).toMatchObject({ ok: true });
  await expect(read(image, 6_500)).rejects.toMatchObject({ name: 'DeadlinePassed' });
  expect(await read('bm8gaW1hZ2U=', 6_500)).toMatchObject({ ok: false });
});
