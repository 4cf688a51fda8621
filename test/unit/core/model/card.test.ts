import { expect, test } from 'vitest';
import { ModelCard } from '#core/model/messages/card.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { memoryStore } from '#core/store/memory.ts';
import { storeModel } from '../../../fixtures/stored-model.ts';

test('a card of version 1, with kind and image in place of input, is read as version 2', async () => {
  const data = memoryStore();
  const { input, ...card } = await storeModel(data);
  const { kind, ...image } = input;
  await writeJson(data, 'old.json', { ...card, schemaVersion: 1, kind, image, added: 'by a later release' });
  expect((await readJson(data, 'old.json', ModelCard))?.value).toEqual({ ...card, schemaVersion: 2, input });
});
