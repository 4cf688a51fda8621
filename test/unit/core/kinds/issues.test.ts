import { expect, test } from 'vitest';
import { addCounts, countIssues } from '#core/kinds/define/issue.ts';
import { describeIssue, ISSUES, type IssueCode } from '#core/kinds/issues.ts';

test('an issue says where, what, what was given, what is allowed and what to do', () => {
  const issue = {
    code: 'upload.type-not-allowed' as const,
    place: { path: '3/notes.png' },
    given: 'text',
    allowed: 'image/png',
  };
  expect(describeIssue(issue)).toBe(
    '3/notes.png: The content of the file is not of a type that this dataset accepts. (given: text; allowed: image/png) Convert it to an accepted type, or leave it out. The content decides, not the file name.',
  );
});

test('a line and a key are named', () => {
  const place = { path: 'dataset.yaml', line: 4, key: 'train.epoch' };
  expect(describeIssue({ code: 'config.unknown-key', place })).toMatch(/^dataset\.yaml, line 4, train\.epoch: /);
});

test('an issue of a whole upload needs no place', () => {
  expect(describeIssue({ code: 'upload.empty', place: {} })).toMatch(/^The file is empty\./);
});

test('issues are counted by code and counts add up', () => {
  const counts = countIssues([{ code: 'image.dark' }, { code: 'image.dark' }, { code: 'upload.empty' }]);
  expect(counts).toEqual({ 'image.dark': 2, 'upload.empty': 1 });
  expect(addCounts(counts, { 'image.dark': 3, 'image.light': 1 })).toEqual({
    'image.dark': 5,
    'upload.empty': 1,
    'image.light': 1,
  });
});

test('codes are <kind>.<what> in kebab case', () => {
  for (const code of Object.keys(ISSUES) as IssueCode[]) expect(code).toMatch(/^[a-z]+\.[a-z]+(-[a-z]+)*$/);
});
