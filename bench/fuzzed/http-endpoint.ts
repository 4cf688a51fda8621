// The endpoint behind a local HTTP server, as a function URL puts it there.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { EndpointAnswer } from '#core/model/messages/endpoint-api.ts';

export type HttpEndpoint = {
  readonly origin: string;
  /** How many requests were answered, by status. */
  readonly statuses: ReadonlyMap<number, number>;
  close(): void;
};

/** `stage` answers events of function URLs (payload format 2.0); an error of it becomes a 500. */
export async function httpEndpoint(stage: (event: unknown, leftMs: number) => Promise<EndpointAnswer>) {
  const statuses = new Map<number, number>();
  const server = createServer(async (request, response) => {
    const { statusCode, headers, body, isBase64Encoded } = await eventOf(request)
      .then((event) => stage(event, 30_000))
      .catch((error: unknown) => failed(error));
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    response.writeHead(statusCode, headers).end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, statuses, close: () => server.close() } satisfies HttpEndpoint;
}

async function eventOf(request: IncomingMessage) {
  const { pathname } = new URL(`http://endpoint${request.url}`);
  const body = await buffer(request);
  return {
    rawPath: pathname,
    requestContext: { http: { method: request.method ?? 'GET' } },
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    ...(body.length > 0 && { body: body.toString('base64') }),
    isBase64Encoded: body.length > 0,
  };
}

function failed(error: unknown) {
  process.stderr.write(`${String(error)}\n`);
  return { statusCode: 500, headers: {}, body: '', isBase64Encoded: false };
}
