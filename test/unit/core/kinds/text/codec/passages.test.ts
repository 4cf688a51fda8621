import fc from 'fast-check';
import { expect, test } from 'vitest';
import { passagesOf } from '#core/kinds/text/codec/passages.ts';

test('paragraphs stay whole where they fit, and sentences where paragraphs do not', () => {
  expect(passagesOf('One.\n\nTwo.\n\nThree.', 12)).toEqual(['One.\n\nTwo.', 'Three.']);
  expect(passagesOf('It rains today. The sun is away. We stay in.', 32)).toEqual([
    'It rains today. The sun is away.',
    'We stay in.',
  ]);
  expect(passagesOf('short', 5)).toEqual(['short']);
});

test('a sentence that is too long is cut between words, a word within', () => {
  expect(passagesOf('alpha beta gamma delta', 11)).toEqual(['alpha beta', 'gamma delta']);
  expect(passagesOf('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
});

test('nothing but white space is lost, and no passage is empty or too long', () => {
  const pieces = fc.constantFrom('a', 'Word. ', '\n\n', '日本。', ' ', '!', '👩‍👩‍👧', '"Yes?" ', '\n');
  const texts = fc.array(pieces, { minLength: 1, maxLength: 60 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(texts, fc.integer({ min: 2, max: 40 }), (text, most) => {
      fc.pre(text.trim() !== '' && [...text].length > most);
      const passages = passagesOf(text, most);
      expect(passages.join('').replaceAll(/\s/gu, '')).toBe(text.replaceAll(/\s/gu, ''));
      for (const passage of passages) {
        expect(passage.trim()).toBe(passage);
        expect([...passage].length).toBeGreaterThan(0);
        expect([...passage].length).toBeLessThanOrEqual(most);
      }
    }),
    { numRuns: 200 },
  );
});
