import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { unpackArrays } from '#client/upload/arrays/unpack-arrays.ts';
import { collectFiles } from '#client/upload/collect.ts';
import { put } from '#client/upload/put.ts';
import { encodeNpy } from '#core/base/npy.ts';
import { sniff } from '#core/ingest/sniff.ts';
import { zipOf } from '../../../fixtures/pictures.ts';
import { archivedFiles } from '../archived-files.ts';
import { folderOf } from '../folder.ts';
import { memoryDeployment } from '../memory-deployment.ts';

/** Bytes that differ from each other and from picture to picture. */
function bytesOf(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (i * 7 + (i >> 8) * 13) % 256);
}

function idx(shape: readonly number[], values: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = 8;
  header[3] = shape.length;
  for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([header, values]);
}

function npy(type: string, shape: string, values: Uint8Array): Buffer {
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117).concat('\n');
  return Buffer.concat([
    Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]),
    Buffer.from(header),
    values,
  ]);
}

/** Raw pixels by the name of the picture. */
async function unpacked(files: Record<string, Uint8Array | string>) {
  const {
    files: left,
    archives,
    remarks,
  } = await unpackArrays((await collectFiles([folderOf(files)])).files, folderOf());
  const pictures: Record<string, number[]> = {};
  for await (const { path, bytes } of archivedFiles(archives)) {
    const picture = sharp(bytes);
    const { channels } = await picture.metadata();
    const raw = await picture
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer();
    pictures[path] = [...raw];
  }
  return { left: left.map(({ name }) => name), pictures, said: remarks.map(({ given }) => given) };
}

test('IDX files become grey pictures with the same pixels, gzipped or not, by split and label', async () => {
  const values = bytesOf(3 * 6 * 5);
  const { left, pictures, said } = await unpacked({
    'train-images-idx3-ubyte.gz': gzipSync(idx([3, 6, 5], values)),
    'train-labels-idx1-ubyte': idx([3], Uint8Array.of(7, 0, 7)),
    't10k-images.idx3-ubyte': idx([1, 6, 5], values.subarray(30, 60)),
    't10k-labels.idx1-ubyte': idx([1], Uint8Array.of(4)),
    'notes.txt': 'about',
  });
  expect(left).toEqual(['notes.txt']);
  expect(pictures).toEqual({
    'test/4/t10k-images.idx3-ubyte-0.png': [...values.subarray(30, 60)],
    'train/7/train-images-idx3-ubyte-0.png': [...values.subarray(0, 30)],
    'train/0/train-images-idx3-ubyte-1.png': [...values.subarray(30, 60)],
    'train/7/train-images-idx3-ubyte-2.png': [...values.subarray(60, 90)],
  });
  expect(said).toContain('3 images of 5 x 6, grey, 2 labels; train');
});

test('batches of CIFAR become colour pictures, with the names of the classes', async () => {
  const pixels = bytesOf(3072);
  const record = Buffer.concat([Uint8Array.of(2), pixels]);
  const { pictures, left } = await unpacked({
    'data_batch_1.bin': record,
    'batches.meta.txt': 'airplane\nautomobile\nbird\n',
    'test_batch.bin': record,
    'model.bin': record,
  });
  const colours = Array.from({ length: 1024 }, (_, i) => [0, 1, 2].map((channel) => pixels[channel * 1024 + i])).flat();
  expect(pictures).toEqual({ 'train/bird/data_batch_1-0.png': colours, 'test/bird/test_batch-0.png': colours });
  expect(left).toEqual(['model.bin']);
});

test('lists of names that belong to the arrays are nothing that is left', async () => {
  const hundred = await unpacked({
    'train.bin': Buffer.concat([Uint8Array.of(1, 0), bytesOf(3072)]),
    'fine_label_names.txt': 'apple\n',
    'coarse_label_names.txt': 'fish\nfruit\n',
  });
  expect([Object.keys(hundred.pictures), hundred.left]).toEqual([['train/apple/train-0.png'], []]);
  const letters = await unpacked({
    'emnist-letters-train-images-idx3-ubyte': idx([1, 5, 5], bytesOf(25)),
    'emnist-letters-mapping.txt': '1 65 97\n',
    'other-mapping.txt': 'x',
  });
  expect(letters.left).toEqual(['other-mapping.txt']);
});

