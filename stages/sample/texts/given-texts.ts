// The texts of a request, checked against the model.
import { OTHER, type TextCoder } from '#core/kinds/text/codec/text-codec.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import type { GivenItem } from '#core/model/messages/endpoint-api.ts';
import { accepted, type Result, refused } from '../problem.ts';

/** Refuses items that are no texts, texts that shall become another class, texts of characters that the model does not know, and classes that it does not have. */
export function givenTexts(
  items: readonly GivenItem[],
  { modelId, labels }: CardOf<'text'>,
  { encode, positions }: TextCoder,
): Result<{ readonly text: string; readonly label: number }[]> {
  const read: { text: string; label: number }[] = [];
  for (const [place, { text, label, as }] of items.entries()) {
    if (text === undefined) return refused('item.invalid', `Item ${place + 1} must have a text.`);
    if (as !== undefined)
      return refused(
        'label.unavailable',
        `Item ${place + 1} has the member as, but texts are not turned into another class: images and clips are. Leave it out.`,
      );
    const codes = encode(text);
    const unknown = [...new Set(text)].filter((one) => encode(one).includes(OTHER));
    if (unknown.length > 0)
      return refused(
        'text.unknown-character',
        `The model ${modelId} does not know ${unknown.map((one) => JSON.stringify(one)).join(', ')} of text ${place + 1}.`,
      );
    if (codes.length >= positions)
      return refused('text.impossible-length', `Texts of the model ${modelId} have 1 to ${positions - 1} symbols.`);
    const named = label === undefined ? -1 : labels.indexOf(label);
    if (label !== undefined && named < 0)
      return refused('label.unknown', `The model ${modelId} has the labels ${labels.join(', ')}.`);
    read.push({ text, label: named });
  }
  return accepted(read);
}
