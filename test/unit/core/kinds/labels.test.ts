import { describe, expect, test } from 'vitest';
import { folderLayoutOf } from '#core/ingest/layouts/layouts.ts';
import { DatasetFile } from '#core/kinds/config.ts';
import { labelsFrom, spellingsOf, spellingText } from '#core/kinds/labels.ts';
import { classOfPath, splitFolders, splitOfPath } from '#core/kinds/split-folders.ts';

describe('spellings of one class', () => {
  test('by case, width, spaces and normal form are the commonest', () => {
    const counts = new Map([
      ['Cat', 2],
      ['cat', 5],
      [' cat ', 1],
      ['ｃａｔ', 1],
      ['dog', 3],
      ['café', 1],
      ['café'.normalize('NFD'), 2],
      ['red  car', 1],
      ['red car', 1],
    ]);
    const found = spellingsOf(counts).map(({ chosen, others, items }) => [chosen, [...others].sort(), items]);
    expect(found).toEqual([
      ['cat', [' cat ', 'Cat', 'ｃａｔ'], 4],
      ['café'.normalize('NFD'), ['café'], 1],
      ['red  car', ['red car'], 1],
    ]);
  });

  test('are told in words, and other labels are left alone', () => {
    const [cat] = spellingsOf(
      new Map([
        ['cat', 2],
        ['CAT', 1],
      ]),
    );
    expect(cat && spellingText(cat)).toBe('"CAT" count as "cat"');
    expect(
      spellingsOf(
        new Map([
          ['cat', 2],
          ['cats', 1],
          ['c-at', 1],
        ]),
      ),
    ).toEqual([]);
  });
});

describe('folders named after splits', () => {
  test.each([
    ['train/cat/1.png', 'train', 'cat'],
    ['cat/train/1.png', 'train', 'cat'],
    ['set/valid/dog/1.png', 'validation', 'dog'],
    ['images/train2017/1.jpg', 'train', null],
    ['Test/1.png', 'test', null],
    ['dev/a/b/1.png', 'validation', 'b'],
    ['cat/1.png', undefined, 'cat'],
    ['1.png', undefined, null],
  ])('%s', (path, split, label) => {
    expect([splitOfPath(path), classOfPath(path)]).toEqual([split, label]);
  });

  test('are a split where nearly all files lie in them', () => {
    const paths = ['train/cat/1', 'train/dog/2', 'test/cat/3'];
    expect(splitFolders(paths)).toEqual(
      new Map([
        ['train', 2],
        ['test', 1],
      ]),
    );
    expect(labelsFrom(paths)).toEqual({ labels: 'folder', split: 'folders' });
    expect(labelsFrom(['train/1', 'val/2'])).toEqual({ labels: 'none', split: 'folders' });
    expect(labelsFrom(['train/1', 'bus/2'])).toEqual({ labels: 'folder' });
    expect(splitFolders([...paths, 'x/4', 'y/5'])).toBeUndefined();
  });

  test('are asked for by one word in dataset.yaml', () => {
    expect(DatasetFile.parse({ kind: 'image', split: 'folders' }).split).toMatchObject({ by: 'folders', train: 0.8 });
    expect(DatasetFile.parse({ kind: 'image' }).split).not.toHaveProperty('by');
    expect(DatasetFile.safeParse({ kind: 'image', split: 'files' }).success).toBe(false);
  });
});

describe('layouts', () => {
  test('of YOLO are told, and the boxes are no items', () => {
    const names = ['data.yaml', 'images/train/1.jpg', 'images/val/2.jpg', 'labels/train/1.txt', 'labels/val/2.txt'];
    const { ignored, remarks } = folderLayoutOf(names);
    expect([...ignored]).toEqual(['data.yaml', 'labels/train/1.txt', 'labels/val/2.txt']);
    expect(remarks.map(({ code, items }) => [code, items])).toEqual([
      ['layout.yolo', 3],
      ['layout.split-folders', 2],
    ]);
  });

  test('of COCO are told, and the annotations are no items', () => {
    const names = ['annotations/instances_val2017.json', 'train2017/1.jpg', 'val2017/2.jpg'];
    expect([...folderLayoutOf(names).ignored]).toEqual(['annotations/instances_val2017.json']);
  });

  test('a README and a licence beside tables are no items; beside texts they are', () => {
    const notes = ['LICENSE', 'README.md', 'sub/Licence-MIT.txt', 'README.de.md'];
    const { ignored, remarks } = folderLayoutOf([...notes, 'a.csv', 'sub/b.parquet']);
    expect([...ignored].sort()).toEqual([...notes].sort());
    expect(remarks).toMatchObject([{ code: 'layout.notes', items: 4 }]);
    expect(folderLayoutOf([...notes, 'license_plates.txt', 'b.txt', 'c.csv']).ignored.size).toBe(0);
    expect(folderLayoutOf(['readme.csv', 'a.csv']).ignored.size).toBe(0);
  });

  test('of texts in folders named labels are none', () => {
    expect(folderLayoutOf(['labels/a.txt', 'texts/a.txt'])).toEqual({ ignored: new Set(), remarks: [] });
  });
});

test('a file of metadata says what the labels are, unless folders do', () => {
  expect(labelsFrom(['a.png', 'b.png', 'metadata.csv'])).toEqual({ labels: 'sidecar:metadata.csv' });
  expect(labelsFrom(['train/a.png', 'train/metadata.jsonl', 'test/b.png'])).toEqual({
    labels: 'sidecar:metadata.jsonl',
    split: 'folders',
  });
  expect(labelsFrom(['cat/a.png', 'dog/b.png', 'metadata.csv'])).toEqual({ labels: 'folder' });
  expect(labelsFrom(['metadata.csv'])).toEqual({ labels: 'none' });
});
