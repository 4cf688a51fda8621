// The section on the common subject: what was found, in which pictures, and what became of the rest.
import { expect, test } from 'vitest';
import { type SubjectPictures, subjectsOf } from '#core/pages/quality/subjects-section.ts';
import type { ShownSubject, SubjectFacts } from '#core/snapshot/quality/facts.ts';

const subject = (path: string, score: number): ShownSubject => ({
  item: { path, line: null, label: 'cat', source: 'pets/a.zip', part: null, bytesKey: null, row: null },
  score,
  file: 'subjects-00000.ab.npy',
  row: 0,
});
const FACTS: SubjectFacts = {
  items: 1200,
  low: 2,
  least: 0.26,
  leftOut: true,
  scores: {
    histogram: { from: 0, to: 0.6, counts: [1, 5, 3] },
    quantiles: { min: 0.05, p05: 0.1, p25: 0.3, median: 0.4, p75: 0.45, p95: 0.5, max: 0.6 },
  },
  best: [subject('best.jpg', 0.61)],
  worst: [subject('<worst>.jpg', 0.27)],
  lowest: [subject('lowest.jpg', 0.05)],
};
const image = { shows: 'image', uri: 'data:image/png;base64,AAAA', width: 64 } as const;
const PICTURES: SubjectPictures = { means: [{ label: 'cat', items: 900, preview: image }], crop: () => image };
const page = (facts: Partial<SubjectFacts> = {}) =>
  subjectsOf({ ...FACTS, ...facts }, 'image', PICTURES).markup.replaceAll(/\s+/g, ' ');

test('shows the mean of each class, the best and the worst crops, and those that are left out, with scores', () => {
  const text = page();
  for (const shown of ['1,200 images', 'class cat', 'mean of 900', 'best.jpg', '0.61', '0.27', 'lowest.jpg', '0.05'])
    expect(text).toContain(shown);
  expect(text).toContain('2 images without the common subject');
  expect(text).toContain('below 0.26');
  expect(text).toContain('leaves them out of training');
  expect(text).toContain('&lt;worst&gt;.jpg');
  expect(text).not.toContain('<worst>');
});

test('says when low scores are only flagged, and when nothing is judged', () => {
  expect(page({ leftOut: false })).toContain('only flags them');
  const unjudged = page({ low: 0, least: null, leftOut: false, lowest: [] });
  expect(unjudged).toContain('No image is judged by its score');
  expect(unjudged).not.toContain('without the common subject');
  expect(page()).not.toContain('No image is judged');
});
