// Every kind of data, by its name.
import type { Kind } from '../../base/names.ts';
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
