// Damaged copies of a good model whose hashes are those of its card: each is served or refused, and none ends the process.
import { readdirSync } from 'node:fs';
import protobuf from 'protobufjs/minimal.js';
import { expect, test, vi } from 'vitest';
import * as onnxRuntime from '#core/model/onnx-runtime.ts';
import { memoryStore } from '#core/store/memory.ts';
import { endpoint } from '../../../../functions/sample/endpoint.ts';
import { linearDecoder } from '../../../fixtures/decoders.ts';
import { mutant } from '../../../fixtures/mutants.ts';
import { SHAPE, storeModel } from '../../../fixtures/stored-model.ts';
import { eventOf, openEndpoint, problemOf } from './calls.ts';

const GOOD = Buffer.from(linearDecoder(SHAPE));
/** Operators of ONNX that no network of the trainer has, in the place of one whose name is as long. */
const OTHERS = { Gemm: ['Loop', 'Scan', 'Tile'], Sigmoid: ['EyeLike', 'Dropout'], Reshape: ['Flatten', 'EyeLike'] };
const MUTANTS = 500;

async function answerTo(decoder: Uint8Array) {
  const data = memoryStore();
  await storeModel(data, { decoder });
  const error = vi.fn();
  const handler = endpoint(openEndpoint({ data }).stage, () => 0);
  const answer = await handler(eventOf({ body: { n: 1 } }), { info: vi.fn(), error }, 30_000);
  const cause = (error.mock.calls[0]?.[1] as { error: Error } | undefined)?.error.message;
  return { answer, cause };
}

function renamed(seed: number): Buffer {
  const names = Object.entries(OTHERS).flatMap(([from, others]) => others.map((to) => [from, to] as const));
  const [from, to] = names[seed % names.length] as readonly [string, string];
  const copy = Buffer.from(GOOD);
  copy.write(to, copy.indexOf(from));
  return copy;
}

/** The good model with one more field of the model. */
function withField(number: number, write: (out: protobuf.Writer) => void): Buffer {
  const out = protobuf.Writer.create();
  out.uint32(number * 8 + 2).fork();
  write(out);
  return Buffer.concat([GOOD, out.ldelim().finish()]);
}

/** A second graph message is merged with the first: the weight lies in the file that it names. */
function withDataOutside(file: string): Buffer {
  return withField(7, (graph) => {
    graph.uint32(5 * 8 + 2).fork();
    graph.uint32(1 * 8).int64(4);
    graph.uint32(2 * 8).int32(1);
    graph.uint32(8 * 8 + 2).string('outside');
    graph.uint32(13 * 8 + 2).fork();
    graph.uint32(1 * 8 + 2).string('location');
    graph.uint32(2 * 8 + 2).string(file);
    graph.ldelim();
    graph.uint32(14 * 8).int32(1);
    graph.ldelim();
  });
}

test(`${MUTANTS} damaged networks are each served or refused in words; the good one is served after them`, async () => {
  const create = vi.spyOn(onnxRuntime.InferenceSession, 'create');
  const counts = { served: 0, refused: 0 };
  const filesBefore = readdirSync('/proc/self/fd').length;
  for (let seed = 1; seed <= MUTANTS; seed++) {
    const damaged =
      seed % 10 === 3 ? renamed(seed) : seed % 10 === 6 ? withDataOutside(`/etc/hosts${seed}`) : mutant(GOOD, seed);
    create.mockClear();
    const { answer } = await answerTo(damaged);
    if (answer.statusCode === 200) counts.served++;
    else {
      counts.refused++;
      expect(problemOf(answer), String(seed)).toMatchObject({ status: 409, code: 'model.corrupt' });
    }
    if (seed % 10 === 3 || seed % 10 === 6) expect(create, String(seed)).not.toHaveBeenCalled();
  }
  expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(filesBefore);
  expect(counts.served).toBeGreaterThan(0);
  expect(counts.refused).toBeGreaterThan(MUTANTS / 4);
  create.mockRestore();
  expect((await answerTo(GOOD)).answer.statusCode).toBe(200);
});

const CASES: readonly [what: string, bytes: Buffer, cause: RegExp][] = [
  ['data in another file', withDataOutside('/etc/hosts'), /a tensor of the file has data outside the file/],
  ['functions of its own', withField(25, (out) => out.uint32(10).string('f')), /a model of the file has functions/],
  [
    'an operator that no model has',
    Buffer.from(GOOD.toString('latin1').replace('Gemm', 'Loop'), 'latin1'),
    /Loop is not/,
  ],
  ['a weight that is no number', notFinite(), /the weight kernel has values that are no finite numbers/],
  ['other pixels', Buffer.from(linearDecoder({ ...SHAPE, height: 8 })), /pixels has the sizes batch x 8 x 8 x 1; exp/],
  ['a shorter weight', Buffer.from(shorter()), /its dimensions say otherwise/],
  ['no bytes', Buffer.alloc(0), /its IR version is 0/],
];

test.each(CASES)('%s: refused before the runtime sees it, and the log says why', async (_what, bytes, cause) => {
  const create = vi.spyOn(onnxRuntime.InferenceSession, 'create');
  const refusal = await answerTo(bytes);
  expect(refusal.answer.statusCode).toBe(409);
  expect(refusal.cause).toMatch(cause);
  expect(create).not.toHaveBeenCalled();
  create.mockRestore();
});

function notFinite(): Buffer {
  const copy = Buffer.from(GOOD);
  // The bytes of a tensor follow its name, one byte of a tag and two of a length.
  copy.writeFloatLE(Number.NaN, copy.indexOf('kernel', copy.indexOf('Reshape')) + 'kernel'.length + 3 + 8);
  return copy;
}

/** The dimension 4 of the kernel [4, 96] becomes 3. */
function shorter(): Buffer {
  const copy = Buffer.from(GOOD);
  const at = copy.indexOf(Buffer.from([8, SHAPE.latentDim, 8, SHAPE.width * SHAPE.height]));
  copy[at + 1] = SHAPE.latentDim - 1;
  return copy;
}
