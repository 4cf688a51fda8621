// What the commands that repair images send.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { repair } from '#client/drawing/repair.ts';
import { EndpointEvent } from '#core/model/messages/endpoint-api.ts';
import { linearEncoder } from '../../fixtures/decoders.ts';
import { SHAPE, storeModel } from '../../fixtures/stored-model.ts';
import { openEndpoint } from '../stages/sample/calls.ts';
import { folderOf } from './folder.ts';
import { memoryDeployment } from './memory-deployment.ts';

const { width, height } = SHAPE;

/** A grey image with a white right half. */
async function halves(name: string, size: { width: number; height: number }, shades: [number, number]) {
  const pixels = Buffer.from(
    Array.from(
      { length: size.width * size.height },
      (_, at) => shades[Number(at % size.width >= size.width / 2)] as number,
    ),
  );
  const path = join(folderOf(), name);
  writeFileSync(
    path,
    await sharp(pixels, { raw: { ...size, channels: 1 } })
      .png()
      .toBuffer(),
  );
  return path;
}

async function opened() {
  const deployment = memoryDeployment();
  await storeModel(deployment.data, { encoder: linearEncoder(SHAPE) });
  const { stage } = openEndpoint({ data: deployment.data });
  const sent: unknown[] = [];
  const context = {
    ...deployment.context,
    deployment: {
      ...deployment.context.deployment,
      invokeEndpoint: async (event: unknown) => {
        sent.push(JSON.parse(EndpointEvent.parse(event).body ?? ''));
        return stage(event);
      },
    },
  };
  return { context, sent };
}

test('a mask of the size of the file is cut as the image is, and the answer has both ways beside each other', async () => {
  const { context, sent } = await opened();
  const large = { width: width * 3, height: height * 2 };
  const item = await halves('photo.png', large, [90, 120]);
  const mask = await halves('mask.png', large, [0, 255]);
  const out = join(folderOf(), 'whole.png');
  const answer = await repair(
    context,
    'digits',
    { operation: 'inpaint', name: 'inpainted' },
    { item, mask, method: 'model', out },
  );
  expect(answer).toMatchObject({ output: 'repaired', files: [out], comparison: { on: 'known places' } });
  const [request] = sent as [{ mask: string }];
  const { data, info } = await sharp(Buffer.from(request.mask, 'base64'))
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([width, height, 1]);
  expect([data[0], data[width - 1]]).toEqual([0, 255]);
  const written = await sharp(readFileSync(out)).raw().toBuffer();
  expect(Math.abs((written[0] as number) - 90)).toBeLessThan(2);
});

test('a region of one file goes into another', async () => {
  const { context, sent } = await opened();
  const item = await halves('target.png', { width, height }, [90, 120]);
  const source = await halves('source.png', { width, height }, [10, 20]);
  const mask = await halves('mask.png', { width, height }, [0, 255]);
  const out = join(folderOf(), 'both.png');
  await repair(
    context,
    'digits',
    { operation: 'compose', name: 'composed' },
    { item, source, mask, method: 'better', out },
  );
  expect(sent).toMatchObject([{ method: 'better', model: 'model-a', source: { pixels: expect.any(String) } }]);
});

test('a mask of another size is refused with the sizes that fit', async () => {
  const { context, sent } = await opened();
  const item = await halves('photo.png', { width: 20, height: 30 }, [90, 120]);
  const mask = await halves('mask.png', { width: 5, height: 5 }, [0, 255]);
  const asked = repair(
    context,
    'digits',
    { operation: 'inpaint', name: 'inpainted' },
    { item, mask, method: 'model', out: 'x.png' },
  );
  await expect(asked).rejects.toThrow(/mask\.png is no image of 8 x 12 or 20 x 30 pixels/);
  expect(sent).toEqual([]);
});
