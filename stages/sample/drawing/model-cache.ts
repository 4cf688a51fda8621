// Chooses the model of a request and reads the models of a dataset. Ids must be validated before: they become parts of
// keys.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { sha256 } from '#core/base/hash.ts';
import { LATENTS_FILE, LatentMixture } from '#core/model/latent-mixture.ts';
import { CurrentModel, ModelCard, RegistryEntry } from '#core/model/messages/card.ts';
import type { ModelAnswer, ModelList } from '#core/model/messages/endpoint-api.ts';
import { defaultPrior } from '#core/model/messages/latent-facts.ts';
import { readJson } from '#core/store/json.ts';
import { idInKey, keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { accepted, type Result, refused } from '../problem.ts';
import { type CacheSpace, lruCache, type Recent } from './lru-cache.ts';

/** The encoder's file, for families with an encoder. */
export const ENCODER_FILE = 'encoder.onnx';
/** File of the sampling half of a model (decoder or generator), by family. */
const SAMPLER: Readonly<Record<string, string>> = {
  vae: 'decoder.onnx',
  'pca-mixture': 'decoder.onnx',
  gan: 'generator.onnx',
};
/** Memory of a card: some kilobytes of JSON and the objects made from it. */
const CARD_BYTES = 32 * 1024;
const READS_AT_ONCE = 16;
/** Number of models that are checked to find one that supports the request. */
const SEARCHED = 32;

export type Models = {
  /** Returns the card of the given model, or of the current one if none is given. */
  choose(dataset: string, modelId: string | undefined): Promise<Result<ModelCard>>;
  list(dataset: string): Promise<Result<ModelList>>;
  show(dataset: string, modelId: string): Promise<Result<ModelAnswer>>;
  /** Returns the card of a model of the dataset for which `can` holds, the current one first; of the newest 32 models. */
  find(dataset: string, can: (card: ModelCard) => boolean): Promise<ModelCard | undefined>;
  /** Returns the bytes of a file of a model. Throws CorruptObjectError if it is missing or its hash differs from the card. */
  fileOf(card: ModelCard, file: string): Promise<Uint8Array>;
  /** Returns the bytes of the decoder or generator of pictures. Throws CorruptObjectError if their hash differs from the card. */
  decoderOf(card: ModelCard): Promise<Uint8Array>;
  /** Returns the bytes of the encoder, for a card that lists one. Throws CorruptObjectError likewise. */
  encoderOf(card: ModelCard): Promise<Uint8Array>;
  /** Returns the mixture fitted to the latent space; undefined if the model has none. Throws CorruptObjectError. */
  mixtureOf(card: ModelCard): Promise<LatentMixture | undefined>;
};

/**
 * Reads models from the data bucket. The registry is read on every call, so that a promotion or revocation takes effect
 * with the next call; cards are immutable.
 */
export function modelsIn(data: Store, space: CacheSpace): Models {
  const cards: Recent<ModelCard> = lruCache(space);
  const mixtures: Recent<LatentMixture> = lruCache(space);

  async function currentOf(dataset: string): Promise<string | undefined> {
    return (await readJson(data, keys.currentModel(dataset), CurrentModel))?.value.modelId;
  }

  async function entryOf(dataset: string, modelId: string): Promise<RegistryEntry | undefined> {
    return (await readJson(data, keys.registryEntry(dataset, modelId), RegistryEntry))?.value;
  }

  function cardOf(dataset: string, modelId: string): Promise<ModelCard> {
    return cards.use(
      `${dataset}/${modelId}`,
      async () => ({ value: await readCard(dataset, modelId), bytes: CARD_BYTES }),
      (card) => card,
    );
  }

  async function readCard(dataset: string, modelId: string): Promise<ModelCard> {
    const card = (await readJson(data, keys.modelCard(dataset, modelId), ModelCard))?.value;
    if (!card) throw corrupt(dataset, modelId, 'is in the registry but has no card.json');
    if (card.dataset !== dataset || card.modelId !== modelId)
      throw corrupt(dataset, modelId, 'has the card of another model or dataset');
    return card;
  }

  async function fileOf({ dataset, modelId, files }: ModelCard, file: string): Promise<Uint8Array> {
    const bytes = (await data.get(keys.model(dataset, modelId, file)))?.body;
    if (!bytes) throw corrupt(dataset, modelId, `has no ${file}`);
    if (sha256(bytes) !== files[file])
      throw corrupt(dataset, modelId, `has a ${file} whose SHA-256 differs from its card`);
    return bytes;
  }

  async function list(dataset: string): Promise<Result<ModelList>> {
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
          `The model ${modelId} was revoked. Promote another model, or request one that is not revoked.`,
        );
      }
      return accepted(await cardOf(dataset, modelId));
    },

    list,

    async find(dataset, can) {
      const listed = await list(dataset);
      if (!listed.ok) return undefined;
      const usable = listed.value.models.filter(({ revoked }) => !revoked).map(({ modelId }) => modelId);
      const isCurrent = (modelId: string) => Number(modelId === listed.value.current);
      const order = usable.toReversed().sort((a, b) => isCurrent(b) - isCurrent(a));
      for (const modelId of order.slice(0, SEARCHED)) {
        const card = await cardOf(dataset, modelId).catch(() => undefined);
        if (card && can(card)) return card;
      }
      return undefined;
    },

    async show(dataset, modelId) {
      const registry = await entryOf(dataset, modelId);
      if (!registry) return unknownModel(dataset, modelId);
      const [card, current] = await Promise.all([cardOf(dataset, modelId), currentOf(dataset)]);
      return accepted({ card, registry, current: current === modelId });
    },

    fileOf,

    decoderOf: (card) => fileOf(card, SAMPLER[card.family] ?? ''),
    encoderOf: (card) => fileOf(card, ENCODER_FILE),

    async mixtureOf(card) {
      // A decoder with a flow in it takes no codes, so no mixture is stored with it.
      if (!card.latent?.mixture || defaultPrior(card.latent) === 'flow') return undefined;
      return mixtures.use(
        `${card.dataset}/${card.modelId}`,
        async () => {
          const bytes = await fileOf(card, LATENTS_FILE);
          return { value: parseMixture(card, bytes), bytes: bytes.length };
        },
        (mixture) => mixture,
      );
    },
  };
}

function parseMixture({ dataset, modelId, latentDim }: ModelCard, bytes: Uint8Array): LatentMixture {
  const mixture = LatentMixture.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data;
  if (mixture?.latentDim !== latentDim)
    throw corrupt(dataset, modelId, `has a ${LATENTS_FILE} whose latentDim differs from its card`);
  return mixture;
}

function noModel(dataset: string): Result<never> {
  return refused('dataset.unknown', `The dataset ${dataset} has no current model: none has been promoted yet.`);
}

function unknownModel(dataset: string, modelId: string): Result<never> {
  return refused(
    'model.unknown',
    `The dataset ${dataset} has no model ${modelId}. GET /v1/datasets/${dataset}/models lists its models.`,
  );
}

function corrupt(dataset: string, modelId: string, what: string): GoldpanError {
  return new GoldpanError(FAILURE.corruptObject, `The model ${modelId} of ${dataset} ${what}.`);
}
