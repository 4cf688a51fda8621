// Links to the files of a model, which work for some minutes without credentials.
import { EndpointAnswer, type EndpointEvent } from '#core/model/messages/endpoint-api.ts';
import { ModelLinks } from '#core/model/messages/large-messages.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { explainProblem } from '../drawing/endpoint.ts';
import type { LinksOutput } from './output.ts';
import { servingModelId } from './serving-model.ts';

/** Returns links to the files of a model, by default of the current one. Throws ClientFailure if there is no such model, or it was revoked. */
export async function linkModel(context: Context, dataset: string, named: string | undefined): Promise<LinksOutput> {
  const { deployment } = context;
  const modelId = named ?? (await servingModelId(context, dataset));
  const event: EndpointEvent = {
    rawPath: `/v1/datasets/${checkedDataset(dataset)}/models/${modelId}/links`,
    requestContext: { http: { method: 'GET' } },
  };
  const { statusCode, body, isBase64Encoded } = EndpointAnswer.parse(await deployment.invokeEndpoint(event));
  const text = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString('utf8');
  if (statusCode !== 200)
    throw await explainProblem(deployment, statusCode, text, { dataset, body: { model: modelId } });
  return { dataset, ...ModelLinks.parse(JSON.parse(text)) };
}
