// Computes the gradients of a dense layer over several slices of a batch as one matrix product. The stacked slices have the same
// sum, and the weights of a large layer are written once instead of once per slice.
import { DTYPE } from '../binding.ts';
import { constantNode, type GraphNode, type OutputInfo, outputInfos, value } from '../graph.ts';

const SUMS = new Set(['AddN', 'Add']);
const FLOAT = { T: value.type('float32') };
const ROWS = 0;

/** Replaces sums of products A'B + C'D + ... by [A; C]'[B; D] where that copies less than it saves. The name of the sum stays. */
export function withoutProductSums(
  nodes: readonly GraphNode[],
  inputs: ReadonlyMap<string, OutputInfo>,
  fetched: ReadonlySet<string>,
): GraphNode[] {
  const infos = outputInfos(nodes, inputs);
  const makers = new Map(nodes.map((node) => [`${node.name}:0`, node]));
  const readers = new Map<string, GraphNode[]>();
  for (const node of nodes) for (const ref of node.input) readers.set(ref, [...(readers.get(ref) ?? []), node]);
  const shapeOf = (ref: string) => infos.get(ref)?.shape ?? [];
  const isSum = (node: GraphNode | undefined): node is GraphNode =>
    node !== undefined &&
    SUMS.has(node.op) &&
    node.attr.T?.type === DTYPE.float32 &&
    node.input.every((ref) => shapeOf(ref).join() === shapeOf(`${node.name}:0`).join());
  /** Returns whether an output is read only once, so that it may be computed in another way. */
  const isInner = (ref: string) => readers.get(ref)?.length === 1 && !fetched.has(ref);
  const termsOf = (node: GraphNode): string[] =>
    node.input.flatMap((ref) =>
      isInner(ref) && isSum(makers.get(ref)) ? termsOf(makers.get(ref) as GraphNode) : [ref],
    );
  const isProduct = (ref: string): boolean => {
    const { op, attr } = makers.get(ref) ?? {};
    return op === 'MatMul' && isInner(ref) && attr?.transpose_a?.b === true && attr.transpose_b?.b === false;
  };

  return nodes.flatMap((node) => {
    const own = `${node.name}:0`;
    const isPart = isInner(own) && isSum(readers.get(own)?.[0]);
    if (!isSum(node) || isPart) return [node];
    const terms = termsOf(node);
    const products = terms.filter(isProduct).map((ref) => (makers.get(ref) as GraphNode).input as [string, string]);
    const rows = products.reduce((sum, [left]) => sum + (shapeOf(left)[ROWS] as number), 0);
    const [height, width] = shapeOf(own) as [number, number];
    const copied = rows * (height + width);
    const saved = (products.length - 1) * height * width;
    if (products.length < 2 || copied > saved) return [node];
    return stacked(node, { products, rows, rest: terms.filter((ref) => !isProduct(ref)), columns: [height, width] });
  });
}

type ProductSum = {
  readonly products: readonly [string, string][];
  readonly rows: number;
  readonly rest: readonly string[];
  readonly columns: readonly [number, number];
};

function stacked({ name, outputs }: GraphNode, { products, rows, rest, columns }: ProductSum): GraphNode[] {
  const axis = constantNode(`${name}/axis`, DTYPE.int32, [], Int32Array.of(ROWS));
  const [left, right] = ([0, 1] as const).map(
    (side): GraphNode => ({
      name: `${name}/${side === 0 ? 'left' : 'right'}`,
      op: 'ConcatV2',
      input: [...products.map((product) => product[side]), `${axis.name}:0`],
      attr: { ...FLOAT, Tidx: value.type('int32'), N: { i: products.length } },
      outputs: [{ shape: [rows, columns[side]], dtype: DTYPE.float32 }],
    }),
  ) as [GraphNode, GraphNode];
  const product: GraphNode = {
    name: rest.length === 0 ? name : `${name}/product`,
    op: 'MatMul',
    input: [`${left.name}:0`, `${right.name}:0`],
    attr: { ...FLOAT, transpose_a: value.bool(true), transpose_b: value.bool(false) },
    ...(outputs && { outputs }),
  };
  const made = [axis, left, right, product];
  if (rest.length === 0) return made;
  const input = [`${product.name}:0`, ...rest];
  return [
    ...made,
    { name, op: 'AddN', input, attr: { ...FLOAT, N: { i: input.length } }, ...(outputs && { outputs }) },
  ];
}
