// Makes a JPEG, WebP or animated GIF of the PNGs that the endpoint has drawn.
import { SampleAnswer } from '#core/model/messages/endpoint-api.ts';
import { ClientFailure, EXIT } from '../../failure.ts';

/** `body`: a PNG, or for a GIF the JSON answer with one PNG a frame. Throws ClientFailure for clips, rows and texts. */
export async function convert(
  body: Uint8Array,
  contentType: string,
  format: 'jpeg' | 'webp' | 'gif',
): Promise<Uint8Array> {
  const frames = format === 'gif' ? framesOf(body) : contentType.startsWith('image/png') ? [body] : [];
  const [first] = frames;
  if (!first)
    throw new ClientFailure(`Only pictures can be written as ${format.toUpperCase()}.`, {
      next: 'Leave out --out to get the format of this kind of data.',
      exitCode: EXIT.usage,
    });
  const { animatePictures, convertPicture } = await loadConverters();
  return format === 'gif' ? animatePictures(frames) : convertPicture(first, format);
}

function framesOf(body: Uint8Array): Uint8Array[] {
  const { images = [] } = SampleAnswer.safeParse(JSON.parse(new TextDecoder().decode(body))).data ?? {};
  return images.map((image) => Buffer.from(image, 'base64'));
}

/** Sharp is native code, which may be missing on a machine that only calls a deployed stack. */
async function loadConverters() {
  try {
    return await import('#core/kinds/image/written/convert-pictures.ts');
  } catch {
    throw new ClientFailure('The package sharp, which writes these formats, does not load on this machine.', {
      next: 'Write a .png file instead, or install sharp: npm install sharp',
    });
  }
}
