// The settings of a drawing, from a request.
import { OTHER, type TextCoder } from '#core/kinds/text/codec/text-codec.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import type { TextSettings } from '#core/model/text/text-drawing.ts';
import { usualTemperature } from '#core/model/text/usual-temperature.ts';
import { accepted, type Result, refused } from '../problem.ts';
import type { TextRequest } from './text-request.ts';

/** Refuses lengths that no text can have, and characters that the model does not know. */
export function settingsOf(
  { encode, longest, pieces, vocabulary }: TextCoder,
  { modelId, input }: CardOf<'text'>,
  {
    temperature = usualTemperature(input.notation),
    topP,
    prefix = '',
    minLength = 1,
    maxLength = longest,
    characters,
  }: TextRequest,
): Result<TextSettings> {
  // Single symbols: a text may begin within a merged one.
  const symbolsOf = (text: string) => encode(text).flatMap((code) => pieces[code] ?? []);
  const begun = symbolsOf(prefix);
  const unknown = [...new Set([...prefix, ...(characters ?? '')])].filter((one) => encode(one).includes(OTHER));
  if (unknown.length > 0)
    return refused(
      'text.unknown-character',
      `The model ${modelId} does not know ${unknown.map((one) => JSON.stringify(one)).join(', ')}.`,
    );
  if (begun.length > longest || [...prefix].length > maxLength || minLength > maxLength || minLength > longest)
    return refused(
      'text.impossible-length',
      `Texts of the model ${modelId} have 1 to ${longest} symbols; asked for were ${minLength} to ${maxLength} characters${prefix === '' ? '' : `, after ${[...prefix].length} that are given`}.`,
    );
  const settings = { temperature, ...(topP !== undefined && { topP }), prefix: begun, minLength, maxLength };
  if (characters === undefined) return accepted(settings);
  const allowed = new Uint8Array(vocabulary);
  for (const code of symbolsOf(characters)) allowed[code] = 1;
  return accepted({ ...settings, allowed });
}
