// Images that are compared place by place.

export type ComparedImages = {
  readonly items: number;
  /** Height x width x channels. */
  readonly size: number;
  readonly bytes: Uint8Array;
};

export type ImageSize = { readonly width: number; readonly height: number; readonly channels: number };
