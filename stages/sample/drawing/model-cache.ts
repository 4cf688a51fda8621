// Which model a request means, and what is known of the models of a dataset. Ids come checked: they are parts of keys.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { sha256 } from '#core/base/hash.ts';
import { LATENTS_FILE, LatentMixture } from '#core/model/latent-mixture.ts';
import { CurrentModel, ModelCard, RegistryEntry } from '#core/model/messages/card.ts';
import type { ModelAnswer, ModelList } from '#core/model/messages/endpoint-api.ts';
import { readJson } from '#core/store/json.ts';
import { idInKey, keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { accepted, type Result, refused } from '../problem.ts';
import { type Recent, recentlyUsed } from './lru-cache.ts';

/** The half of a model that samples. */
const SAMPLER: Readonly<Record<ModelCard['family'], string>> = { vae: 'decoder.onnx', gan: 'generator.onnx' };
const CARDS = 64;
const MIXTURES = 16;
const READS_AT_ONCE = 16;

export type Models = {
  /** The card of the named model, or of the current one where none is named. */
  choose(dataset: string, modelId: string | undefined): Promise<Result<ModelCard>>;
  list(dataset: string): Promise<Result<ModelList>>;
  show(dataset: string, modelId: string): Promise<Result<ModelAnswer>>;
  /** The bytes of the half that samples. Throws CorruptObjectError when they are not what the card says. */
  decoderOf(card: ModelCard): Promise<Uint8Array>;
  /** The law fitted to the model's latent space; undefined where it has none. Throws CorruptObjectError as well. */
  mixtureOf(card: ModelCard): Promise<LatentMixture | undefined>;
};

/** The registry is read anew each time, so that a promotion or a revocation holds from the next call; cards never change. */
export function modelsIn(data: Store): Models {
  const cards: Recent<ModelCard> = recentlyUsed(CARDS);
  const mixtures: Recent<LatentMixture> = recentlyUsed(MIXTURES);

  async function currentOf(dataset: string): Promise<string | undefined> {
    return (await readJson(data, keys.currentModel(dataset), CurrentModel))?.value.modelId;
  }

  async function entryOf(dataset: string, modelId: string): Promise<RegistryEntry | undefined> {
    return (await readJson(data, keys.registryEntry(dataset, modelId), RegistryEntry))?.value;
  }

  function cardOf(dataset: string, modelId: string): Promise<ModelCard> {
    return cards.use(
      `${dataset}/${modelId}`,
      () => readCard(dataset, modelId),
      (card) => card,
    );
  }

  async function readCard(dataset: string, modelId: string): Promise<ModelCard> {
    const card = (await readJson(data, keys.modelCard(dataset, modelId), ModelCard))?.value;
    if (!card) throw corrupt(dataset, modelId, 'has no card.json although it is registered');
    if (card.dataset !== dataset || card.modelId !== modelId)
      throw corrupt(dataset, modelId, 'has the card of another');
    return card;
  }

  async function fileOf({ dataset, modelId, files }: ModelCard, file: string): Promise<Uint8Array> {
    const bytes = (await data.get(keys.model(dataset, modelId, file)))?.body;
    if (!bytes) throw corrupt(dataset, modelId, `has no ${file}`);
    if (sha256(bytes) !== files[file]) throw corrupt(dataset, modelId, `has another ${file} than its card says`);
    return bytes;
  }

  return {
    async choose(dataset, named) {
      const modelId = named ?? (await currentOf(dataset));
      if (modelId === undefined) return noModel(dataset);
      const entry = await entryOf(dataset, modelId);
      if (!entry && named !== undefined) return unknownModel(dataset, modelId);
      if (entry?.revoked) {
        return refused(
          'model.revoked',
          `The model ${modelId} no longer serves. Promote another or name one that is not revoked.`,
        );
      }
      return accepted(await cardOf(dataset, modelId));
    },

    async list(dataset) {
      const ids: string[] = [];
      const currentKey = keys.currentModel(dataset);
      for await (const { key } of data.list(keys.registry(dataset))) if (key !== currentKey) ids.push(idInKey(key));
      const models: RegistryEntry[] = [];
      for (let start = 0; start < ids.length; start += READS_AT_ONCE) {
        const read = await Promise.all(ids.slice(start, start + READS_AT_ONCE).map((id) => entryOf(dataset, id)));
        models.push(...read.filter((entry) => entry !== undefined));
      }
      const current = await currentOf(dataset);
      if (current === undefined && models.length === 0) return noModel(dataset);
      return accepted({ dataset, current: current ?? null, models });
    },

    async show(dataset, modelId) {
      const registry = await entryOf(dataset, modelId);
      if (!registry) return unknownModel(dataset, modelId);
      const [card, current] = await Promise.all([cardOf(dataset, modelId), currentOf(dataset)]);
      return accepted({ card, registry, current: current === modelId });
    },

    decoderOf: (card) => fileOf(card, SAMPLER[card.family]),

    async mixtureOf(card) {
      if (!card.latent?.mixture) return undefined;
      return mixtures.use(
        `${card.dataset}/${card.modelId}`,
        async () => parseMixture(card, await fileOf(card, LATENTS_FILE)),
        (mixture) => mixture,
      );
    },
  };
}

function parseMixture({ dataset, modelId, latentDim }: ModelCard, bytes: Uint8Array): LatentMixture {
  const mixture = LatentMixture.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data;
  if (mixture?.latentDim !== latentDim) throw corrupt(dataset, modelId, `has a ${LATENTS_FILE} that does not fit it`);
  return mixture;
}

function noModel(dataset: string): Result<never> {
  return refused('dataset.unknown', `No model of ${dataset} has been promoted yet.`);
}

function unknownModel(dataset: string, modelId: string): Result<never> {
  return refused(
    'model.unknown',
    `${dataset} has no model ${modelId}. Its models are listed at /v1/datasets/${dataset}/models.`,
  );
}

function corrupt(dataset: string, modelId: string, what: string): GoldpanError {
  return new GoldpanError(FAILURE.corruptObject, `the model ${modelId} of ${dataset} ${what}`);
}
