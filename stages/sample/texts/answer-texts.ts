// Encodes drawn texts in the negotiated media type.
import { tunebook } from '#core/kinds/text/abc/tunebook.ts';
import { HEADER } from '#core/model/messages/endpoint-api.ts';
import { ANSWER_BYTES } from '#core/model/messages/large-messages.ts';
import type { TextsAnswer } from '#core/model/text/texts-answer.ts';
import { csvOfTexts, jsonLinesOfTexts, linesOf } from '#core/model/text/write-texts.ts';
import { type Answered, outputsOfTexts } from '../outputs/outputs.ts';
import { accepted, type Result, refused } from '../problem.ts';
import type { TextType } from '../representation/media-types.ts';
import { type Provenance, provenanceHeaders } from '../representation/provenance.ts';

export type DrawnTexts = Provenance & {
  readonly texts: readonly string[];
  /** For models of pairs: the source that each text answers. */
  readonly sources?: readonly string[];
  /** Bound on the nats of each, where they were compared by it. */
  readonly nats?: readonly number[];
  /** Texts before the first one: CSV begins with the name of the column where there are none. @default 0 */
  readonly first?: number;
  /** Plain text of tunes is a file in ABC notation. */
  readonly notation?: 'abc' | undefined;
  /** Draws that were left out, where texts have to be of a form. */
  readonly rejected?: number;
};

export function textsAnswer(mediaType: TextType, drawn: DrawnTexts): Result<Answered> {
  const { modelId, texts, notation, rejected } = drawn;
  const written = mediaType === 'text/plain' && notation === 'abc' ? 'text/vnd.abc' : mediaType;
  const body = encode(mediaType, drawn);
  const bytes = Buffer.byteLength(body);
  if (bytes > ANSWER_BYTES)
    return refused(
      'request.too-large',
      `The response would have ${bytes} bytes; the limit is ${ANSWER_BYTES}. Request fewer texts at a time: with the same seed, first continues where the texts before ended.`,
    );
  const headers = {
    ...provenanceHeaders(written.startsWith('text/') ? `${written}; charset=utf-8` : written, drawn),
    [HEADER.rows]: String(texts.length),
    ...(rejected === undefined ? {} : { [HEADER.rejected]: String(rejected) }),
  };
  return accepted({ statusCode: 200, headers, body, isBase64Encoded: false, outputs: outputsOfTexts(modelId, texts) });
}

function encode(
  mediaType: TextType,
  { modelId, seed, prior, output, label, texts, sources, nats, first = 0, notation }: DrawnTexts,
): string {
  switch (mediaType) {
    case 'text/plain':
      return notation === 'abc' ? tunebook(texts, first) : linesOf(texts);
    case 'text/csv':
      return csvOfTexts(texts, first === 0, sources);
    case 'application/x-ndjson':
      return jsonLinesOfTexts(texts, sources);
    case 'application/json': {
      const count = texts.length;
      const answer: TextsAnswer = {
        modelId,
        seed,
        count,
        machineGenerated: true,
        prior,
        output,
        label,
        texts: [...texts],
        ...(sources && { sources: [...sources] }),
        ...(nats && { nats: [...nats] }),
      };
      return JSON.stringify(answer);
    }
  }
}
