import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameLikeColumn, nameLikeColumns } from '#core/kinds/personal-columns.ts';
import { findPersonalData, maskPersonalData } from '#core/kinds/personal-data.ts';
import { expectLinearTime } from '../../../fixtures/linear-time.ts';

const found = (text: string) =>
  findPersonalData(text).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);

test.each([
  ['write to Ann.Lee+work@mail.example.co.uk, please', ['email Ann.Lee+work@mail.example.co.uk']],
  ['<a@b.de> and c@d.org.', ['email a@b.de', 'email c@d.org']],
  ['call +49 171 1234567 today', ['phone +49 171 1234567']],
  ['call +14155552671', ['phone +14155552671']],
  ['(415) 555-2671 or 415-555-2671', ['phone (415) 555-2671', 'phone 415-555-2671']],
  ['01 23 45 67 89', ['phone 01 23 45 67 89']],
  ['030 901 820 33', ['phone 030 901 820 33']],
  ['IBAN DE89 3704 0044 0532 0130 00 SOFORT', ['iban DE89 3704 0044 0532 0130 00']],
  ['GB82WEST12345698765432', ['iban GB82WEST12345698765432']],
  ['card 4111 1111 1111 1111 exp', ['card 4111 1111 1111 1111']],
  ['5500005555555559', ['card 5500005555555559']],
  ['from 192.168.0.17 to 2001:db8::8a2e:370:7334', ['ip 192.168.0.17', 'ip 2001:db8::8a2e:370:7334']],
])('%s', (text, expected) => expect(found(text)).toEqual(expected));

test.each([
  'a@b',
  'the year 2024, 1,234,567.89 and 3.14159265358979',
  'born 01.02.2003, seen 2024-05-06 12:30:45',
  'DE89370400440532013001',
  '4111 1111 1111 1112',
  '1234567890123456',
  'version 1.2.3.4.5 and 256.1.1.1',
  '12:30:45',
  'std::vector::size',
  'order 0123456789',
  '0000000000000000',
  'ISBN 978-3-16-148410-0',
])('%s is nobody', (text) => expect(found(text)).toEqual([]));

test('masking leaves everything else as it stood', () => {
  expect(maskPersonalData('Ann <a@b.de>, +49 171 1234567!')).toBe('Ann <[email]>, [phone]!');
});

test('spans are in order, apart and inside of the text, whatever the text is', () => {
  const pieces = fc.constantFrom(
    'a@b.de',
    '+49 171 1234567',
    '4111111111111111',
    '1.2.3.4',
    ' ',
    ':',
    '-',
    '٣',
    '𝟙',
    '@',
    '.',
    '0',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'binary' }))), (parts) => {
      const text = parts.join('');
      const spans = findPersonalData(text);
      let last = 0;
      for (const { start, end } of spans) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        last = end;
      }
      expect(last).toBeLessThanOrEqual(text.length);
    }),
  );
});

describe('hostile text takes no longer than any other', () => {
  test.each([
    'a',
    '1',
    '1 ',
    '+1',
    'a.',
    'a@',
    'a@a.',
    'a%',
    '0 1',
    'AB12',
    'AB12 ',
    ':',
    'f:',
    '::',
    '1.',
    '(',
    '4-',
    '@a-',
  ])('%j over and over', (piece) => {
    expectLinearTime((characters) => findPersonalData(piece.repeat(characters / piece.length)), 400_000);
  });
});

test('column names of people are known in several ways of writing', () => {
  for (const name of [
    'name',
    'First Name',
    'last_name',
    'E-Mail',
    'customer_email',
    'homeAddress',
    'Straße',
    'Prénom',
    'IBAN',
  ])
    expect(nameLikeColumn(name), name).toBe(true);
  for (const name of [
    'filename',
    'product name',
    'age',
    'city_size',
    'username_length',
    'hours-per-week',
    'native-country',
  ])
    expect(nameLikeColumn(name), name).toBe(false);
});

test('a column called name is one of people unless the other columns are those of things', () => {
  const found = (...columns: string[]) => [...nameLikeColumns(columns)];
  expect(found('id', 'name', 'price')).toEqual([]);
  expect(found('name', 'population', 'country')).toEqual([]);
  expect(found('name', 'score')).toEqual(['name']);
  expect(found('name', 'price', 'age')).toEqual(['name']);
  expect(found('name', 'email', 'price')).toEqual(['name', 'email']);
  expect(found('customer name', 'price')).toEqual(['customer name']);
});
