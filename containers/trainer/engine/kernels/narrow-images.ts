// The kernel gradient of a convolution over narrow images in bfloat16, with several images side by side. oneDNN sums along rows, and
// with rows of seven or eight pixels it is 20 to 40 % slower than with long ones.
import { DTYPE } from '../binding.ts';
import { constantNode, type GraphNode, value } from '../graph.ts';

const HALF = value.type('bfloat16');
/** For wider rows the replacement is not faster. */
const NARROW = 8;
/** Numbers of images per row; the largest one that divides the batch is used. */
const TOGETHER = [8, 4];
/** Width of oneDNN's vectors. It has another kernel for images with few channels. */
const CHANNELS = 16;
const WIDTH_AXIS = 2;

type Images = {
  readonly ref: string;
  /** [batch, height, width, channels] */
  readonly shape: readonly number[];
};

/**
 * The node of this name, over x and dy in bfloat16, with the nodes it needs. Between two images x has a stride's columns of zeros
 * and dy one, whose sum is zero. Undefined where it would not be faster, or an image's kernel would reach the next image.
 */
export function fromSideBySide(name: string, node: GraphNode, x: Images, dy: Images): GraphNode[] | undefined {
  const [kernelHeight, kernelWidth] = node.outputs?.[0]?.shape ?? [];
  const [, down, stride] = node.attr.strides?.list?.i ?? [];
  const [batch, height, width] = dy.shape as [number, number, number, number];
  const together = TOGETHER.find((count) => batch % count === 0);
  if (kernelHeight === undefined || kernelWidth === undefined || stride === undefined || together === undefined) return;
  const before = Math.max(0, kernelWidth - stride) >> 1;
  const isApart = before <= stride && kernelWidth - before <= 2 * stride;
  const isWhole = x.shape[1] === height * stride && x.shape[2] === width * stride && down === stride;
  const isSlow = width <= NARROW && (x.shape[3] as number) % CHANNELS === 0;
  if (!isApart || !isWhole || !isSlow || node.attr.padding?.s?.toString() !== 'SAME') return;

  const nodes: GraphNode[] = [];
  const whole = (what: string, number: number): string => {
    nodes.push(constantNode(`${name}/${what}`, DTYPE.int32, [], Int32Array.of(number)));
    return `${name}/${what}:0`;
  };
  const [first, across] = [whole('first', 0), whole('across', WIDTH_AXIS)];
  const laid = (side: string, { ref, shape }: Images, columns: number): string => {
    const [, rows, , channels] = shape as [number, number, number, number];
    const gap = [batch / together, rows, columns, channels];
    const zeros = new Uint8Array(2 * gap.reduce((a, b) => a * b));
    const parts = `${name}/${side}Parts`;
    const input = Array.from({ length: together }, (_, i) => [`${parts}:${i}`, `${name}/${side}Gap:0`]).flat();
    nodes.push(
      constantNode(`${name}/${side}Gap`, DTYPE.bfloat16, gap, zeros),
      { name: parts, op: 'Split', input: [first, ref], attr: { T: HALF, num_split: { i: together } } },
      {
        name: `${name}/${side}`,
        op: 'ConcatV2',
        input: [...input, across],
        attr: { T: HALF, Tidx: value.type('int32'), N: { i: input.length } },
      },
    );
    return `${name}/${side}:0`;
  };
  const input = [laid('x', x, stride), node.input[1] as string, laid('dy', dy, 1)];
  return [...nodes, { name, op: node.op, input, attr: { ...node.attr, T: HALF } }];
}
