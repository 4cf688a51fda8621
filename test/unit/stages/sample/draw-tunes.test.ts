import { expect, test } from 'vitest';
import { drawTunes, prefixOfConditions } from '#stages/sample/texts/draw-tunes.ts';

const TUNE = 'M:6/8\nL:1/8\nK:D\nabc def|';

test('tunes that no player reads are drawn again at their place, counted, and left out in the end', async () => {
  const asked: (readonly number[])[] = [];
  const { tunes, rejected } = await drawTunes(4, async (places, attempt) => {
    asked.push(places);
    return places.map((place) => (place === 0 || (place === 2 && attempt > 0) ? `${TUNE}${'a'.repeat(place)}` : '?'));
  });
  expect(asked.slice(0, 2)).toEqual([
    [0, 1, 2, 3],
    [1, 2, 3],
  ]);
  expect(tunes).toEqual([TUNE, `${TUNE}aa`]);
  expect(rejected).toBe(3 + 2 * 7);
});

test('conditions on metre and key become what a tune begins with', () => {
  expect(prefixOfConditions('metre=6/8')).toMatchObject({ value: 'M:6/8\n' });
  expect(prefixOfConditions("key = 'A Minor' and meter = C|")).toMatchObject({ value: 'M:C|\nL:1/8\nK:A Minor\n' });
  for (const where of ['key=D', 'metre=quick', 'tempo=3', 'metre=', 'metre=6/8 and key='])
    expect(prefixOfConditions(where), where).toMatchObject({ ok: false, refusal: { code: 'condition.invalid' } });
});
