// Sends ten thousand random requests made from the endpoint's published schemas, and lets Schemathesis send some; none may be answered with a
// 5xx status.

import * as z from 'zod';
import { normals, uniforms } from '#core/base/random.ts';
import { encodePng } from '#core/pages/png.ts';
import { memoryStore } from '#core/store/memory.ts';
import { openDecoderWith } from '#stages/sample/drawing/decoder.ts';
import { openEncoderWith } from '#stages/sample/drawing/encoder.ts';
import { OPERATIONS } from '#stages/sample/operations/operations.ts';
import { sample } from '#stages/sample/stage.ts';
import { linearEncoder } from '../test/fixtures/decoders.ts';
import { memoryLinks } from '../test/fixtures/memory-links.ts';
import { SHAPE, storeModel } from '../test/fixtures/stored-model.ts';
import { type Benchmark, higherIsBetter, lowerIsBetter } from './benchmark.ts';
import { SCHEMATHESIS, schemathesisRows } from './fuzzed/schemathesis.ts';

const REQUESTS = 10_000;
/** Share of the members of a request that get a value which the schema allows. */
const VALID_SHARE = 0.8;
const STRANGE = [
  null,
  true,
  -1,
  0,
  1.5,
  1e300,
  2 ** 53,
  '',
  ' ',
  '\u0000',
  '../..',
  '__proto__',
  'AAAA',
  [],
  {},
  [[]],
  'é'.repeat(300),
];

type Schema = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly contentEncoding?: string;
};
type Draw = () => number;

export const fuzzedRequests: Benchmark = {
  sentence:
    'Ten thousand fuzzed requests to every operation, made from the published schemas, and those of Schemathesis: no 5xx',
  async run() {
    const data = memoryStore();
    await storeModel(data, { encoder: linearEncoder(SHAPE), labels: ['a', 'b'] });
    const stage = sample({
      data,
      links: memoryLinks,
      openDecoder: openDecoderWith(1),
      openEncoder: openEncoderWith(1),
    });
    const counts = { ok: 0, refused: 0, failed: 0 };
    for (let i = 0; i < REQUESTS; i++) {
      const numbers = uniforms(i, 'fuzz', 400);
      let at = 0;
      const draw: Draw = () => numbers[at++ % numbers.length] as number;
      const event = eventOf(draw);
      const status = await stage(event, 30_000).then(
        ({ statusCode }) => statusCode,
        (error: unknown) => {
          process.stderr.write(`${JSON.stringify(event).slice(0, 500)}\n${String(error)}\n`);
          return 500;
        },
      );
      if (status >= 500) counts.failed++;
      else if (status < 400) counts.ok++;
      else counts.refused++;
    }
    const rows = [
      lowerIsBetter({
        ...{ metric: `5xx of ${REQUESTS} requests`, unit: '', ours: counts.failed + 1e-9, peer: 1e-9 },
        ...{ peerName: 'none', goal: 1 },
      }),
      higherIsBetter({
        ...{ metric: 'requests that were answered with what they asked for', unit: '', ours: counts.ok, peer: 500 },
        ...{ peerName: 'the least that tests more than refusals', goal: 1 },
      }),
    ];
    rows.push(...(await schemathesisRows(stage)));
    return { versions: { schemathesis: SCHEMATHESIS }, rows };
  },
};

function eventOf(draw: Draw) {
  const operation = OPERATIONS[Math.floor(draw() * OPERATIONS.length)] as (typeof OPERATIONS)[number];
  const rawPath = operation.path
    .replace('{dataset}', draw() < 0.95 ? 'digits' : pick(['..', 'x'.repeat(99), '', '%2e%2e', 'other'], draw))
    .replace('{id}', draw() < 0.7 ? 'model-a' : pick(['..', 'none', '%00', ''], draw));
  const method = draw() < 0.97 ? operation.method : pick(['PUT', 'DELETE', 'GET', 'POST'], draw);
  const accept =
    draw() < 0.7 ? {} : { accept: pick([...operation.types, '*/*', 'text/html', ';;q=x', 'image/*;q=0.1'], draw) };
  const ticket = draw() < 0.02 ? { 'x-goldpan-ticket': pick(['', 'f'.repeat(32), '../../x'], draw) } : {};
  const schema = operation.request && (z.toJSONSchema(operation.request, { io: 'input' }) as Schema);
  const body =
    schema === undefined || draw() < 0.03
      ? pick(['', '{', '[]', 'null', '"x"', '{}'], draw)
      : JSON.stringify(memberOf(schema, draw));
  return {
    rawPath,
    requestContext: { http: { method } },
    headers: { ...accept, ...ticket },
    body,
    isBase64Encoded: false,
  };
}

function memberOf(schema: Schema, draw: Draw): unknown {
  if (draw() > VALID_SHARE + (1 - VALID_SHARE) * 0.7) return pick(STRANGE, draw);
  if (schema.enum) return pick(schema.enum, draw);
  if (schema.anyOf) return memberOf(pick(schema.anyOf, draw), draw);
  switch (schema.type) {
    case 'object': {
      const members = Object.entries(schema.properties ?? {}).filter(
        ([name]) => schema.required?.includes(name) || draw() < 0.25,
      );
      return Object.fromEntries(members.map(([name, member]) => [name, memberOf(member, draw)]));
    }
    case 'array':
      return Array.from({ length: Math.max(schema.minItems ?? 0, Math.floor(draw() * 3)) }, () =>
        memberOf(schema.items ?? {}, draw),
      );
    case 'integer':
    case 'number': {
      const { minimum = 0, maximum = 8 } = schema;
      const value = pick([minimum, minimum + draw() * Math.min(8, maximum - minimum)], draw);
      return schema.type === 'integer' ? Math.round(value) : value;
    }
    case 'string':
      return pick(schema.contentEncoding ? FILES : ['a', 'b', 'model-a', "x = 'y'"], draw);
    default:
      return pick(STRANGE, draw);
  }
}

const { width, height, latentDim } = SHAPE;
const PIXELS = Uint8Array.from(normals(1, 'fuzz', width * height), (value) => 128 + 40 * value);
const FILES = [
  Buffer.from(encodePng({ width, height, channels: 1, pixels: PIXELS })),
  Buffer.from(PIXELS),
  Buffer.from(new Float32Array(latentDim).buffer),
  Buffer.from('gpan'),
  Buffer.from(encodePng({ width, height, channels: 1, pixels: PIXELS })).subarray(0, 40),
].map((bytes) => bytes.toString('base64'));

function pick<T>(values: readonly T[], draw: Draw): T {
  return values[Math.floor(draw() * values.length)] as T;
}
