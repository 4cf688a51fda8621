import { expect, test } from 'vitest';
import { cutSection } from '../../../infra/release/changelog.ts';

const CHANGELOG = '# Changelog\n\n## 0.2.0 (unreleased)\n\n- New.\n- Newer.\n\n## 0.1.0 (2026-01-02)\n\n- Old.\n';

test('the unreleased section is dated, and its text alone becomes the release notes', () => {
  const { changelog, notes } = cutSection(CHANGELOG, '0.3.0', '2026-02-03');
  expect(changelog).toBe(CHANGELOG.replace('0.2.0 (unreleased)', '0.3.0 (2026-02-03)'));
  expect(notes).toBe('- New.\n- Newer.\n');
});

test('the last section ends with the file', () => {
  expect(cutSection('## 0.1.0 (unreleased)\n\n- First.\n', '0.1.0', '2026-02-03').notes).toBe('- First.\n');
});

test.each([
  ['no unreleased section', CHANGELOG.replace('unreleased', '2026-01-03'), '0.3.0'],
  ['an empty one', CHANGELOG.replace('- New.\n- Newer.\n', ''), '0.3.0'],
  ['a version that exists', CHANGELOG, '0.1.0'],
])('%s is refused', (_, changelog, version) => {
  expect(() => cutSection(changelog, version, '2026-02-03')).toThrow(/CHANGELOG/);
});
