// The table of all operations of the endpoint; the router, the OpenAPI document and docs/http-api.md follow from it.
import { compress } from './codes/compress.ts';
import { decode } from './codes/decode.ts';
import { decompress } from './codes/decompress.ts';
import { encode } from './codes/encode.ts';
import { describe } from './describe.ts';
import { impute } from './impute.ts';
import { interpolate } from './interpolate.ts';
import { mix } from './mix.ts';
import { linkModel } from './models/link-model.ts';
import { listModels } from './models/list-models.ts';
import { showModel } from './models/show-model.ts';
import { morph } from './morph.ts';
import type { Operation } from './operation.ts';
import { parents } from './parents.ts';
import { compose } from './repair/compose.ts';
import { denoise } from './repair/denoise.ts';
import { inpaint } from './repair/inpaint.ts';
import { reconstruct } from './repair/reconstruct.ts';
import { upscale } from './repair/upscale.ts';
import { sample } from './sample.ts';
import { tickets } from './tickets.ts';

export const OPERATIONS: readonly Operation[] = [
  sample,
  interpolate,
  mix,
  reconstruct,
  inpaint,
  denoise,
  compose,
  upscale,
  encode,
  decode,
  compress,
  decompress,
  parents,
  morph,
  impute,
  tickets,
  listModels,
  showModel,
  linkModel,
  describe,
];
