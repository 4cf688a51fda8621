// Makes a JPEG, WebP or animated GIF of the PNGs that the endpoint has drawn, and MIDI or WAV of its tunes.
import { SampleAnswer } from '#core/model/messages/endpoint-api.ts';
import { ClientFailure, EXIT } from '../../failure.ts';
import type { Converted } from './formats.ts';

/** The media type of tunes in ABC notation. */
export const ABC = 'text/vnd.abc';

/**
 * `body`: a PNG, for a GIF the JSON answer with one PNG a frame, or tunes; `about`: what drew them. Throws ClientFailure for what cannot
 * be written so.
 */
export async function convert(
  body: Uint8Array,
  contentType: string,
  format: Converted,
  about: string,
): Promise<Uint8Array> {
  if (format === 'abc' || format === 'midi' || format === 'wav') return ofTunes(body, contentType, format, about);
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

async function ofTunes(
  body: Uint8Array,
  contentType: string,
  format: 'abc' | 'midi' | 'wav',
  about: string,
): Promise<Uint8Array> {
  if (format === 'wav' && contentType.startsWith('audio/wav')) return body;
  if (!contentType.startsWith(ABC))
    throw new ClientFailure(
      `Only tunes${format === 'wav' ? ' and clips' : ''} can be written as ${format.toUpperCase()}.`,
      {
        next: 'Leave out --out to get the format of this kind of data.',
        exitCode: EXIT.usage,
      },
    );
  if (format === 'abc') return body;
  const { midiOf, tunesOf, wavOf } = await import('./tunes.ts');
  const tunes = tunesOf(new TextDecoder().decode(body));
  return format === 'midi' ? midiOf(tunes) : wavOf(tunes, about);
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
