// Object keys as a tree in S3's order, so that a list visits only the keys under its prefix.

type Node = { readonly children: Map<string, Node | null>; sorted: readonly string[] | undefined };
export type KeyTree = {
  add(key: string): void;
  remove(key: string): void;
  /** Returns the keys that start with the prefix, in UTF-8 order. */
  under(prefix: string): Iterable<string>;
};

/** Creates a tree of keys. A segment includes its slash, so the order of segments equals the order of whole keys. */
export function keyTree(): KeyTree {
  const root = emptyNode();
  return {
    add(key) {
      const { folders, rest } = split(key);
      let node = root;
      for (const folder of folders) {
        let next = node.children.get(folder);
        if (!next) {
          next = emptyNode();
          set(node, folder, next);
        }
        node = next;
      }
      if (!node.children.has(rest)) set(node, rest, null);
    },
    remove(key) {
      const { folders, rest } = split(key);
      const node = descend(root, folders);
      if (node?.children.delete(rest)) node.sorted = undefined;
    },
    *under(prefix) {
      const { folders, rest } = split(prefix);
      const node = descend(root, folders);
      if (node) yield* walk(node, folders.join(''), rest);
    },
  };
}

function* walk(node: Node, path: string, start: string): Generator<string> {
  node.sorted ??= sortUtf8([...node.children.keys()]);
  for (const segment of node.sorted) {
    if (!segment.startsWith(start)) continue;
    const child = node.children.get(segment);
    if (child === undefined) continue;
    if (child === null) yield path + segment;
    else yield* walk(child, path + segment, '');
  }
}

function split(key: string): { folders: string[]; rest: string } {
  const segments = key.split('/');
  const rest = segments.pop() as string;
  return { folders: segments.map((segment) => `${segment}/`), rest };
}

function descend(root: Node, folders: readonly string[]): Node | undefined {
  let node: Node | null | undefined = root;
  for (const folder of folders) {
    node = node.children.get(folder);
    if (!node) return undefined;
  }
  return node;
}

function set(node: Node, segment: string, child: Node | null): void {
  node.children.set(segment, child);
  node.sorted = undefined;
}

function emptyNode(): Node {
  return { children: new Map(), sorted: undefined };
}

function sortUtf8(segments: readonly string[]): string[] {
  const bytes = segments.map((segment) => ({ segment, utf8: Buffer.from(segment) }));
  return bytes.sort((a, b) => Buffer.compare(a.utf8, b.utf8)).map(({ segment }) => segment);
}
