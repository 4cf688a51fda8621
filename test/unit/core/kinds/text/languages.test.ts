import { eld } from 'eld/small';
import { expect, test } from 'vitest';
import { LANGUAGES } from '#core/kinds/text/language/languages.ts';

test('the languages that can be listed are those that are told apart', () => {
  expect(Object.values(eld.info().Languages)).toEqual([...LANGUAGES]);
});
