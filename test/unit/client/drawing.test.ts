import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawSamples } from '#client/drawing/draw.ts';
import { sha256 } from '#core/base/hash.ts';
import { EndpointEvent } from '#core/model/messages/endpoint-api.ts';
import { folderOf } from './folder.ts';
import { memoryDeployment } from './memory-deployment.ts';

const HEADERS = {
  'x-goldpan-model': 'model-1',
  'x-goldpan-seed': '7',
  'x-goldpan-prior': 'mixture',
  'x-goldpan-output': 'mean',
};
const PNG = Buffer.from('a picture');

function answerWith(body: string, isBase64Encoded = false, statusCode = 200) {
  return { statusCode, headers: HEADERS, body, isBase64Encoded };
}

test('the ending of the file says what is asked for', async () => {
  for (const [ending, type] of Object.entries({
    png: 'image/png',
    npy: 'application/x-npy',
    zip: 'application/zip',
    json: 'application/json',
  })) {
    const { context, calls } = memoryDeployment({ answer: answerWith(PNG.toString('base64'), true) });
    const out = join(folderOf(), `deep/er/out.${ending}`);
    const answer = await drawSamples(context, 'digits', 'sample', {
      out,
      request: { n: 4, seed: undefined },
      count: 4,
    });
    // Arrays have no room to say what made them.
    const provenance = ending === 'npy' ? `${out}.provenance.json` : undefined;
    const drawn = { modelId: 'model-1', seed: 7, count: 4, prior: 'mixture', output: 'mean', files: [out] };
    expect(answer).toEqual({ ...drawn, ...(provenance && { provenance }) });
    if (provenance)
      expect(JSON.parse(readFileSync(provenance, 'utf8'))).toMatchObject({
        ...{ dataset: 'digits', modelId: 'model-1', seed: 7, items: 4, machineGenerated: true, file: 'out.npy' },
        sha256: sha256(PNG),
      });
    expect(readFileSync(out)).toEqual(PNG);
    const event = EndpointEvent.parse(calls[0]);
    expect(event.rawPath).toBe('/v1/datasets/digits/sample');
    expect(event.headers.accept).toBe(type);
    expect(event.body).toBe('{"n":4}');
  }
});

test('a folder gets one picture each', async () => {
  const pictures = {
    modelId: 'model-1',
    seed: 7,
    count: 2,
    machineGenerated: true,
    prior: 'mixture',
    output: 'mean',
    label: null,
    images: [PNG, PNG].map((png) => png.toString('base64')),
  };
  const { context } = memoryDeployment({ answer: answerWith(JSON.stringify(pictures)) });
  const out = join(folderOf(), 'drawn');
  const { files } = await drawSamples(context, 'digits', 'interpolate', { out, request: {}, count: 2 });
  expect(files).toEqual([join(out, '0000.png'), join(out, '0001.png')]);
  expect(files.every((file) => existsSync(file))).toBe(true);
});

test('a problem is told with its code, its detail and each error', async () => {
  const problem = {
    type: 'about:blank',
    title: 'The request is not valid.',
    status: 400,
    detail: 'See errors.',
    code: 'request.invalid',
    errors: [{ path: 'n', message: 'Too small' }],
  };
  const { context } = memoryDeployment({ answer: answerWith(JSON.stringify(problem), false, 400) });
  await expect(drawSamples(context, 'digits', 'sample', { out: 'x.png', request: { n: 0 }, count: 0 })).rejects.toThrow(
    /request\.invalid: .*See errors\.\n {2}n: Too small/,
  );
});

test('an ending that cannot be written is refused before anything is asked', async () => {
  const { context, calls } = memoryDeployment();
  await expect(drawSamples(context, 'digits', 'sample', { out: 'x.bmp', request: {}, count: 1 })).rejects.toMatchObject(
    {
      exitCode: 2,
    },
  );
  expect(calls).toEqual([]);
});
