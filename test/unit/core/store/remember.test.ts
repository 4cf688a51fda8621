import { expect, test } from 'vitest';
import { isConfigKey, keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { rememberingStore } from '#core/store/remember.ts';
import type { Store } from '#core/store/store.ts';
import { storeContract } from './contract.ts';

storeContract('remembering', { versioned: false, open: () => rememberingStore(memoryStore(), isConfigKey) });

const CONFIG = keys.config('digits', '0123456789abcdef');

function counted() {
  const inner = memoryStore();
  const asked: string[] = [];
  const store: Store = {
    ...inner,
    get: (key, options) => {
      asked.push(key);
      return inner.get(key, options);
    },
  };
  return { asked, inner, store: rememberingStore(store, isConfigKey) };
}

test('a configuration is asked for once, and what is done with its bytes stays with the caller', async () => {
  const { asked, store } = counted();
  await store.put(CONFIG, 'the configuration');
  (await store.get(CONFIG))?.body.fill(0);
  expect(new TextDecoder().decode((await store.get(CONFIG))?.body)).toBe('the configuration');
  expect(asked).toEqual([CONFIG]);
});

test('what is not there yet is asked for again, and so is all that changes', async () => {
  const { asked, store } = counted();
  const pointer = keys.currentConfig('digits');
  const changing = [pointer, keys.inferredConfig('digits'), keys.upload('digits', '0123456789abcdef')];
  for (const key of [CONFIG, ...changing]) for (let time = 0; time < 2; time++) await store.get(key);
  for (const body of ['one', 'two']) {
    await store.put(pointer, body);
    expect(new TextDecoder().decode((await store.get(pointer))?.body)).toBe(body);
  }
  expect(asked).toHaveLength(10);
});

test('only the last few are held', async () => {
  const { asked, store } = counted();
  const many = Array.from({ length: 17 }, (_, i) => keys.config('digits', i.toString(16).padStart(16, '0')));
  for (const key of many) await store.put(key, key);
  for (const key of [...many, many[16] as string, many[0] as string]) await store.get(key);
  expect(asked).toHaveLength(18);
});
