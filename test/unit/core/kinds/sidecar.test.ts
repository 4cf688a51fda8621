import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSidecar, readSidecar } from '#core/kinds/sidecar.ts';

const read = (text: string) => readSidecar('labels.csv', new TextEncoder().encode(text));
const NOTHING = { label: null, license: null, source: null };

test('a CSV of any delimiter and a JSONL say the same; other columns are left alone', () => {
  const entries = [
    { path: 'a.png', label: 'cat, big', license: 'CC0-1.0', source: null },
    { ...NOTHING, path: 'b/ä.png' },
  ];
  expect(read('path,label,license,seen by\na.png,"cat, big",CC0-1.0,me\nb/ä.png,,,\n')).toEqual({ ok: true, entries });
  expect(read('license;path;label\r\nCC0-1.0;a.png;cat, big\r\n;b/ä.png;\r\n')).toEqual({ ok: true, entries });
  expect(read(entries.map((entry) => JSON.stringify({ ...entry, n: 1 })).join('\n'))).toEqual({ ok: true, entries });
});

test.each([
  ['name,label\na.png,cat\n', 1],
  ['path,label\na.png,cat\n,dog\n', 3],
  ['path,label\na.png,"cat\n', 2],
  ['{"path":"a.png"}\n{"path":\n', 2],
  ['{"path":"a.png","label":[7]}\n', 1],
  ['', 1],
])('%j is refused with its line', (text, line) => {
  expect(read(text)).toMatchObject({
    ok: false,
    issue: { code: 'upload.sidecar', place: { path: 'labels.csv', line } },
  });
});

test('bytes that are no UTF-8 are refused', () => {
  expect(readSidecar('x', Uint8Array.of(0x70, 0xff))).toMatchObject({ ok: false, issue: { code: 'upload.sidecar' } });
});

test('it is known by its name, in whatever folder, where the configuration names it', () => {
  expect(isSidecar('labels.csv', 'sidecar:labels.csv')).toBe(true);
  expect(isSidecar('set/labels.csv', 'sidecar:labels.csv')).toBe(true);
  expect(isSidecar('mylabels.csv', 'sidecar:labels.csv')).toBe(false);
  expect(isSidecar('labels.csv', 'folder')).toBe(false);
});

test('any bytes are read or refused', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readSidecar('x', bytes)));
  fc.assert(fc.property(fc.string(), (text) => void read(`path,label\n${text}`)));
});

test('columns go by the names that other programs give them, and numbers are labels', () => {
  const entries = [{ path: 'a.png', label: '3', license: null, source: null }];
  const read = (text: string) => readSidecar('metadata.csv', Buffer.from(text));
  const captioned = entries.map((entry) => ({ ...entry, caption: 'a cat' }));
  expect(read('file_name,label,caption\na.png,3,a cat\n')).toEqual({ ok: true, entries: captioned });
  expect(read('{"file_name":"a.png","label":3,"text":["a cat"]}\n')).toEqual({ ok: true, entries: captioned });
  expect(read('filename;class\na.png;3\n')).toEqual({ ok: true, entries });
  expect(read('{"file_name":"a.png","label":3}\n')).toEqual({ ok: true, entries });
  expect(read('path,file,label,class\na.png,b.png,3,4\n')).toEqual({ ok: true, entries });
});
