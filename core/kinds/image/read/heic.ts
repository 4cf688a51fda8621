// Decodes HEIC photos by libheif, which is WebAssembly in a file of its own and loaded with the first of them.
import { LIMITS } from '../../../base/limits.ts';
import type { RawImage } from '../measure.ts';

const CHANNELS = 4;

/** Decodes the primary image, upright, to RGBA. Throws with libheif's message if it cannot be read. */
export async function decodeHeic(bytes: Uint8Array): Promise<RawImage> {
  const { default: libheif } = await import('libheif-js/wasm-bundle.js');
  const context = libheif.heif_context_alloc();
  try {
    const read = libheif.heif_context_read_from_memory(context, bytes);
    if (read.code !== libheif.heif_error_code.heif_error_Ok) throw new Error(read.message);
    const handle = libheif.heif_js_context_get_primary_image_handle(context);
    if (handle.code) throw new Error(handle.message);
    try {
      const { heif_colorspace, heif_chroma } = libheif;
      const decoded = libheif.heif_js_decode_image2(
        handle,
        heif_colorspace.heif_colorspace_RGB,
        heif_chroma.heif_chroma_interleaved_RGBA,
      );
      const plane = decoded.channels?.[0];
      if (decoded.code || !plane) throw new Error(decoded.message);
      return withoutGaps(plane);
    } finally {
      libheif.heif_image_handle_release(handle);
    }
  } finally {
    libheif.heif_context_free(context);
  }
}

function withoutGaps({
  width,
  height,
  stride,
  data,
}: {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly data: Uint8Array;
}): RawImage {
  if (!(width * height <= LIMITS.imagePixels)) throw new Error(`${width} x ${height} pixels`);
  const row = width * CHANNELS;
  const pixels = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) pixels.set(data.subarray(y * stride, y * stride + row), y * row);
  return { pixels, width, height, channels: CHANNELS };
}
