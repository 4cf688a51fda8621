import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KINDS } from '#core/base/names.ts';
import { effectiveConfig } from '#core/kinds/config.ts';
import { parseDatasetFile } from '#core/kinds/dataset-file.ts';
import { Issue } from '#core/kinds/define/issue.ts';
import { describeIssue } from '#core/kinds/issues.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { MODEL_FAMILIES } from '#core/kinds/train-config.ts';

const issuesOf = (text: string) => {
  const parsed = parseDatasetFile(text);
  return parsed.ok ? [] : parsed.issues;
};

test('the kind alone is enough; everything else has a default', () => {
  const parsed = parseDatasetFile('kind: image\n');
  expect(parsed.ok && parsed.value).toMatchObject({
    kind: 'image',
    train: { latentDim: 'auto' },
    gate: { minItems: 500 },
  });
});

describe('what is wrong is said by line:', () => {
  test('a key that does not exist', () => {
    const [issue] = issuesOf('kind: image\ntrain:\n  epochs: 3\n  latentdim: 8\n');
    expect(issue).toMatchObject({ code: 'config.unknown-key', place: { line: 4, key: 'train.latentdim' } });
  });

  test('a value that is not allowed', () => {
    const [issue] = issuesOf('kind: image\nimage:\n  width: 30\n  height: 32\n  channels: 1\n');
    expect(issue).toMatchObject({ code: 'config.invalid', place: { line: 3, key: 'image.width' }, given: '30' });
  });

  test('a family of models that does not train on such data', () => {
    const [issue] = issuesOf('kind: text\ntrain:\n  model: gan\n');
    expect(issue).toMatchObject({ code: 'config.invalid', place: { line: 3, key: 'train.model' }, given: '"gan"' });
    expect(issue?.allowed).toBe('vae');
    expect(issuesOf('kind: image\ntrain: { model: latent-class }\n')[0]?.allowed).toBe('one of vae, gan');
    for (const kind of KINDS)
      for (const model of MODEL_FAMILIES)
        expect(issuesOf(`kind: ${kind}\ntrain: { model: ${model} }\n`), `${model} of ${kind}`).toHaveLength(
          definitionOf(kind).models.includes(model) ? 0 : 1,
        );
  });

  test('text that is no YAML', () => {
    const [issue] = issuesOf('kind: image\ntrain: {epochs: 3\n');
    expect(issue).toMatchObject({ code: 'config.syntax' });
  });

  test('the same key twice', () => {
    expect(issuesOf('kind: image\nkind: image\n')[0]).toMatchObject({ code: 'config.syntax', place: { line: 2 } });
  });

  test('an empty file', () => expect(issuesOf('')[0]).toMatchObject({ code: 'config.invalid' }));
});

test('an alias bomb is an issue, not a fault', () => {
  const levels = Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`);
  expect(issuesOf(['a0: &a0 x', ...levels].join('\n')).length).toBeGreaterThan(0);
});

test('a key called __proto__ changes nothing but its own file', () => {
  expect(issuesOf('kind: image\n__proto__: { polluted: true }\n').length).toBeGreaterThan(0);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('any text is read without a throw, and every issue can be said in words', () => {
  const token = fc.constantFrom(
    'kind: image',
    'train:',
    '  epochs:',
    ' - ',
    '&a',
    '*a',
    '{',
    '}',
    '[',
    '? ',
    '|',
    '>-',
    '!!set',
    '<<: *a',
    '\t',
    '"',
    "'",
    '%YAML 1.2',
    '---',
    '0x1',
    '.nan',
    '~',
    '\n',
    ': ',
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(token).map((tokens) => tokens.join('')),
    fc.array(token).map((tokens) => tokens.join('\n')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      for (const issue of issuesOf(text)) {
        expect(Issue.safeParse(issue).success).toBe(true);
        expect(describeIssue(issue)).not.toContain('undefined');
      }
    }),
    { numRuns: 1000 },
  );
});

test('what a section leaves out is open to what the first upload tells', () => {
  const text = { unit: 'file', column: null, maxLength: 1_000_000, encoding: 'auto', languages: null } as const;
  const inferred = { kind: 'text', text, labels: 'none' } as const;
  const file = parseDatasetFile('kind: text\ntext: { languages: [en] }\n');
  expect(effectiveConfig(file.ok ? file.value : undefined, inferred)).toMatchObject({
    text: { ...text, languages: ['en'] },
  });
});
