import { expect, test } from 'vitest';
import { folderLayoutOf } from '#core/ingest/layouts/layouts.ts';
import { litterOf } from '#core/ingest/layouts/litter.ts';

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
  ['layout.pascal-voc', ['a/1.jpg', 'a/1.xml', 'a/2.jpg', 'a/2.xml', 'b.xml'], [1, 3]],
  ['layout.notes', ['a/SA1.WAV', 'a/SA1.PHN', 'a/SA1.WRD', 'a/SA2.WAV', 'b.lab'], [1, 2]],
  ['layout.notes', ['0.tar', '0.parquet', '0_stats.json', '1.tar', 'other.parquet'], [1, 2]],
  ['layout.masks', ['images/1.jpg', 'images/2.jpg', 'masks/1.png', 'masks/2.png'], [2, 3]],
  ['layout.masks', ['a/1.jpg', 'a/1_mask.gif', 'a/2.jpg', 'a/2_segmentation.png', 'b/3_mask.png'], [1, 3]],
  ['layout.notes', ['1.heic', '1.mov', '2.HEIC', '2.MOV', 'IMG_3.heic', 'IMG_O3.AAE', 'trip.mov'], [1, 3, 5]],
  [
    'layout.notes',
    [
      'P/a.jpg',
      'P/a.jpg.supplemental-me.json',
      'P/a(1).jpg',
      'P/a.jpg(1).json',
      'P/b.mp4.s.json',
      'P/metadata.json',
      'archive_browser.html',
      'other/metadata.json',
    ],
    [1, 3, 5, 6],
  ],
  ['layout.notes', ['img/1.jpg', 'img/2.jpg', 'img/3.jpg', 'images.txt', 'list_attr_celeba.txt', 'labels.csv'], [3, 4]],
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

test('what the UCI repository and mongodump write beside tables is no table', () => {
  expect([...folderLayoutOf(['adult.data', 'adult.test', 'adult.names']).ignored]).toEqual(['adult.names']);
  expect([...folderLayoutOf(['users.bson', 'users.metadata.json']).ignored]).toEqual(['users.metadata.json']);
  expect([...folderLayoutOf(['a.csv', 'users.metadata.json']).ignored]).toEqual([]);
  expect([...folderLayoutOf(['a.shp', 'a.dbf', 'a.shx', 'a.prj', 'a.cpg', 'b.prj']).ignored]).toEqual([
    'a.prj',
    'a.cpg',
  ]);
  const records = ['x-train.tfrecord-00000-of-00002', 'x-train.tfrecord-00001-of-00002'];
  const beside = ['dataset_info.json', 'features.json', 'label.labels.txt'];
  expect([...folderLayoutOf([...records, ...beside]).ignored]).toEqual(beside);
});

test('a class called masks, and a folder of labels with pictures of its own, are no masks of others', () => {
  expect([...folderLayoutOf(['faces/1.jpg', 'faces/2.jpg', 'masks/7.jpg', 'masks/8.jpg']).ignored]).toEqual([]);
  expect([...folderLayoutOf(['faces/1.jpg', 'faces/2.jpg', 'masks/1.jpg', 'masks/2.jpg']).ignored]).toEqual([]);
  expect([...folderLayoutOf(['images/1.jpg', 'masks/1.jpg', 'masks/2.jpg', 'masks/3.jpg']).ignored]).toEqual([]);
});

test('what a browser saves with a page, Redshift with parts and Slack with messages is no item', () => {
  const page = ['Article.html', 'Article_files/app.js', 'Article_files/logo.png', 'other.css'];
  expect([...folderLayoutOf(page).ignored]).toEqual(['Article_files/app.js', 'Article_files/logo.png']);
  expect([...folderLayoutOf(['t/0000_part_00', 't/0001_part_00', 't/manifest']).ignored]).toEqual(['t/manifest']);
  const slack = [
    'channels.json',
    'users.json',
    'general/2024-01-01.json',
    'general/2024-01-02.json',
    'general/2024-01-03.json',
  ];
  expect([...folderLayoutOf(slack).ignored]).toEqual(['channels.json', 'users.json']);
});
