// Where the cleaning of a unit begins and ends, whatever its kind: its message, the configuration that it names, its part.
import type * as z from 'zod';
import { FAILURE, GoldpanError } from './errors.ts';
import { sha256 } from './hash.ts';
import { keys, type UnitPlace } from './keys.ts';
import { UnitMessage, type Verdict } from './messages/ingest.ts';
import type { Kind } from './names.ts';
import type { RulesInForce } from './rules.ts';
import { readJson } from './store/json.ts';
import type { Store } from './store/store.ts';
import { rulesUnder } from './waiver.ts';

export type AnyConfig = { readonly kind: Kind; readonly rules: RulesInForce };
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

/** `schema`: of the configuration of this kind. The outcome where the unit was cleaned before. Throws on a message that is none, and where the configuration is not there. */
export async function openUnit<Config extends AnyConfig>(
  body: unknown,
  data: Store,
  schema: z.ZodType<Config>,
): Promise<OpenedUnit<Config> | CleanOutcome> {
  const message = UnitMessage.parse(body);
  const { dataset, configId, uploadId, unit, waiver } = message;
  const place: UnitPlace = { dataset, configId, uploadId, unit };
  if (await data.head(keys.verdict(place))) return { state: 'done-before', uploadId, unit, accepted: 0, rejected: 0 };
  const found = await readJson(data, keys.config(dataset, configId), schema);
  if (!found) throw new GoldpanError(FAILURE.noConfiguration, `${dataset} has no configuration ${configId}`);
  const { kind, rules } = found.value;
  const config = waiver ? { ...found.value, rules: rulesUnder(waiver, kind, rules) } : found.value;
  return { message, place, config };
}

export async function writePart(
  data: Store,
  place: UnitPlace,
  bytes: Uint8Array,
  items: number,
): Promise<Verdict['part']> {
  const key = keys.part(place);
  await data.put(key, bytes, { contentType: 'application/vnd.apache.parquet' });
  return { key, sha256: sha256(bytes), items };
}
