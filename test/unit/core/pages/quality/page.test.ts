import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { markOf } from '#core/pages/page.ts';
import { QualityFacts } from '#core/snapshot/quality/facts.ts';
import { shownOf } from './evidence.ts';
import { FACTS, hostilePage, QUALITY } from './page-facts.ts';

const page = hostilePage();
const { document } = parseHTML(page);

test('whatever the data says is text: no script, no handler, no address', () => {
  expect(document.querySelectorAll('script, iframe, link, object, base')).toHaveLength(0);
  for (const element of document.querySelectorAll('*'))
    for (const { name } of element.attributes) expect(name).not.toMatch(/^on/);
  for (const image of document.querySelectorAll('img'))
    expect(image.getAttribute('src')).toMatch(/^data:image\/png;base64,/);
  expect(page).not.toMatch(/(src|href)="?https?:/);
  expect(page).not.toContain('\u202e');
  expect(document.querySelector('[http-equiv="Content-Security-Policy"]')?.getAttribute('content')).toContain(
    "default-src 'none'",
  );
});

test('what was given in a column with personal data is not shown, and addresses in others are masked', () => {
  expect(page).not.toContain('secret value');
  expect(page).not.toContain('ada@example.org');
  expect(page).toContain('(personal)');
  expect(page).toContain('1 column with personal data');
});

test('a reason with a bound and no value, or with a column alone, reads as a phrase', () => {
  const facts = {
    ...FACTS,
    rejected: [
      {
        code: 'table.type' as const,
        items: 2,
        examples: [{ column: 'age', allowed: 'a number' }, { column: 'height' }].map(({ column, allowed }) => ({
          item: shownOf('a.csv'),
          issues: [{ code: 'table.type' as const, place: { column }, ...(allowed !== undefined && { allowed }) }],
        })),
      },
    ],
  };
  const text = hostilePage({ facts });
  expect(text).toContain('<br>age: allowed a number</figcaption>');
  expect(text).toContain('<br>height</figcaption>');
});

test('the head joins the distinct items with the accepted ones', () => {
  const items = { accepted: 303, rejected: 6, distinct: 300 };
  const head = parseHTML(hostilePage({ quality: { ...QUALITY, items } })).document.querySelector('.top');
  expect(head?.textContent).toContain('300 distinct images, 3 copies, 6 rejected in ');
});

test('every section is there, and what to do comes in the order of what it gains', () => {
  const heads = [...document.querySelectorAll('h2')].map((head) => head.textContent);
  expect(heads).toEqual([
    'What to do next',
    'Four scores',
    'Where the items went',
    'Classes',
    'Rejected',
    'Conflicting labels',
    'Duplicates',
    'Outliers',
    'Flagged',
    'What was changed',
    'Distributions',
    'Uploads',
  ]);
  const gains = [...document.querySelectorAll('ol li')].flatMap(
    (line) => /raises the total by ([\d.]+)/.exec(line.textContent ?? '')?.[1] ?? [],
  );
  expect(gains.length).toBeGreaterThan(3);
  expect([...gains].sort((a, b) => Number(b) - Number(a))).toEqual(gains);
});

test('the same facts are the same bytes, and the first lines tell what the page was made of', () => {
  expect(hostilePage()).toBe(page);
  expect(markOf(page.slice(0, 512))).toBe('mark');
  expect(markOf('<html>')).toBeUndefined();
});

test('models are made of every kind of data, and the page says what is missing for a training', () => {
  for (const kind of ['image', 'text', 'audio'] as const) {
    const other = hostilePage({ quality: { ...QUALITY, kind } });
    expect(other).toContain('The gate settings of dataset.yaml are not met');
    expect(other).not.toContain('The snapshot can be used by other tools');
  }
});

test('what was changed is told by rule and column, with values before and after; without examples it is counted', () => {
  const rows = [...document.querySelectorAll('table')]
    .find((one) => one.textContent?.includes('Changes by rule and column'))
    ?.querySelectorAll('tbody tr');
  const texts = [...(rows ?? [])].map((row) => row.textContent?.replaceAll(/\s+/g, ' ') ?? '');
  expect(texts).toHaveLength(2);
  expect(texts[0]).toContain('table.space in ');
  expect(texts[0]).toContain('NA → empty');
  expect(texts[0]).toContain('a.csv, line 9');
  expect(texts[1]).toMatch(/^image\.orientation.*4not shown$/);
});

test('facts of older releases have no changes: the page counts what was fixed', () => {
  const { changes: _, ...older } = FACTS;
  const text = hostilePage({ facts: QualityFacts.parse(older) });
  expect(text).toContain('Changes by rule</caption>');
  expect(text).toContain('<code>table.space</code>');
});

test('dates are shown as dates, where they are measured in days or microseconds since 1970', () => {
  const quantiles = { min: 0, p05: 0.1, p25: 0.2, median: 0.5, p75: 0.6, p95: 0.9, max: 1 };
  const measured = (name: string, unit: number) => ({
    name,
    items: 890,
    histogram: { from: 19_363 * unit, to: 19_719 * unit, counts: [1, 5, 2] },
    quantiles: { ...quantiles, min: 19_363 * unit, median: 19_557 * unit, max: 19_719 * unit },
  });
  const column = (name: string, type: 'date' | 'datetime') => ({
    ...{ name, type, personal: false, rows: 900, missing: 0, distinct: 200, categories: [] },
  });
  const facts = {
    ...FACTS,
    measures: [measured('day', 1), measured('at', 86_400_000_000)],
    columns: [column('day', 'date'), column('at', 'datetime')],
  };
  const text = hostilePage({ facts });
  expect(text.split('median 2023-07-19;')).toHaveLength(3);
  expect(text.split('range 2023-01-06 to 2023-12-28')).toHaveLength(3);
  expect(text).not.toContain('19,4');
});
