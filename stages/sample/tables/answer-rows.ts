// Encodes drawn rows in the negotiated media type.
import type { Cell, TableCodec } from '#core/kinds/table/codec/codec.ts';
import { csvOf, jsonLinesOf, parquetOf } from '#core/kinds/table/codec/write-rows.ts';
import { HEADER, type RowsAnswer } from '#core/model/messages/endpoint-api.ts';
import { ANSWER_BYTES } from '#core/model/messages/large-messages.ts';
import { checkDeadline } from '../large/deadline.ts';
import { type Answered, outputsOfRows } from '../outputs/outputs.ts';
import { accepted, type Result, refused } from '../problem.ts';
import type { TableType } from '../representation/media-types.ts';
import { provenanceHeaders, TRAINED_MEDIA } from '../representation/provenance.ts';

export type DrawnRows = {
  readonly modelId: string;
  readonly seed: number;
  readonly codec: TableCodec;
  readonly cells: readonly (readonly Cell[])[];
  readonly rejected: number;
  readonly delimiter: string;
  /** Whether CSV begins with the names of the columns. */
  readonly header: boolean;
  /** Whether the rows are drawn whole: those whose holes were filled are also the user's. */
  readonly isOwn: boolean;
};

export function rowsAnswer(mediaType: TableType, drawn: DrawnRows): Result<Answered> {
  checkDeadline();
  const { modelId, seed, codec, cells, rejected, delimiter, header } = drawn;
  const count = cells[0]?.length ?? 0;
  const provenance = { modelId, seed, prior: 'normal', output: 'drawn', label: null } as const;
  const headers = {
    ...provenanceHeaders(mediaType === 'text/csv' ? 'text/csv; charset=utf-8' : mediaType, provenance),
    [HEADER.rows]: String(count),
    [HEADER.rejected]: String(rejected),
  };
  const body = encode();
  const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  if (bytes > ANSWER_BYTES)
    return refused(
      'request.too-large',
      `The response would have ${bytes} bytes; the limit is ${ANSWER_BYTES}. Request fewer rows at a time: with the same seed, first continues where the rows before ended.`,
    );
  const isText = typeof body === 'string';
  return accepted({
    statusCode: 200,
    headers,
    body: isText ? body : Buffer.from(body).toString('base64'),
    isBase64Encoded: !isText,
    ...(drawn.isOwn && { outputs: outputsOfRows(modelId, codec, cells) }),
  });

  function encode(): string | Uint8Array {
    switch (mediaType) {
      case 'text/csv':
        return csvOf(codec, cells, { delimiter, header });
      case 'application/x-ndjson':
        return jsonLinesOf(codec, cells);
      case 'application/vnd.apache.parquet':
        return parquetOf(codec, cells, {
          'goldpan.model': modelId,
          'goldpan.seed': String(seed),
          'goldpan.machineGenerated': 'true',
          'Iptc4xmpExt:DigitalSourceType': TRAINED_MEDIA,
        });
      case 'application/json': {
        const lines = jsonLinesOf(codec, cells).split('\n').slice(0, -1);
        const rows = lines.map((line) => JSON.parse(line) as RowsAnswer['rows'][number]);
        const answer: RowsAnswer = { modelId, seed, count, machineGenerated: true, rejected, rows };
        return JSON.stringify(answer);
      }
    }
  }
}
