// Encodes drawn clips in the negotiated media type: one WAV or FLAC of all clips, a zip of WAVs, their log-mel pictures, or JSON.
import { encodeNpy } from '#core/base/npy.ts';
import { writeFlac } from '#core/kinds/audio/codec/write-flac.ts';
import { type WavNotes, writeWav } from '#core/kinds/audio/codec/write-wav.ts';
import { type ClipsAnswer, HEADER, type RepairComparison } from '#core/model/messages/endpoint-api.ts';
import { ANSWER_BYTES } from '#core/model/messages/large-messages.ts';
import { type Answered, outputsOfClips } from '../outputs/outputs.ts';
import { accepted, type Result, refused } from '../problem.ts';
import type { SoundMediaType } from '../representation/media-types.ts';
import type { Images } from '../representation/pictures.ts';
import { type Provenance, provenanceHeaders } from '../representation/provenance.ts';
import { zipOf } from '../representation/zip-archive.ts';

/** Between the clips of one file. */
const GAP_SECONDS = 0.2;
const SAMPLE_BYTES = 2;

export type DrawnClips = Provenance & {
  /** Log-mel images, and the converter from them to clips. */
  readonly pictures: Images;
  readonly clips: () => readonly Int16Array[];
  readonly sampleRate: number;
  /** Repaired clips only. */
  readonly comparison?: RepairComparison | null;
  /** The entries in the ledger of outputs. contents: equal clips are recognised. similar: similar ones as well. */
  readonly own: 'similar' | 'contents';
};

/** Refuses an answer that is known to be too large before anything is drawn. */
export function tooManyClips(mediaType: SoundMediaType, count: number, samples: number): Result<never> | undefined {
  const bytes = mediaType === 'application/x-npy' ? 0 : count * samples * SAMPLE_BYTES;
  return bytes > ANSWER_BYTES ? tooLarge(bytes) : undefined;
}

export async function clipsAnswer(mediaType: SoundMediaType, given: DrawnClips): Promise<Result<Answered>> {
  // Pictures of sounds are not sounds yet.
  const clips = mediaType === 'application/x-npy' ? [] : given.clips();
  const drawn = { ...given, clips: () => clips };
  const body = await encode(mediaType, drawn);
  if (body.length > ANSWER_BYTES) return tooLarge(body.length);
  const headers = {
    ...provenanceHeaders(mediaType, drawn),
    ...(drawn.comparison && { [HEADER.comparison]: JSON.stringify(drawn.comparison) }),
  };
  const isText = mediaType === 'application/json';
  return accepted({
    statusCode: 200,
    headers,
    body: body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
    outputs: outputsOfClips(drawn.modelId, clips, drawn.sampleRate, drawn.own === 'similar'),
  });
}

async function encode(mediaType: SoundMediaType, drawn: DrawnClips): Promise<Buffer> {
  const { modelId, seed, prior, output, label, pictures, clips, sampleRate, comparison } = drawn;
  const wav = (samples: Int16Array) => writeWav(samples, sampleRate, notesOf(drawn));
  const inOne = () => joined(clips(), Math.round(GAP_SECONDS * sampleRate));
  switch (mediaType) {
    case 'audio/wav':
      return asBuffer(wav(inOne()));
    case 'audio/flac': {
      const { ISFT, ICMT, INAM } = notesOf(drawn);
      const notes = { ENCODER: ISFT, COMMENT: ICMT, ...(INAM !== undefined && { TITLE: INAM }) };
      return asBuffer(writeFlac(inOne(), sampleRate, notes));
    }
    case 'application/zip': {
      const files = clips().map((clip, i) => ({ name: `${String(i).padStart(4, '0')}.wav`, bytes: wav(clip) }));
      return asBuffer(await zipOf(files));
    }
    case 'application/x-npy': {
      const { count, width, height, pixels } = pictures;
      return asBuffer(encodeNpy({ shape: [count, height, width], values: pixels }));
    }
    case 'application/json': {
      const encoded = clips().map((clip) => asBuffer(wav(clip)).toString('base64'));
      const facts = { modelId, seed, count: encoded.length, machineGenerated: true, prior, output, label } as const;
      const judged = comparison === undefined ? {} : { comparison };
      const answer: ClipsAnswer = { ...facts, ...judged, sampleRate, clips: encoded };
      return Buffer.from(JSON.stringify(answer));
    }
  }
}

/** Returns the notes that players show, and the mark of generated content (IPTC digital source type). */
function notesOf({ modelId, seed, prior, output, label }: DrawnClips): WavNotes {
  const facts = [`model=${modelId}`, `seed=${seed}`, `prior=${prior}`, `output=${output}`];
  return {
    ISFT: 'goldpan',
    ICMT: `machine-generated; digitalSourceType=trainedAlgorithmicMedia; ${facts.join('; ')}`,
    ...(label !== null && { INAM: label.replaceAll(/\p{Cc}/gu, ' ') }),
  };
}

function joined(clips: readonly Int16Array[], gap: number): Int16Array {
  const length = clips.reduce((sum, clip) => sum + clip.length, 0) + gap * Math.max(0, clips.length - 1);
  const out = new Int16Array(length);
  let at = 0;
  for (const clip of clips) {
    out.set(clip, at);
    at += clip.length + gap;
  }
  return out;
}

function tooLarge(bytes: number): Result<never> {
  return refused(
    'request.too-large',
    `The response would have ${Math.round(bytes)} bytes; the limit is ${ANSWER_BYTES}. Request fewer clips at a time, each request with another seed.`,
  );
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
