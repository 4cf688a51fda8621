// The endpoint as the command line calls it: through its function, with the event that its URL would send.
import {
  EndpointAnswer,
  type EndpointEvent,
  HEADER,
  Output,
  Prior,
  Problem,
} from '#core/model/messages/endpoint-api.ts';
import type { Cloud } from '../deployment.ts';
import { CommandFailure, EXIT } from '../failure.ts';

export type Operation = 'sample' | 'interpolate';
export type Reply = {
  readonly modelId: string;
  readonly seed: number;
  readonly prior: Prior;
  readonly output: Output;
  readonly body: Uint8Array;
};

/** Throws CommandFailure with the problem's code and detail when the endpoint refuses. */
export async function callEndpoint(
  cloud: Pick<Cloud, 'invokeEndpoint'>,
  { dataset, operation, accept, body }: { dataset: string; operation: Operation; accept: string; body: unknown },
): Promise<Reply> {
  const event: EndpointEvent = {
    rawPath: `/v1/datasets/${dataset}/${operation}`,
    requestContext: { http: { method: 'POST' } },
    headers: { accept, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
  const answer = EndpointAnswer.parse(await cloud.invokeEndpoint(event));
  const bytes = Buffer.from(answer.body, answer.isBase64Encoded ? 'base64' : 'utf8');
  if (answer.statusCode !== 200) throw explainProblem(answer.statusCode, bytes.toString('utf8'), dataset);
  const { headers } = answer;
  return {
    modelId: headers[HEADER.model] ?? '',
    seed: Number(headers[HEADER.seed] ?? 0),
    prior: Prior.parse(headers[HEADER.prior]),
    output: Output.parse(headers[HEADER.output]),
    body: bytes,
  };
}

function explainProblem(status: number, text: string, dataset: string): CommandFailure {
  const problem = Problem.safeParse(parseJson(text)).data;
  if (!problem) return new CommandFailure(`The endpoint answered ${status}: ${text.slice(0, 200)}`);
  const errors = (problem.errors ?? []).map(({ path, message }) => `\n  ${path}: ${message}`).join('');
  const next = {
    'dataset.unknown': `goldpan status; goldpan fit ${dataset}`,
    'model.unknown': `goldpan models list ${dataset}`,
  };
  return new CommandFailure(`${problem.code}: ${problem.title} ${problem.detail}${errors}`, {
    next: next[problem.code as keyof typeof next],
    exitCode: problem.code === 'request.invalid' ? EXIT.usage : EXIT.failed,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
