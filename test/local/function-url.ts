// One request to the function URL, signed or not. The emulator tells URLs apart by the Host header, which fetch cannot send.
import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { SQSClient } from '@aws-sdk/client-sqs';
import { outputs, target } from './deployed.ts';

const SERVICE = 'lambda';
const REGION = target.environment.AWS_REGION ?? '';

type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };

export type UrlAnswer = { readonly status: number; readonly body: Buffer };

export async function callUrl(path: string, body: unknown, { sign }: { sign: boolean }): Promise<UrlAnswer> {
  const url = new URL(outputs.SampleUrl ?? '');
  const { hostname, port, protocol } = target.endpoint === undefined ? url : new URL(target.endpoint);
  const { host } = url;
  const credentials = await new SQSClient({}).config.credentials();
  const text = JSON.stringify(body);
  const headers = {
    host,
    accept: 'image/png',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    ...(sign && signature({ host, path, text, now: new Date(), credentials })),
  };
  const send = protocol === 'https:' ? secureRequest : request;
  return new Promise((resolve, reject) => {
    const sent = send({ hostname, port, path, method: 'POST', headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }));
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

/** AWS Signature Version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
function signature({
  host,
  path,
  text,
  now,
  credentials: { accessKeyId, secretAccessKey, sessionToken },
}: {
  host: string;
  path: string;
  text: string;
  now: Date;
  credentials: Credentials;
}) {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${REGION}/${SERVICE}/aws4_request`;
  const signed: Record<string, string> = {
    host,
    'x-amz-date': time,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  };
  const names = Object.keys(signed).join(';');
  const lines = Object.entries(signed).map(([name, value]) => `${name}:${value}`);
  const canonical = ['POST', path, '', ...lines, '', names, sha256(text)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<Buffer | string>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const credential = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}`;
  return {
    ...signed,
    authorization: `${credential}, SignedHeaders=${names}, Signature=${hmac(key, toSign).toString('hex')}`,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
