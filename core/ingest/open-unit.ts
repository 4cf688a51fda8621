// Where the cleaning of a unit begins and ends, whatever its kind: its message, the configuration that it names, its part.
import type * as z from 'zod';
import { FAILURE, GoldpanError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { Kind } from '../base/names.ts';
import type { Rules, RulesInForce } from '../kinds/define/rules-in-force.ts';
import { rulesUnder } from '../kinds/waiver.ts';
import { readJson } from '../store/json.ts';
import { keys, type UnitPlace } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { UnitMessage, type Verdict } from './messages.ts';

const PARQUET = { contentType: 'application/vnd.apache.parquet' };

export type AnyConfig = { readonly kind: Kind; readonly rules: RulesInForce };
/** The configuration of this kind, and every rule of it; a dataset of another kind is a fault of ours. */
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

/** The unit has its verdict. */
export class DoneBeforeError extends Error {}

/**
 * The outcome where the unit was cleaned before, as far as `asks` says that it
 * is worth a request. Throws on a message that is none, and where the configuration is not there.
 */
export async function openUnit<Config extends AnyConfig>(
  body: unknown,
  data: Store,
  { schema, rules: known }: KindOfUnit<Config>,
  asks: (message: UnitMessage) => boolean = () => true,
): Promise<OpenedUnit<Config> | CleanOutcome> {
  const message = UnitMessage.parse(body);
  const { dataset, configId, uploadId, unit, waiver } = message;
  const place: UnitPlace = { dataset, configId, uploadId, unit };
  if (asks(message) && (await isDone(data, place))) return doneBefore(place);
  const found = await readJson(data, keys.config(dataset, configId), schema);
  if (!found)
    throw new GoldpanError(FAILURE.noConfiguration, `The dataset ${dataset} has no configuration ${configId}.`);
  const { rules } = found.value;
  const config = waiver ? { ...found.value, rules: rulesUnder(waiver, known, rules) } : found.value;
  return { message, place, config };
}

export function doneBefore({ uploadId, unit }: UnitPlace): CleanOutcome {
  return { state: 'done-before', uploadId, unit, accepted: 0, rejected: 0 };
}

export async function isDone(data: Store, place: UnitPlace): Promise<boolean> {
  return (await data.head(keys.verdict(place))) !== undefined;
}

export async function writePart(
  data: Store,
  place: UnitPlace,
  bytes: Uint8Array,
  items: number,
): Promise<Verdict['part']> {
  await data.put(keys.part(place), bytes, PARQUET);
  return partOf(place, bytes, items);
}

/** Throws DoneBeforeError where a part lies there whose unit has its verdict, which names the part by its content. */
export async function writePartOnce(
  data: Store,
  place: UnitPlace,
  bytes: Uint8Array,
  items: number,
): Promise<Verdict['part']> {
  const { status } = await data.put(keys.part(place), bytes, { ...PARQUET, when: 'absent' });
  if (status === 'written') return partOf(place, bytes, items);
  if (await isDone(data, place)) throw new DoneBeforeError();
  return writePart(data, place, bytes, items);
}

function partOf(place: UnitPlace, bytes: Uint8Array, items: number) {
  return { key: keys.part(place), sha256: sha256(bytes), items };
}
