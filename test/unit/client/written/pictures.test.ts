// Drawn pictures as JPEG, WebP and GIF, and items on standard output.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawSamples } from '#client/drawing/draw.ts';
import { folderOf } from '../folder.ts';
import { memoryDeployment } from '../memory-deployment.ts';

const HEADERS = {
  'x-goldpan-model': 'model-1',
  'x-goldpan-seed': '7',
  'x-goldpan-prior': 'mixture',
  'x-goldpan-output': 'mean',
};
const XMP =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>';
const SIDE = 16;

const png = (grey: number) =>
  sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: { r: grey, g: grey, b: grey } } })
    .withXmp(XMP)
    .png()
    .toBuffer();

function answered(body: Uint8Array, contentType: string) {
  const answer = {
    statusCode: 200,
    headers: { ...HEADERS, 'content-type': contentType },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
  return memoryDeployment({ answer }).context;
}

test.each([
  ['.jpg', 'jpeg'],
  ['.webp', 'webp'],
])('a grid is written as %s with the packet that says what made it', async (extension, format) => {
  const out = join(folderOf(), `out${extension}`);
  await drawSamples(answered(await png(90), 'image/png'), 'digits', 'sample', { out, request: {}, count: 1 });
  const found = await sharp(readFileSync(out)).metadata();
  expect(found).toMatchObject({ format, width: SIDE, height: SIDE });
  expect(found.xmp?.toString()).toContain('adobe:ns:meta/');
});

test.each(['srgb', 'b-w'])(
  'an interpolation of %s is written as an animation with a frame for each step, and a document beside it',
  async (space) => {
    const greys = [0, 120, 240];
    const drawn = (grey: number) => png(grey).then((one) => sharp(one).toColourspace(space).png().toBuffer());
    const images = await Promise.all(greys.map(async (grey) => (await drawn(grey)).toString('base64')));
    const facts = {
      modelId: 'model-1',
      seed: 7,
      machineGenerated: true,
      prior: 'mixture',
      output: 'mean',
      label: null,
    };
    const body = Buffer.from(JSON.stringify({ ...facts, count: greys.length, images }));
    const out = join(folderOf(), 'out.gif');
    const context = answered(body, 'application/json');
    const { provenance } = await drawSamples(context, 'digits', 'interpolate', {
      out,
      request: {},
      count: greys.length,
    });
    expect(await sharp(readFileSync(out), { animated: true }).metadata()).toMatchObject({
      pages: greys.length,
      pageHeight: SIDE,
      loop: 0,
    });
    const middle = await sharp(readFileSync(out), { page: 1 }).greyscale().raw().toBuffer();
    expect(Math.abs((middle[0] as number) - 120)).toBeLessThan(8);
    expect(JSON.parse(readFileSync(provenance as string, 'utf8'))).toMatchObject({
      modelId: 'model-1',
      file: 'out.gif',
    });
  },
);

test('a dash sends the bytes to standard output and writes no file', async () => {
  const bytes = Buffer.from('age\n41\n');
  const parts: Uint8Array[] = [];
  const stdout = async (part: Uint8Array) => void parts.push(part);
  const context = { ...answered(bytes, 'text/csv'), stdout };
  const { files } = await drawSamples(context, 'adult', 'sample', { out: '-', request: {}, count: 1 });
  expect(Buffer.concat(parts)).toEqual(bytes);
  expect(files).toEqual([]);
  expect(existsSync('-')).toBe(false);
});

test('what cannot be written is refused with what can', async () => {
  const draw = (out: string, contentType: string) =>
    drawSamples(answered(Buffer.from('RIFF'), contentType), 'd', 'sample', { out, request: {}, count: 1 });
  await expect(draw('-', 'text/csv')).rejects.toThrow('--out - and --json');
  await expect(draw(join(folderOf(), 'a.jpg'), 'audio/wav')).rejects.toThrow('Only pictures can be written as JPEG');
  await expect(draw('a.tif', 'image/png')).rejects.toThrow('.tif files cannot be written');
});
