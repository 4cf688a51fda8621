import { expect, test } from 'vitest';
import { effectiveConfig } from '#core/kinds/config.ts';
import { parseDatasetFile } from '#core/kinds/dataset-file.ts';
import { joinSaid, missingFacts } from '#core/kinds/missing-facts.ts';

function configOf(yaml: string) {
  const parsed = parseDatasetFile(yaml);
  const config = parsed.ok ? effectiveConfig(parsed.value, undefined) : undefined;
  if (!config) throw new Error(JSON.stringify(parsed));
  return config;
}
const IMAGE = 'kind: image\nimage: { width: 8, height: 8, channels: 1 }\n';

test.each([IMAGE, 'kind: text\n', 'kind: audio\n'])(
  '%j: a label is missed where there are any, a licence where none is stated',
  (kind) => {
    expect(missingFacts(configOf(`${kind}labels: none\nlicense: CC0-1.0\n`), null)).toEqual([]);
    expect(missingFacts(configOf(`${kind}labels: folder\n`), null)).toEqual(['item.no-label', 'item.no-license']);
    expect(missingFacts(configOf(`${kind}labels: folder\n`), 'cat')).toEqual(['item.no-license']);
    expect(missingFacts(configOf(`${kind}labels: sidecar:labels.csv\n`), null)).toEqual([]);
  },
);

test('what a sidecar says is put to the item, and only then the rules are applied', () => {
  const { rules } = configOf(
    'kind: text\nlabels: sidecar:labels.csv\nrules: { item.no-license: { action: reject } }\n',
  );
  const item = { path: 'a.txt', label: null, license: null };
  expect(joinSaid(item, { label: 'cat', license: 'CC0-1.0', source: 'a camera' }, rules)).toEqual({
    label: 'cat',
    license: 'CC0-1.0',
    origin: 'a camera',
    rejections: [],
    flags: [],
  });
  expect(joinSaid(item, undefined, rules)).toMatchObject({
    flags: ['item.no-label'],
    rejections: [{ code: 'item.no-license', place: { path: 'a.txt' } }],
  });
  expect(joinSaid({ ...item, license: 'CC-BY-4.0' }, undefined, rules).rejections).toEqual([]);
});
