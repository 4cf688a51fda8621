// Calls the endpoint through its function, with the event that its URL would send.
import {
  CodeSource,
  Comparison,
  CompressionFacts,
  EndpointAnswer,
  type EndpointEvent,
  HEADER,
  Output,
  Problem,
} from '#core/model/messages/endpoint-api.ts';
import { listDatasets } from '../datasets/list-datasets.ts';
import type { Deployment } from '../deployment.ts';
import { didYouMean } from '../did-you-mean.ts';
import { ClientFailure, EXIT } from '../failure.ts';
import { unknownModel } from '../models/unknown-model.ts';
import { readModels } from '../training/run-facts.ts';

/** Operations of the endpoint that use a model; docs/http-api.md lists them. */
export type DrawOperation =
  | 'impute'
  | 'sample'
  | 'interpolate'
  | 'mix'
  | 'reconstruct'
  | 'inpaint'
  | 'denoise'
  | 'compose'
  | 'encode'
  | 'decode'
  | 'compress'
  | 'decompress'
  | 'morph'
  | 'parents';
export type Reply = {
  readonly modelId: string;
  readonly seed: number;
  readonly prior: CodeSource;
  readonly output: Output;
  readonly comparison?: Comparison | null;
  readonly withheld?: number;
  readonly compression?: CompressionFacts;
  readonly body: Uint8Array;
  readonly contentType: string;
};

/** Throws ClientFailure with the code and the detail of the problem when the endpoint refuses the request. */
export async function callEndpoint(
  deployment: Pick<Deployment, 'invokeEndpoint' | 'drop' | 'data'>,
  { dataset, operation, accept, body }: { dataset: string; operation: DrawOperation; accept: string; body: unknown },
): Promise<Reply> {
  const event: EndpointEvent = {
    rawPath: `/v1/datasets/${dataset}/${operation}`,
    requestContext: { http: { method: 'POST' } },
    headers: { accept, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
  const response = EndpointAnswer.parse(await deployment.invokeEndpoint(event));
  const bytes = Buffer.from(response.body, response.isBase64Encoded ? 'base64' : 'utf8');
  if (response.statusCode !== 200)
    throw await explainProblem(deployment, response.statusCode, bytes.toString('utf8'), { dataset, body });
  const { headers } = response;
  const comparison = headers[HEADER.comparison];
  const compression = headers[HEADER.compression];
  return {
    modelId: headers[HEADER.model] ?? '',
    seed: Number(headers[HEADER.seed] ?? 0),
    prior: CodeSource.parse(headers[HEADER.prior]),
    output: Output.parse(headers[HEADER.output]),
    ...(comparison !== undefined && { comparison: Comparison.parse(parseJson(comparison)) }),
    ...(headers[HEADER.withheld] !== undefined && { withheld: Number(headers[HEADER.withheld]) }),
    ...(compression !== undefined && { compression: CompressionFacts.parse(parseJson(compression)) }),
    body: bytes,
    contentType: headers['content-type'] ?? '',
  };
}

type Asked = { readonly dataset: string; readonly body: unknown };

async function explainProblem(
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
    return suggestion ?? `Train a model first: goldpan fit ${dataset}. List all datasets: goldpan status`;
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
