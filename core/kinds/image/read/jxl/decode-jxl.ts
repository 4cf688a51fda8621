// Decodes JPEG XL by libjxl, which is WebAssembly in files of its own and loaded with the first of these pictures.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { LIMITS } from '../../../../base/limits.ts';
import type { RawImage } from '../../measure.ts';

const PROGRAM = 'jxl_dec.wasm';

/** Decodes the first frame, upright, to RGBA in sRGB. Throws if it cannot be read. */
export async function decodeJxl(bytes: Uint8Array): Promise<RawImage> {
  const { default: openJxl } = await import('@jsquash/jxl/codec/dec/jxl_dec.js');
  // A new instance for each picture, because a broken one may leave it in any state.
  const jxl = await openJxl({ wasmBinary: readProgram() });
  const decoded = jxl.decode(bytes);
  if (!decoded) throw new Error('no whole JPEG XL picture');
  const { width, height, data } = decoded;
  if (!(width * height <= LIMITS.imagePixels)) throw new Error(`${width} x ${height} pixels`);
  return { pixels: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height, channels: 4 };
}

/** In a function it lies beside the bundle. */
function readProgram(): Uint8Array {
  const beside = join(import.meta.dirname, PROGRAM);
  const inPackage = () => createRequire(import.meta.url).resolve(`@jsquash/jxl/codec/dec/${PROGRAM}`);
  return readFileSync(existsSync(beside) ? beside : inPackage());
}
