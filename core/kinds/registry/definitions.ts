// Every kind of data, by its name.
import { KINDS, type Kind } from '../../base/names.ts';
import { AUDIO_KIND } from '../audio/definition.ts';
import type { KindDefinition } from '../define/kind-definition.ts';
import { IMAGE_KIND } from '../image/definition.ts';
import { TABLE_KIND } from '../table/definition.ts';
import { TEXT_KIND } from '../text/definition.ts';

const DEFINITIONS: Readonly<Record<Kind, KindDefinition>> = {
  image: IMAGE_KIND,
  table: TABLE_KIND,
  text: TEXT_KIND,
  audio: AUDIO_KIND,
};

export function definitionOf(kind: Kind): KindDefinition {
  return DEFINITIONS[kind];
}

/** Kinds that a model family learns from; the others end as a sealed snapshot. */
export const TRAINED_KINDS: readonly Kind[] = KINDS.filter((kind) => DEFINITIONS[kind].trained);

type TrainedKind = { [K in Kind]: (typeof KIND_CONSTANTS)[K]['trained'] extends true ? K : never }[Kind];
const KIND_CONSTANTS = { image: IMAGE_KIND, table: TABLE_KIND, text: TEXT_KIND, audio: AUDIO_KIND } as const;

/** Whether models are made of data of this configuration's kind. */
export function isTrained<Config extends { readonly kind: Kind }>(
  config: Config,
): config is Extract<Config, { readonly kind: TrainedKind }> {
  return DEFINITIONS[config.kind].trained;
}