test('NumPy arrays take their labels by name, beside them or in the archive', async () => {
  const values = bytesOf(2 * 36);
  const pictures = encodeNpy({ shape: [2, 6, 6], values });
  const labels = npy('<i8', '2,', new Uint8Array(BigInt64Array.of(1n, 3n).buffer));
  const alone = await unpacked({
    'x_test.npy': pictures,
    'y_test.npy': labels,
    'rows.npy': npy('|u1', '2, 3', bytesOf(6)),
  });
  expect(alone.pictures).toEqual({
    'test/1/x_test-0.png': [...values.subarray(0, 36)],
    'test/3/x_test-1.png': [...values.subarray(36)],
  });
  expect(alone.left).toEqual(['rows.npy']);
  const packed = await unpacked({ 'd.npz': await zipOf({ 'images.npy': pictures, 'labels.npy': labels }) });
  expect(Object.keys(packed.pictures)).toEqual(['1/d-images-0.png', '3/d-images-1.png']);
  expect(Object.values(packed.pictures)).toEqual(Object.values(alone.pictures));
});

test('numbers from 0 to 1 become bytes, and told; channels may come first; other numbers are refused', async () => {
  const bytes = bytesOf(3 * 25);
  const shares = new Uint8Array(Float32Array.from(bytes, (byte) => byte / 255).buffer);
  const { pictures, said } = await unpacked({ 'a.npy': npy('<f4', '1, 3, 5, 5', shares) });
  expect(pictures['a-0.png']).toEqual(
    Array.from({ length: 25 }, (_, i) => [bytes[i], bytes[25 + i], bytes[50 + i]]).flat(),
  );
  expect(said[0]).toContain('numbers from 0 to 1 are written as 0 to 255');
  const wide = new Uint8Array(Int16Array.from({ length: 25 }, (_, i) => i * 100).buffer);
  await expect(unpacked({ 'a.npy': npy('<i2', '1, 5, 5', wide) })).rejects.toThrow(/no pixels: numbers from 0 to 2400/);
});

test('labels of another count are refused', async () => {
  await expect(
    unpacked({ 'images-idx3-ubyte': idx([1, 5, 5], bytesOf(25)), 'labels-idx1-ubyte': idx([2], Uint8Array.of(1, 2)) }),
  ).rejects.toThrow(/has 1 pictures, but labels-idx1-ubyte has 2 labels/);
});

test('put of images and labels ends in labelled items', async () => {
  const { context, drop } = memoryDeployment();
  const folder = folderOf({
    'train-images-idx3-ubyte': idx(
      [8, 28, 28],
      bytesOf(8 * 784).map((byte, i) => (byte * ((i % 31) + 1)) % 256),
    ),
    'train-labels-idx1-ubyte': idx([8], Uint8Array.of(0, 1, 2, 3, 0, 1, 2, 3)),
  });
  const paths = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'].map((name) => join(folder, name));
  const answer = await put(context, paths, { dataset: 'digits', show: 20, timeoutMs: 600_000 });
  expect(answer.put.uploaded).toEqual(['digits/train-images-idx3-ubyte.zip']);
  expect(answer.put.items).toEqual({ accepted: 8, rejected: 0 });
  expect(answer.put.remarks.map(({ code }) => code)).toContain('layout.arrays');
  expect(new TextDecoder().decode((await drop.get('digits/dataset.yaml'))?.body)).toContain('labels: folder');
});

test('in the bucket by themselves they are refused by name, with the command that unpacks them', async () => {
  const images = idx([1, 5, 5], bytesOf(25));
  for (const [path, start] of [
    ['train-images-idx3-ubyte', images],
    ['train-images-idx3-ubyte.gz', gzipSync(images)],
    ['x.npz', await zipOf({ 'x.npy': encodeNpy({ shape: [1, 5, 5], values: bytesOf(25) }) })],
    ['data_batch_2.bin', Buffer.concat([Uint8Array.of(2), bytesOf(3072)])],
  ] as const)
    expect((await sniff(start, { path, size: start.length })).format?.wayOut).toContain('goldpan put');
});
