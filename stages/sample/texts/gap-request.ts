// A text and its gap, from a request.
import type { TextCoder } from '#core/kinds/text/codec/text-codec.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import type { GivenItem } from '#core/model/messages/endpoint-api.ts';
import { accepted, type Result, refused } from '../problem.ts';
import type { Gap } from './fill-gap.ts';
import { givenTexts } from './given-texts.ts';
import { settingsOf } from './text-settings.ts';

export type GapRequest = {
  readonly item: GivenItem;
  /** Characters from the beginning of the text; `to` absent: the text is continued. */
  readonly gap: { readonly from: number; readonly to?: number | undefined };
  /** Fillings that are returned. @default 1 */
  readonly n?: number | undefined;
  readonly seed: number;
  readonly temperature: number;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly characters?: string | undefined;
};

/** Where a request does not say, a filling has up to twice the characters of the gap, and this many where that is fewer. */
const LONGEST_OF_SHORT = 16;

/** Refuses texts that the model does not know, and gaps that do not lie in the text. */
export function textWithoutGap(coder: TextCoder, card: CardOf<'text'>, request: GapRequest): Result<Gap> {
  const { item, gap, temperature, characters, minLength = 1 } = request;
  const given = givenTexts([item], card, coder);
  if (!given.ok) return given;
  const all = [...(item.text ?? '')];
  const { from, to = all.length } = gap;
  if (from > to || to > all.length)
    return refused(
      'text.impossible-length',
      `The gap ${from} to ${to} does not lie in the text, which has ${all.length} characters.`,
    );
  const room = coder.longest - all.length + (to - from);
  const { maxLength = Math.min(room, Math.max(LONGEST_OF_SHORT, 2 * (to - from))) } = request;
  if (minLength > maxLength || minLength > room)
    return refused(
      'text.impossible-length',
      `A filling of ${minLength} to ${maxLength} characters was asked for; texts of the model ${card.modelId} have ${coder.longest} symbols at most, which leaves ${room} for it.`,
    );
  const settings = settingsOf(coder, card, { seed: request.seed, temperature, characters });
  if (!settings.ok) return settings;
  const [before, after] = [all.slice(0, from).join(''), all.slice(to).join('')];
  return accepted({ before, after, minLength, maxLength, allowed: settings.value.allowed, temperature });
}
