import { describe, expect, test } from 'vitest';
import { exactNumber } from '#core/kinds/table/read/json/exact-json.ts';
import { rowsOfDocument } from '#core/kinds/table/read/json/json-document.ts';
import { plainRecord } from '#core/kinds/table/read/json/plain-record.ts';
import { checkTable } from '../../../../../fixtures/tables.ts';

const QUIET = 'kind: table\nrules: { item.personal-data: { action: off } }\n';
const many = <Row>(of: (i: number) => Row) => Array.from({ length: 30 }, (_, i) => of(i));
const feature = (i: number, geometry: unknown = { type: 'Point', coordinates: [i, 2.5] }) => ({
  type: 'Feature',
  properties: { name: `p${i}`, pop: i * 10 },
  geometry,
});
const given = (remarks: readonly { given?: string | undefined }[] = []) => remarks.map((remark) => remark.given);

describe('GeoJSON', () => {
  test('gives the properties as columns, and points as longitude and latitude, and says so', async () => {
    const map = {
      type: 'FeatureCollection',
      name: 'n',
      crs: { type: 'name' },
      bbox: [1],
      features: many((i) => feature(i)),
    };
    const { rows, schema, remarks } = await checkTable(JSON.stringify(map), { path: 'a.geojson', config: QUIET });
    expect(schema?.columns.map(({ name, type }) => [name, type])).toEqual([
      ['name', 'text'],
      ['pop', 'integer'],
      ['longitude', 'integer'],
      ['latitude', 'number'],
    ]);
    expect(rows).toHaveLength(30);
    expect(rows[3]).toMatchObject({ path: expect.any(String) });
    expect(remarks).toMatchObject([
      { code: 'table.json-shape', items: 30, given: 'the rows are the list "features"' },
      { code: 'table.json-shape', items: 30, given: expect.stringContaining('GeoJSON') },
    ]);
  });

  test('keeps other geometries as texts, an id, and what has the name of a property under another', () => {
    const line = {
      type: 'LineString',
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    };
    expect(plainRecord({ ...feature(1, line), id: 7 })).toEqual({
      value: { name: 'p1', pop: 10, id: 7, geometry: line },
      shape: 'geojson',
    });
    const clash = {
      type: 'Feature',
      properties: { id: 1, latitude: 3 },
      id: 2,
      geometry: { type: 'Point', coordinates: [5, 6, 7] },
    };
    expect(plainRecord(clash).value).toEqual({ id: 1, latitude: 3, _id: 2, longitude: 5, _latitude: 6, altitude: 7 });
    expect(plainRecord({ type: 'Feature', properties: null, geometry: null }).value).toEqual({});
    const other = { type: 'Feature', properties: 'many', geometry: null };
    expect(plainRecord(other)).toEqual({ value: other });
  });

  test('of one feature, and one a line, is read as well', async () => {
    expect(rowsOfDocument(JSON.stringify({ type: 'FeatureCollection', features: [feature(1)] }))?.rows).toHaveLength(1);
    const lines = many((i) => JSON.stringify(feature(i))).join('\n');
    expect((await checkTable(lines, { path: 'a.geojsonl', config: QUIET })).schema?.columns[0]?.name).toBe('name');
  });
});

describe('an export of a database', () => {
  test('of DynamoDB gives the values without their types, with every digit', async () => {
    const item = (i: number) => ({
      shop: { S: `s${i}` },
      units: { N: `${9007199254740993n + BigInt(i)}` },
      ok: { BOOL: i % 2 === 0 },
      tags: { SS: ['a'] },
      more: { M: { n: { N: '1.50' }, l: { L: [{ N: '2' }, { NULL: true }] } } },
      none: { NULL: true },
    });
    const lines = many((i) => JSON.stringify({ Item: item(i) })).join('\n');
    const { preview, schema, remarks } = await checkTable(lines, { path: 'a.json', config: QUIET, previewRows: 1 });
    expect(schema?.columns.map(({ name }) => name)).toEqual(['shop', 'units', 'ok', 'tags', 'more']);
    expect(JSON.stringify(preview)).toContain('9007199254740993');
    expect(JSON.stringify(preview)).toContain(JSON.stringify('{"n":1.50,"l":[2,null]}').slice(1, -1));
    expect(given(remarks)).toEqual([expect.stringContaining('DynamoDB')]);
  });

  test('of a scan, of MongoDB or of Elasticsearch gives the values, too', () => {
    const scan = { Items: [{ a: { S: 'x' } }, { a: { S: 'y' } }], Count: 2, ScannedCount: 2, ConsumedCapacity: null };
    expect(rowsOfDocument(JSON.stringify(scan))).toEqual({ rows: scan.Items, list: 'Items' });
    expect(plainRecord(scan.Items[0])).toEqual({ value: { a: 'x' }, shape: 'dynamodb' });
    const mongo = {
      _id: { $oid: 'ab' },
      n: { $numberLong: '5' },
      at: { $date: { $numberLong: '1000' } },
      in: [{ d: { $date: 't' } }],
    };
    expect(plainRecord(mongo)).toEqual({
      value: { _id: 'ab', n: 5, at: '1970-01-01T00:00:01.000Z', in: [{ d: 't' }] },
      shape: 'mongodb',
    });
    const hit = { _index: 'i', _id: '1', _score: 1, _source: { a: 1 } };
    expect(plainRecord(hit)).toEqual({ value: { _id: '1', a: 1 }, shape: 'elasticsearch' });
  });

  test('is not seen where values only look alike', () => {
    for (const row of [
      { a: { S: 1 } },
      { a: { S: 'x' }, b: 2 },
      { a: { N: 'x' } },
      { a: { S: 'x', N: '1' } },
      {},
      { Item: { a: 1 } },
    ])
      expect(plainRecord(row)).toEqual({ value: row });
  });
});

test('a list of rows is found beside the facts of its page, and beside other objects; the remark names it', async () => {
  const page = { page: 1, per_page: 30, total: 90, pages: 3, data: many((i) => ({ a: i })) };
  const { schema, remarks } = await checkTable(JSON.stringify(page), { path: 'a.json', config: QUIET });
  expect(schema?.columns.map(({ name }) => name)).toEqual(['a']);
  expect(given(remarks)).toEqual(['the rows are the list "data"']);
  const nested = { took: 5, meta: { a: 1 }, response: { total: { value: 2 }, hits: [{ a: 1 }, { a: 2 }] } };
  expect(rowsOfDocument(JSON.stringify(nested))?.list).toBe('response.hits');
  const order = { id: 1, customer: 'c', day: 'd', total: 3, items: [{ sku: 1 }, { sku: 2 }] };
  expect(rowsOfDocument(JSON.stringify(order))).toEqual({ rows: [order] });
});

test('an ordinary file is not remarked on', async () => {
  const { remarks } = await checkTable(JSON.stringify(many((i) => ({ a: i }))), { path: 'a.json', config: QUIET });
  expect(remarks).toEqual([]);
});

test('a number that is given as text keeps the digits that a double would change', () => {
  expect(exactNumber('12')).toBe(12);
  expect(exactNumber('1.50')).not.toBe(1.5);
});
