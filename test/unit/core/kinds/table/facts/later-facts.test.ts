import { expect, test } from 'vitest';
import { checkTable } from '../../../../../fixtures/tables.ts';

const ROWS = 50_100;
const tableWith = (last: string) =>
  `whole,share,member,flag,day\n${Array.from({ length: ROWS }, (_, i) => `${i},0.5,${i},${i % 2 ? 'yes' : 'no'},2024-01-0${1 + (i % 9)}`).join('\n')}\n${last}\n`;

test('what speaks against a type counts wherever it stands in a long table', async () => {
  const { schema, accepted, rejects } = await checkTable(
    // An odd line: every second one is in the sample.
    tableWith('0.25,1.2345678901234567890,007,maybe,soon'),
  );
  expect(schema?.columns.map(({ type }) => type)).toEqual(['number', 'text', 'text', 'category', 'date']);
  expect({ accepted, rejected: rejects.length }).toEqual({ accepted: ROWS, rejected: 1 });
  expect(rejects[0]?.issues[0]).toMatchObject({ code: 'table.type', given: 'soon' });
});
