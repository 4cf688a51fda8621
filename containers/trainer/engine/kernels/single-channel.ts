// Computes transposed convolutions to images with one channel as a matrix product. oneDNN computes at least sixteen channels at
// a time, so it takes five times as long for one.
import { DTYPE } from '../binding.ts';
import { constantNode, type GraphNode, type OutputInfo, outputInfos, value } from '../graph.ts';

type Taps = {
  readonly kernel: readonly [number, number];
  readonly channels: number;
  readonly batch: number;
  /** Size of the small side, [height, width]. */
  readonly small: readonly [number, number];
  readonly stride: number;
};

/** Position of one tap of the kernel along one axis. It adds to every stride-th pixel from `phase` on, and reads `shift` pixels further. */
type Reach = {
  readonly phase: number;
  readonly shift: number;
};

const FLOAT = { T: value.type('float32') };

/** Returns the graph with each such node replaced; the last of the new nodes has its name. */
export function withoutSingleChannels(
  nodes: readonly GraphNode[],
  inputs: ReadonlyMap<string, OutputInfo>,
): GraphNode[] {
  const infos = outputInfos(nodes, inputs);
  return nodes.flatMap((node) => {
    const taps = tapsOf(node, infos);
    return taps === undefined ? [node] : productNodes(node, taps);
  });
}

function tapsOf(node: GraphNode, infos: ReadonlyMap<string, OutputInfo>): Taps | undefined {
  const image = node.outputs?.[0]?.shape;
  if (node.op !== 'Conv2DBackpropInput' || image?.[3] !== 1) return undefined;
  const kernel = infos.get(node.input[1] as string)?.shape;
  const small = infos.get(node.input[2] as string)?.shape;
  const stride = node.attr.strides?.list?.i?.[1];
  if (kernel === undefined || small === undefined || stride === undefined) return undefined;
  const [batch, height, width, channels] = small as [number, number, number, number];
  const isWhole = image[1] === height * stride && image[2] === width * stride;
  const isReached = Math.min(kernel[0] as number, kernel[1] as number) >= stride;
  if (!isWhole || !isReached || node.attr.strides?.list?.i?.[2] !== stride) return undefined;
  return {
    kernel: [kernel[0] as number, kernel[1] as number],
    channels,
    batch,
    small: [height, width],
    stride,
  };
}

/**
 * Multiplies all pixels with each tap of the kernel, [taps, batch, height, width], shifts the products to their positions and adds them.
 * With a stride, the pixels of each phase are added separately and then interleaved.
 */
function productNodes(node: GraphNode, { kernel, channels, batch, small, stride }: Taps): GraphNode[] {
  const nodes: GraphNode[] = [];
  const [height, width] = small;
  const add = (
    name: string,
    op: string,
    input: string[],
    attr: GraphNode['attr'],
    shape?: readonly number[],
  ): string => {
    const outputs = shape && [{ shape, dtype: DTYPE.float32 }];
    nodes.push({ name: `${node.name}/${name}`, op, input, attr, ...(outputs && { outputs }) });
    return `${node.name}/${name}:0`;
  };
  const whole = (name: string, values: readonly number[], shape: readonly number[] = [values.length]): string => {
    const made = constantNode(`${node.name}/${name}`, DTYPE.int32, shape, Int32Array.from(values));
    nodes.push(made);
    return `${made.name}:0`;
  };
  const reshaped = (name: string, input: string, shape: readonly number[]): string =>
    add(name, 'Reshape', [input, whole(`${name}/shape`, shape)], { ...FLOAT, Tshape: value.type('int32') }, shape);

  const count = kernel[0] * kernel[1];
  const weights = reshaped('weights', node.input[1] as string, [count, channels]);
  const pixels = reshaped('pixels', node.input[2] as string, [batch * height * width, channels]);
  const transposed = { transpose_a: value.bool(false), transpose_b: value.bool(true) };
  const product = add('product', 'MatMul', [weights, pixels], { ...FLOAT, ...transposed }, [
    count,
    batch * height * width,
  ]);
  const taps = reshaped('taps', product, [count, batch, height, width]);

  const reaches = [0, 1].map((axis) => reachesOf(kernel[axis as 0 | 1], stride));
  const [rows, columns] = reaches as [Reach[], Reach[]];
  const border = [rows, columns].map((axis) => {
    const shifts = axis.map(({ shift }) => shift);
    return [Math.max(0, -Math.min(...shifts)), Math.max(0, Math.max(...shifts))] as const;
  });
  const [[top, bottom], [left, right]] = border as [readonly [number, number], readonly [number, number]];
  const margins = whole('margins', [0, 0, 0, 0, top, bottom, left, right], [4, 2]);
  const padded = add('padded', 'Pad', [taps, margins], { ...FLOAT, Tpaddings: value.type('int32') });

  const size = whole('size', [1, batch, height, width]);
  const phases: string[] = [];
  for (let phase = 0; phase < stride ** 2; phase++) {
    const [down, across] = [Math.floor(phase / stride), phase % stride];
    const parts = rows.flatMap((row, y) =>
      columns.flatMap((column, x) => {
        if (row.phase !== down || column.phase !== across) return [];
        const tap = y * kernel[1] + x;
        const from = whole(`from${tap}`, [tap, 0, top + row.shift, left + column.shift]);
        return [add(`tap${tap}`, 'Slice', [padded, from, size], { ...FLOAT, Index: value.type('int32') })];
      }),
    );
    phases.push(add(`phase${phase}`, 'AddN', parts, { ...FLOAT, N: { i: parts.length } }));
  }
  const image = whole('image', [batch, height * stride, width * stride, 1]);
  const sideBySide = stride === 1 ? (phases[0] as string) : interleaved();
  const attr = { ...FLOAT, Tshape: value.type('int32') };
  const { name, outputs } = node;
  return [...nodes, { name, op: 'Reshape', input: [sideBySide, image], attr, ...(outputs && { outputs }) }];

  function interleaved(): string {
    const axis = whole('axis', [0], []);
    const attr = { ...FLOAT, Tidx: value.type('int32'), N: { i: phases.length } };
    const all = reshaped('all', add('phases', 'ConcatV2', [...phases, axis], attr), [
      stride,
      stride,
      batch,
      height,
      width,
    ]);
    return add('interleaved', 'Transpose', [all, whole('order', [2, 3, 0, 4, 1])], {
      ...FLOAT,
      Tperm: value.type('int32'),
    });
  }
}

/** Tap t adds position i of the small side to pixel p = i * stride + t - before of the image. */
function reachesOf(taps: number, stride: number): Reach[] {
  const before = Math.max(0, taps - stride) >> 1;
  return Array.from({ length: taps }, (_, tap) => {
    const phase = (((tap - before) % stride) + stride) % stride;
    return { phase, shift: (phase + before - tap) / stride };
  });
}
