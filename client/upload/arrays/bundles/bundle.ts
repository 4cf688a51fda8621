// Images or sounds with their labels, as one file bundles them.

/** `label`, `caption`: undefined if the bundle states none for this item. */
export type BundledItem = {
  readonly name: string;
  readonly label: string | undefined;
  readonly caption: string | undefined;
  readonly bytes: Uint8Array;
};

/** `layout`: how the file is laid out, for people. `items`: in the order of the file. */
export type Bundle = { readonly layout: string; readonly stem: string; readonly items: AsyncIterable<BundledItem> };
