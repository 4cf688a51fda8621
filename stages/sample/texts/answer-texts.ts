// Encodes drawn texts in the negotiated media type.
import { HEADER } from '#core/model/messages/endpoint-api.ts';
import { ANSWER_BYTES } from '#core/model/messages/large-messages.ts';
import type { TextsAnswer } from '#core/model/text/texts-answer.ts';
import { csvOfTexts, jsonLinesOfTexts, linesOf } from '#core/model/text/write-texts.ts';
import { type Answered, outputsOfTexts } from '../outputs/outputs.ts';
import { accepted, type Result, refused } from '../problem.ts';
import type { TextType } from '../representation/media-types.ts';
import type { Provenance } from '../representation/provenance.ts';

export type DrawnTexts = Provenance & {
  readonly texts: readonly string[];
  /** For models of pairs: the source that each text answers. */
  readonly sources?: readonly string[];
  /** Whether CSV begins with the name of the column. */
  readonly header: boolean;
};

export function textsAnswer(mediaType: TextType, drawn: DrawnTexts): Result<Answered> {
  const { modelId, seed, prior, output, label, texts } = drawn;
  const body = encode(mediaType, drawn);
  const bytes = Buffer.byteLength(body);
  if (bytes > ANSWER_BYTES)
    return refused(
      'request.too-large',
      `The response would have ${bytes} bytes; the limit is ${ANSWER_BYTES}. Request fewer texts at a time: with the same seed, first continues where the texts before ended.`,
    );
  const headers = {
    'content-type': mediaType === 'text/plain' || mediaType === 'text/csv' ? `${mediaType}; charset=utf-8` : mediaType,
    [HEADER.model]: modelId,
    [HEADER.seed]: String(seed),
    [HEADER.machineGenerated]: 'true',
    [HEADER.prior]: prior,
    [HEADER.output]: output,
    [HEADER.rows]: String(texts.length),
    ...(label === null ? {} : { [HEADER.label]: encodeURIComponent(label) }),
  };
  return accepted({ statusCode: 200, headers, body, isBase64Encoded: false, outputs: outputsOfTexts(modelId, texts) });
}

function encode(
  mediaType: TextType,
  { modelId, seed, prior, output, label, texts, sources, header }: DrawnTexts,
): string {
  switch (mediaType) {
    case 'text/plain':
      return linesOf(texts);
    case 'text/csv':
      return csvOfTexts(texts, header, sources);
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
      };
      return JSON.stringify(answer);
    }
  }
}
