// Drawn pictures as JPEG, WebP or an animated GIF, for files of people: the endpoint itself draws PNG.

// Loaded when this file is, which is when such a file is asked for.
const { default: sharp } = await import('sharp');

const QUALITY = 92;
/** Milliseconds that an animation shows a frame. */
const FRAME_MS = 100;
/** The last frame stays longer, so that the end of an interpolation is seen before it begins again. */
const LAST_FRAME_MS = 800;

/** Returns a PNG as a file of another format, with its XMP packet, which says what made it. */
export async function convertPicture(png: Uint8Array, format: 'jpeg' | 'webp'): Promise<Uint8Array> {
  const picture = sharp(png).keepXmp();
  return format === 'jpeg'
    ? picture.jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4' }).toBuffer()
    : picture.webp({ quality: QUALITY }).toBuffer();
}

/** Returns an animated GIF that shows pictures of one size in their order, and repeats without end. A GIF has no XMP packet here. */
export async function animatePictures(pngs: readonly Uint8Array[]): Promise<Uint8Array> {
  const delay = pngs.map((_, i) => (i + 1 < pngs.length ? FRAME_MS : LAST_FRAME_MS));
  // Joined grey pictures come out transparent.
  const frames = await Promise.all(pngs.map((png) => sharp(png).toColourspace('srgb').png().toBuffer()));
  return sharp(frames, { join: { animated: true } })
    .gif({ loop: 0, delay })
    .toBuffer();
}
