import { expect, test } from 'vitest';
import { countLines, withoutBoilerplate } from '#core/kinds/text/boilerplate.ts';

const FOOTER = 'All rights reserved by nobody.';

/** What is left of a document with the footer, where `repeated` of `documents` have it. */
function keptOf(documents: number, repeated: number): string {
  const lines = countLines();
  for (let i = 0; i < documents; i++) lines.add(i < repeated ? `text ${i}\n${FOOTER}` : `text ${i}`);
  return withoutBoilerplate(`text 0\n${FOOTER}`, lines.counts, { minDocuments: 3, minShare: 0.5 }).kept;
}

test.each([
  [10, 5, true],
  [10, 4, false],
  [4, 3, true],
  [4, 2, false],
])('of %i documents %i have a line: it is boilerplate: %s', (documents, repeated, boilerplate) => {
  expect(keptOf(documents, repeated)).toBe(boilerplate ? 'text 0' : `text 0\n${FOOTER}`);
});

test('a line counts once a document, and short lines do not count', () => {
  const lines = countLines();
  for (let i = 0; i < 3; i++) lines.add(`${FOOTER}\n${FOOTER}\nshort`);
  expect([...lines.counts.byLine]).toEqual([[FOOTER, 3]]);
});
