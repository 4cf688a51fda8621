// Runs the packaged endpoint in a separate process, with its bucket in a local server.
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { Store } from '#core/store/store.ts';

const BUCKET = 'bench';

export type Packaged = {
  /** Runs a script in a new process in which `handler` is the handler of the package. Returns what the script passes to `answer`. */
  run<Answer>(script: string): Promise<Answer>;
  close(): void;
};

/** `bundle` is the package's file; `data` holds the model. */
export async function packagedFunction(data: Store, bundle: string): Promise<Packaged> {
  const server = createServer(async ({ url = '', method }, response) => {
    if (method === 'PUT') {
      // A record of the ledger.
      response.writeHead(200, { etag: '"bench"' }).end();
      return;
    }
    const object = await data.get(decodeURIComponent(new URL(url, 'http://store').pathname.slice(BUCKET.length + 2)));
    response.writeHead(object ? 200 : 404, object && { etag: object.etag, 'content-length': object.body.length });
    response.end(object?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const env = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
    GOLDPAN_DATA_BUCKET: BUCKET,
  };
  return {
    async run(script) {
      const whole = `
        const { handler } = await import(${JSON.stringify(bundle)});
        const answer = (value) => process.stdout.write('\\n' + JSON.stringify(value));
        ${script}`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', whole], { env });
      return JSON.parse(stdout.slice(stdout.lastIndexOf('\n')));
    },
    close: () => server.close(),
  };
}
