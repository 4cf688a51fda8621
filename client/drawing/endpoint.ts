// Calls the endpoint through its function, with the event that its URL would send.
import { Fitted } from '#core/model/latent/fitted.ts';
import {
  CodeSource,
  CompressionFacts,
  EndpointAnswer,
  type EndpointEvent,
  HEADER,
  INLINE_BYTES,
  Output,
  Problem,
  RepairComparison,
} from '#core/model/messages/endpoint-api.ts';
import { LinkAnswer, TICKET_HEADER, TicketAnswer } from '#core/model/messages/large-messages.ts';
import { listDatasets } from '../datasets/list-datasets.ts';
import type { Deployment } from '../deployment.ts';
import { didYouMean } from '../did-you-mean.ts';
import { ClientFailure, EXIT } from '../failure.ts';
import { adviseWithoutModel } from '../models/serving-model.ts';
import { unknownModel } from '../models/unknown-model.ts';
import { readModels } from '../training/run-facts.ts';

export type Reply = {
  readonly modelId: string;
  /** The snapshot that the model was trained on; empty if no model was used. */
  readonly snapshotId: string;
  readonly seed: number;
  readonly prior: CodeSource;
  readonly output: Output;
  readonly comparison?: RepairComparison | null;
  readonly fitted?: Fitted;
  readonly withheld?: number;
  readonly compression?: CompressionFacts;
  readonly body: Uint8Array;
  readonly contentType: string;
};

type Call = {
  readonly dataset: string;
  /** Name of an operation that uses a model; docs/http-api.md lists them. */
  readonly operation: string;
  readonly accept: string;
  readonly body: unknown;
};

/** Throws ClientFailure with the code and the detail of the problem when the endpoint refuses the request. */
export async function callEndpoint(
  deployment: Pick<Deployment, 'invokeEndpoint' | 'drop' | 'data'>,
  { dataset, operation, accept, body }: Call,
): Promise<Reply> {
  const path = `/v1/datasets/${dataset}/${operation}`;
  const response = await send(deployment, path, accept, JSON.stringify(body));
  const inline = Buffer.from(response.body, response.isBase64Encoded ? 'base64' : 'utf8');
  if (response.statusCode !== 200 && response.statusCode !== 303)
    throw await explainProblem(deployment, response.statusCode, inline.toString('utf8'), { dataset, body });
  const link = response.statusCode === 303 ? LinkAnswer.parse(parseJson(inline.toString('utf8'))) : undefined;
  const bytes = link ? await download(link.url) : inline;
  const { headers } = response;
  const comparison = headers[HEADER.comparison];
  const { [HEADER.compression]: compression, [HEADER.fitted]: fitted } = headers;
  return {
    modelId: headers[HEADER.model] ?? '',
    snapshotId: headers[HEADER.snapshot] ?? '',
    seed: Number(headers[HEADER.seed] ?? 0),
    prior: CodeSource.parse(headers[HEADER.prior]),
    output: Output.parse(headers[HEADER.output]),
    ...(comparison !== undefined && { comparison: RepairComparison.parse(parseJson(comparison)) }),
    ...(headers[HEADER.withheld] !== undefined && { withheld: Number(headers[HEADER.withheld]) }),
    ...(fitted !== undefined && { fitted: Fitted.parse(parseJson(fitted)) }),
    ...(compression !== undefined && { compression: CompressionFacts.parse(parseJson(compression)) }),
    body: bytes,
    contentType: link?.contentType ?? headers['content-type'] ?? '',
  };
}

/** Bodies that are too large for a call are uploaded first. */
async function send(
  { invokeEndpoint }: Pick<Deployment, 'invokeEndpoint'>,
  rawPath: string,
  accept: string,
  body: string,
): Promise<EndpointAnswer> {
  const event: EndpointEvent = {
    rawPath,
    requestContext: { http: { method: 'POST' } },
    headers: { accept, 'content-type': 'application/json' },
    body,
    isBase64Encoded: false,
  };
  const bytes = Buffer.from(body);
  if (bytes.length <= INLINE_BYTES) return EndpointAnswer.parse(await invokeEndpoint(event));
  const ticketPath = `${rawPath.slice(0, rawPath.lastIndexOf('/'))}/tickets`;
  const asked = { ...event, rawPath: ticketPath, headers: {}, body: JSON.stringify({ bytes: bytes.length }) };
  const answer = EndpointAnswer.parse(await invokeEndpoint(asked));
  if (answer.statusCode !== 200) return answer;
  const { ticket, url } = TicketAnswer.parse(parseJson(answer.body));
  const put = await fetch(url, { method: 'PUT', body: bytes });
  if (!put.ok) throw new ClientFailure(`The request could not be uploaded: status ${put.status}.`);
  const { body: _body, ...without } = event;
  return EndpointAnswer.parse(
    await invokeEndpoint({ ...without, headers: { ...event.headers, [TICKET_HEADER]: ticket } }),
  );
}

async function download(url: string): Promise<Buffer> {
  const got = await fetch(url);
  if (!got.ok) throw new ClientFailure(`The answer could not be downloaded: status ${got.status}.`);
  return Buffer.from(await got.arrayBuffer());
}

type Asked = { readonly dataset: string; readonly body: unknown };

/** Returns the failure for an answer of the endpoint that is a problem, with what to do about it. */
export async function explainProblem(
  deployment: Pick<Deployment, 'drop' | 'data'>,
  status: number,
  text: string,
  asked: Asked,
): Promise<ClientFailure> {
  const problem = Problem.safeParse(parseJson(text)).data;
  if (!problem) return new ClientFailure(`The endpoint returned status ${status}: ${text.slice(0, 200)}`);
  const errors = (problem.errors ?? []).map(({ path, message }) => `\n  ${path}: ${message}`).join('');
  return new ClientFailure(`${problem.code}: ${problem.title} ${problem.detail}${errors}`, {
    next: await adviseOnProblem(deployment, problem.code, asked),
    exitCode: problem.code === 'request.invalid' ? EXIT.usage : EXIT.failed,
  });
}

async function adviseOnProblem(
  { drop, data }: Pick<Deployment, 'drop' | 'data'>,
  code: string,
  { dataset, body }: Asked,
): Promise<string | undefined> {
  if (code === 'dataset.unknown') {
    const suggestion = didYouMean(dataset, await listDatasets({ drop }));
    return suggestion ?? adviseWithoutModel(data, dataset);
  }
  const { model, label } = body as { readonly model?: string; readonly label?: string };
  if (code === 'model.unknown' && model !== undefined) return (await unknownModel(data, dataset, model)).next;
  if (label === undefined) return undefined;
  const [newest] = await readModels(data, dataset);
  return newest && !newest.labels.includes(label) ? didYouMean(label, newest.labels) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
