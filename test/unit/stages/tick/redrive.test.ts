import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeInventory } from '#core/ingest/inventory.ts';
import { ObjectEvent } from '#core/ingest/messages.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { eventsToRepeat, isMoment } from '#stages/tick/redrive.ts';
import { validate } from '#stages/validate/stage.ts';
import { greyPng } from '../../../fixtures/pictures.ts';

const MINUTE = 60_000;

function buckets() {
  let now = 0;
  const clock = () => new Date(now);
  const drop = memoryStore({ bucket: 'drop', versioned: true, now: clock });
  const data = memoryStore({ bucket: 'data', now: clock });
  const repeat = async (fromMinutes: number, toMinutes: number, configId?: string) => {
    const inventory = await takeInventory(drop, data, 'digits', configId);
    return eventsToRepeat({ drop, data }, inventory, { fromMs: fromMinutes * MINUTE, toMs: toMinutes * MINUTE });
  };
  const at = (minutes: number) => {
    now = minutes * MINUTE;
  };
  return { drop, data, repeat, at };
}

const keysOf = (events: readonly ObjectEvent[]) => events.map(({ detail }) => detail.object.key);

async function settle(events: readonly ObjectEvent[], drop: Store, data: Store): Promise<void> {
  for (const event of events) await validate(ObjectEvent.parse(event), { drop, data, send: async () => undefined });
}

describe('an upload whose event was lost', () => {
  test('is told of again after a quarter of an hour, with its version, and is then planned', async () => {
    const { drop, data, repeat } = buckets();
    await drop.put('digits/a.png', await greyPng());
    expect(await repeat(0, 14)).toEqual([]);
    const events = await repeat(14, 19);
    expect(keysOf(events)).toEqual(['digits/a.png']);
    await settle(events, drop, data);
    const sent: unknown[] = [];
    const [event] = events;
    await validate(event, { drop, data, send: async (_, messages) => void sent.push(...messages) });
    expect(sent).toMatchObject([{ source: { versionId: 'v00000001' } }]);
  });

  test('is told of whatever the longest look takes, once in each doubling', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 30 * MINUTE }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(gaps, (all) => {
        let fromMs = 0;
        let told = 0;
        for (const gap of all) {
          const toMs = fromMs + gap;
          if (isMoment(0, { fromMs, toMs })) told++;
          fromMs = toMs;
        }
        const doublings = fromMs < 15 * MINUTE ? 0 : 1 + Math.floor(Math.log2(fromMs / (15 * MINUTE)));
        expect(told).toBeLessThanOrEqual(doublings);
        // Looks longer than a doubling fold two moments into one.
        if (all.every((gap) => gap <= 15 * MINUTE)) expect(told).toBe(doublings);
      }),
    );
  });
});

test('what is refused, cleaned or deleted is not told of', async () => {
  const { drop, data, repeat } = buckets();
  await drop.put('digits/a.png', '');
  await settle(await repeat(0, 20), drop, data);
  await drop.put('digits/b.png', await greyPng());
  await drop.delete('digits/b.png');
  expect(await repeat(0, 20)).toEqual([]);
});

test('a changed configuration counts the time anew', async () => {
  const { drop, data, repeat, at } = buckets();
  await drop.put('digits/a.png', await greyPng());
  at(1000);
  await settle(await repeat(0, 20), drop, data);
  expect(await repeat(1000, 1010, 'another')).toEqual([]);
  expect(keysOf(await repeat(1010, 1016, 'another'))).toEqual(['digits/a.png']);
});

test('a dataset.yaml that nobody heard of is told of, one that is in force or refused is not', async () => {
  const { drop, data, repeat } = buckets();
  await drop.put('digits/dataset.yaml', 'kind: text\n');
  const events = await repeat(0, 20);
  expect(keysOf(events)).toEqual(['digits/dataset.yaml']);
  await drop.put('digits/a.txt', 'some text');
  await settle(await repeat(0, 20), drop, data);
  expect(keysOf(await repeat(0, 20))).not.toContain('digits/dataset.yaml');
  await drop.put('digits/dataset.yaml', 'kind: sculpture\n');
  expect(keysOf(await repeat(0, 20))).toContain('digits/dataset.yaml');
  await settle(await repeat(0, 20), drop, data);
  expect(keysOf(await repeat(0, 20))).not.toContain('digits/dataset.yaml');
});

test('a moment between two passes belongs to the earlier one alone', () => {
  for (const minutes of [15, 30, 60, 120]) {
    const edge = minutes * MINUTE;
    expect(isMoment(0, { fromMs: edge - MINUTE, toMs: edge })).toBe(true);
    expect(isMoment(0, { fromMs: edge, toMs: edge + MINUTE })).toBe(false);
  }
});
