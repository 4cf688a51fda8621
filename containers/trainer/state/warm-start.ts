// Starts a run from the weights of an earlier model: weights with the same name and shape are copied.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { sha256 } from '#core/base/hash.ts';
import { ModelCard } from '#core/model/messages/card.ts';
import type { TrainingJob } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { slotNames } from '../engine/state.ts';
import type { StateEntry, StateMap } from '../engine/types.ts';
import { WEIGHTS_FILE } from '../export/safetensors.ts';
import type { Learner } from '../learn/learner.ts';
import { decodeState } from './checkpoint.ts';

/** The parent's weights as a file's bytes; undefined where the run has no parent. Throws NoDataError when it is gone. */
export async function fetchParent(data: Store, { dataset, train }: TrainingJob): Promise<Uint8Array | undefined> {
  const { from } = train;
  if (from === null) return undefined;
  const card = (await readJson(data, keys.modelCard(dataset, from), ModelCard))?.value;
  const weights = card && (await data.get(keys.model(dataset, from, WEIGHTS_FILE)));
  if (!card || !weights) throw new GoldpanError(FAILURE.noData, `The model ${from} in train.from does not exist.`);
  if (sha256(weights.body) !== card.files[WEIGHTS_FILE]) {
    throw new GoldpanError(
      FAILURE.corruptObject,
      `${WEIGHTS_FILE} of model ${from} does not match the SHA-256 in its card.`,
    );
  }
  return weights.body;
}

/**
 * Replaces initial weights by those of the parent model. Throws NoDataError if none of them fits, because a run that was asked to continue
 * from a model must not start from scratch silently.
 */
export function startFrom(learner: Learner, parent: Uint8Array): { fitting: number; of: number } {
  const given = decodeState(parent).state;
  const state = learner.save();
  const chosen = new Map([...given].filter(([name, entry]) => fits(state.get(name), entry)));
  if (chosen.size === 0) {
    throw new GoldpanError(
      FAILURE.noData,
      'no weight of the model to start from has the name and shape of one of this run',
    );
  }
  learner.use(withAverages(chosen, state), 0);
  return { fitting: chosen.size, of: given.size };
}

function fits(there: StateEntry | undefined, { shape }: StateEntry): boolean {
  return there !== undefined && there.shape.join() === shape.join();
}

/** An average that began at other weights would pull the model away from its parent's for a thousand steps. */
function withAverages(chosen: StateMap, state: StateMap): StateMap {
  const averages = [...chosen].flatMap(([name, entry]): [string, StateEntry][] =>
    state.has(slotNames.average(name)) ? [[slotNames.average(name), entry]] : [],
  );
  return new Map([...chosen, ...averages]);
}
