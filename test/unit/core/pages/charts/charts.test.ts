import { expect, test } from 'vitest';
import { barChart } from '#core/pages/charts/bar-chart.ts';
import { histogramChart } from '#core/pages/charts/histogram-chart.ts';
import { legendOf, lineChart } from '#core/pages/charts/line-chart.ts';
import { waveChart } from '#core/pages/charts/wave-chart.ts';

const HOSTILE = '"><script>alert(1)</script>';
const lines = [
  {
    name: 'train',
    points: [
      [1, 300],
      [2, 200],
      [3, Number.NaN],
      [4, 120],
    ] as [number, number][],
  },
  {
    name: 'validation',
    points: [
      [1, 310],
      [2, 220],
      [4, 150],
    ] as [number, number][],
  },
];

test('a chart is one picture with a name, drawn in colours of the page, the same each time', () => {
  const svg = lineChart({ title: 'Loss by epoch', lines, xLabel: 'epoch', yLabel: 'nats', whole: true });
  expect(svg).toMatch(/^<svg /);
  expect(svg).toContain('role="img"');
  expect(svg.match(/aria-label/g)).toHaveLength(1);
  expect(svg).toContain('var(--one)');
  expect(svg).toContain('var(--two)');
  expect(svg).not.toContain('<style');
  expect(lineChart({ title: 'Loss by epoch', lines, xLabel: 'epoch', yLabel: 'nats', whole: true })).toBe(svg);
});

test('a title that has the form of a replacement pattern is shown as it is', () => {
  const svg = lineChart({ title: "$& $' $1", lines, xLabel: 'x', yLabel: 'y' });
  expect(svg).toContain('aria-label="$&amp; $&#39; $1"');
  expect(svg.match(/<svg /g)).toHaveLength(1);
});

test('control and bidi characters of data are shown as a sign in charts and their titles', () => {
  const name = 'a\u202egnp.exe\u0007\u200b';
  const svg = barChart({ title: name, bars: [{ name, value: 3, note: name }] });
  expect(svg.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(svg.match(/a\ufffdgnp\.exe\ufffd\ufffd/g)?.length).toBeGreaterThanOrEqual(2);
});

test('a value that is not finite breaks its line instead of the drawing', () => {
  const svg = lineChart({ title: 't', lines, xLabel: 'x', yLabel: 'y', log: true });
  expect(svg).not.toContain('NaN');
  expect(legendOf(['train', 'validation'])[1]).toEqual({ name: 'validation', colour: 'var(--two)' });
});

test('a bar is as long as its value, and says it', () => {
  const svg = barChart({
    title: 'Classes',
    bars: [
      { name: 'cat', value: 1200 },
      { name: 'dog', value: 600, note: '600 of 1,800' },
    ],
  });
  const widths = [...svg.matchAll(/<rect[^>]*? width="([\d.]+)"/g)].map((match) => Number(match[1]));
  expect(widths).toHaveLength(2);
  expect((widths[0] as number) / (widths[1] as number)).toBeCloseTo(2, 1);
  expect(svg).toContain('1,200');
  expect(svg).toContain('600 of 1,800');
});

test('bars of two classes with one name are two bars', () => {
  const name = 'x'.repeat(40);
  const svg = barChart({
    title: 't',
    bars: [
      { name, value: 1 },
      { name, value: 2 },
    ],
  });
  expect(svg.match(/<rect/g)).toHaveLength(2);
});

test('a histogram has a bar a bin; one value alone has one, too', () => {
  const svg = histogramChart({ title: 'sharpness', from: 0, to: 1, counts: [1, 5, 2, 0], mark: 0.4 });
  expect(svg.match(/<rect/g)).toHaveLength(4);
  expect(histogramChart({ title: 't', from: 3, to: 3, counts: [7] }).match(/<rect/g)).toHaveLength(1);
});

test('a hostile name stays text', () => {
  const drawn = [
    barChart({ title: HOSTILE, bars: [{ name: HOSTILE, value: 1, note: HOSTILE }] }),
    lineChart({ title: HOSTILE, lines: [{ name: HOSTILE, points: [[0, 1]] }], xLabel: HOSTILE, yLabel: HOSTILE }),
    histogramChart({ title: HOSTILE, label: HOSTILE, from: 0, to: 1, counts: [1] }),
    waveChart(HOSTILE, Int16Array.of(1, 2)),
  ];
  for (const svg of drawn) {
    expect(svg).not.toContain('<script');
    expect(svg).not.toContain('="">');
  }
});

test('a clip is drawn from silence to full scale', () => {
  const svg = waveChart('clip', Int16Array.of(0, 0, 32_767, -32_768));
  expect(svg).toContain('M0 23V24');
  expect(svg).toContain('M2 0V24');
  expect(svg).toContain('M3 23V47');
});
