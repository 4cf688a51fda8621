// One request to the function URL, signed or not. The emulator tells URLs apart by the Host header, which fetch cannot send.
import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import { endpoint, outputs } from './deployed.ts';

const REGION = 'us-east-1';
const SERVICE = 'lambda';
const ACCESS_KEY = 'test';
const SECRET_KEY = 'test';

export type UrlAnswer = { readonly status: number; readonly body: Buffer };

export function callUrl(path: string, body: unknown, { sign }: { sign: boolean }): Promise<UrlAnswer> {
  const { hostname, port } = new URL(endpoint);
  const host = new URL(outputs.SampleUrl ?? '').host;
  const text = JSON.stringify(body);
  const headers = {
    host,
    accept: 'image/png',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    ...(sign && signature({ host, path, text, now: new Date() })),
  };
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method: 'POST', headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }));
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

/** AWS Signature Version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
function signature({ host, path, text, now }: { host: string; path: string; text: string; now: Date }) {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${REGION}/${SERVICE}/aws4_request`;
  const names = 'host;x-amz-date';
  const canonical = ['POST', path, '', `host:${host}`, `x-amz-date:${time}`, '', names, sha256(text)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<Buffer | string>((secret, part) => hmac(secret, part), `AWS4${SECRET_KEY}`);
  const credential = `AWS4-HMAC-SHA256 Credential=${ACCESS_KEY}/${scope}`;
  return {
    'x-amz-date': time,
    authorization: `${credential}, SignedHeaders=${names}, Signature=${hmac(key, toSign).toString('hex')}`,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
