/**
 * The pretrained networks that goldpan ships: EfficientNet-Lite (Tan and Le 2019, without squeeze-and-excitation and with ReLU6), trained
 * on ImageNet-1k. Lite0 is used in training and alignment; Lite2 is only used for evaluation, so no training code may read it.
 * `containers/trainer/image/requirements-features.txt` pins the packages of the networks; these hashes pin the files that the set-up makes
 * from them.
 */
export const PRETRAINED_FILES = {
  /** Lite0 without its classifier, batch norm folded, for the training engine. */
  'lite0.safetensors': 'ffe6bd4983cc5865b29303f78348d4bf840848139a3e84e78a0f4846aa595350',
  /** Lite0: `images` to `stride2` ... `stride32`, `pooled` and `logits`. */
  'lite0.onnx': '959dd42dab4432e0c625bf108e0c934601dc9762b68f42d5aaf0c76415484136',
  /** Lite0 up to the map of stride 16, for alignment: `images` to `stride16`. */
  'lite0-stride16.onnx': 'faa83b1917983aec6ab566538594e790127ab73e2e664fd83cde722437cef1fc',
  /** Lite2: `images` to `pooled` and `logits`. */
  'lite2.onnx': '2648a5e2627c30a891ff022fe7d01e2c4dbfe6bf54cfb8988378be2ad0a156e6',
} as const;

export type PretrainedFile = keyof typeof PRETRAINED_FILES;

/**
 * Every ONNX file takes `images` [N, H, W, 3], float32 RGB in [0, 1], of any height and width, and normalises them itself.
 * Maps come as [N, ceil(H / stride), ceil(W / stride), channels].
 */
export const LITE0_MAPS = [
  { name: 'stride2', stride: 2, channels: 16 },
  { name: 'stride4', stride: 4, channels: 24 },
  { name: 'stride8', stride: 8, channels: 40 },
  { name: 'stride16', stride: 16, channels: 112 },
  { name: 'stride32', stride: 32, channels: 320 },
] as const;

/** Length of `pooled`: the head's channels, averaged over the image. */
export const POOLED_FEATURES = 1280;

/** Length of `logits`: the classes of ImageNet-1k. */
export const IMAGENET_CLASSES = 1000;
