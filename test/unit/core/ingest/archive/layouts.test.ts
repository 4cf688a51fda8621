import { expect, test } from 'vitest';
import { folderLayoutOf } from '#core/ingest/archive/layouts.ts';
import { litterOf } from '#core/ingest/archive/litter.ts';

test.each([
  ['layout.notes', ['a/1.jpg', 'a/1.jpg.json', 'a/2.HEIC', 'a/2.HEIC.supplemental-metadata.json'], [1, 3]],
  ['layout.notes', ['1.heic', '1.aae', '2.dng', '2.dng.xmp', '3.jpg', '3.xmp'], [1, 3, 5]],
  [
    'layout.pascal-voc',
    ['JPEGImages/1.jpg', 'Annotations/1.xml', 'ImageSets/Main/train.txt', 'JPEGImages/2.jpg', 'notes.xml'],
    [1, 2],
  ],
  ['layout.notes', ['a/1.jpg', 'b/2.jpg', 'README.md', 'classes.txt', 'LICENSE'], [2, 3, 4]],
  ['layout.notes', ['c/data_batch_1.bin', 'c/test_batch.bin', 'c/batches.meta.txt', 'c/readme.html'], [3]],
  ['layout.coco', ['1.jpg', 'annotations.json'], [1]],
] as const)('%s: what describes %j is no item', (code, names, ignored) => {
  const layout = folderLayoutOf(names);
  expect([...layout.ignored]).toEqual(ignored.map((i) => names[i]));
  expect(layout.remarks.map((remark) => remark.code)).toEqual([code]);
});

test('notes beside pictures are left out with what a layout leaves out, and are data among texts', () => {
  const layout = folderLayoutOf(['1.jpg', '2.jpg', 'annotations.json', 'README.md']);
  expect([...layout.ignored]).toEqual(['annotations.json', 'README.md']);
  expect(layout.remarks.map(({ code }) => code)).toEqual(['layout.coco', 'layout.notes']);
  expect([...folderLayoutOf(['a.txt', 'b.txt', 'c.txt', 'cover.jpg', 'README.md']).ignored]).toEqual([]);
});

test('JSON beside no picture of its name is data', () => {
  expect([...folderLayoutOf(['1.jpg', '2.json', '2.jpg.json']).ignored]).toEqual([]);
});

test('what an export of DynamoDB has beside its data is ignored there alone', () => {
  expect(litterOf('x/AWSDynamoDB/01/manifest-files.json')).toBe('Amazon DynamoDB');
  expect(litterOf('AWSDynamoDB/01/data/a.json.gz')).toBeUndefined();
  expect(litterOf('manifest-files.json')).toBeUndefined();
});

test('what Hadoop and Athena write beside tables in S3 is no table', () => {
  expect(litterOf('sales/year=2024_$folder$')).toBe('Hadoop');
  expect(litterOf('out/3f2a.csv.metadata')).toBe('Amazon Athena');
  expect(litterOf('out/3f2a.csv')).toBeUndefined();
});
