// Opens a unit for cleaning, whatever its kind: validates its message and reads the configuration that it names.
import type * as z from 'zod';
import { FAILURE, GoldpanError } from '../base/errors.ts';
import type { Kind } from '../base/names.ts';
import type { Rules, RulesInForce } from '../kinds/define/rules-in-force.ts';
import { rulesUnder } from '../kinds/waiver.ts';
import { readJson } from '../store/json.ts';
import { keys, type UnitPlace } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { type UnitMessage, Verdict } from './messages.ts';

export type AnyConfig = { readonly kind: Kind; readonly rules: RulesInForce; readonly labels?: string };
/** The configuration of this kind, and every rule of it; a dataset of another kind is a fault of goldpan. */
export type KindOfUnit<Config> = { readonly schema: z.ZodType<Config>; readonly rules: Rules };
export type OpenedUnit<Config> = {
  readonly message: UnitMessage;
  readonly place: UnitPlace;
  /** Under a waiver, with its rules off. */
  readonly config: Config;
};
export type CleanOutcome = {
  state: 'cleaned' | 'done-before';
  uploadId: string;
  unit: string;
  accepted: number;
  rejected: number;
};

/** Throws where the configuration that the message names does not exist. */
export async function openUnit<Config extends AnyConfig>(
  message: UnitMessage,
  data: Store,
  { schema, rules: known }: KindOfUnit<Config>,
): Promise<OpenedUnit<Config>> {
  const { dataset, configId, uploadId, unit, waiver } = message;
  const found = await readJson(data, keys.config(dataset, configId), schema);
  if (!found)
    throw new GoldpanError(FAILURE.noConfiguration, `The dataset ${dataset} has no configuration ${configId}.`);
  const { rules } = found.value;
  const config = waiver ? { ...found.value, rules: rulesUnder(waiver, known, rules) } : found.value;
  return { message, place: { dataset, configId, uploadId, unit }, config };
}

/** Returns what the verdict of the unit says where it has one, and cleans it otherwise. */
export async function unlessDone(
  data: Store,
  message: UnitMessage,
  clean: () => Promise<CleanOutcome>,
): Promise<CleanOutcome> {
  const verdict = (await readJson(data, keys.verdict(message), Verdict))?.value;
  if (!verdict) return clean();
  const { uploadId, unit, items } = verdict;
  return { state: 'done-before', uploadId, unit, ...items };
}
