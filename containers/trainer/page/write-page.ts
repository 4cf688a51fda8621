// Writes the run page to the bucket, with the images that exist already.
import sharp from 'sharp';
import { readCsv } from '#core/kinds/reading/csv.ts';
import { costOf, priceOf } from '#core/model/host/prices.ts';
import type { RunOutcome } from '#core/model/messages/run.ts';
import { keys } from '#core/store/keys.ts';
import type { ImageSize } from '../data/picture.ts';
import { NEAREST_FILE } from '../run/epoch-files.ts';
import { secondsOf } from '../run/run-record.ts';
import type { RunDeps } from '../run/trainer-deps.ts';
import type { TaskInput } from '../state/protocol.ts';
import { shownClips } from './audio/shown-clips.ts';
import type { PageImage } from './page-image.ts';
import { type RunPage, runPage } from './run-page.ts';

/** Number of epochs in the strip, evenly spaced, including the first and the last. */
const STRIP_EPOCHS = 12;
/** Rows and columns of a grid that the strip shows. */
const STRIP_IMAGES = 4;
const QUALITY = 85;
const SHOWN_ROWS = 20;

/** Writes the page after an epoch, during the first one, or with the outcome at the end. */
export async function writeRunPage(run: RunDeps, input: TaskInput, outcome?: RunOutcome): Promise<void> {
  const { data, job, record, clock, compute, rented } = run;
  const { progress, environment } = record;
  const epochs = outcome?.epochs ?? progress.epochs;
  const page: RunPage = {
    job,
    status: outcome?.status ?? 'running',
    reason: outcome ? reasonOf(outcome) : null,
    modelId: outcome?.modelId ?? null,
    epochs,
    metrics: outcome?.metrics ?? null,
    latent: outcome?.latent ?? null,
    cost: outcome?.cost ?? costOf(secondsOf(record, clock.now()), priceOf(compute, environment.device, rented)),
    writtenAt: new Date(clock.now()).toISOString().slice(0, 19).replace('T', ' '),
    ...(await shownOf(run, input, epochs.length)),
    labels: run.labels ?? [],
    groupBy: run.groupBy ?? null,
    nearest: outcome?.metrics?.photos ? await pictureOf(run, NEAREST_FILE, 'nearest training photos') : null,
  };
  await data.put(keys.runPage(job.dataset, job.runId), runPage(page), { contentType: 'text/html; charset=utf-8' });
}

type Shown = Pick<RunPage, 'strip' | 'latest' | 'rows' | 'clips' | 'texts'>;
type Show<K extends TaskInput['kind']> = (
  run: RunDeps,
  input: Extract<TaskInput, { kind: K }>,
  epochs: number,
) => Promise<Shown>;

const SHOW: { readonly [K in TaskInput['kind']]: Show<K> } = {
  image: async (run, { image }, epochs) => ({
    strip: await stripOf(run, epochs, image),
    latest: await latestOf(run, epochs),
  }),
  audio: async (run, { audio }, epochs) => ({
    strip: await stripOf(run, epochs, audio),
    latest: await latestOf(run, epochs),
    clips: await shownClips(run, audio),
  }),
  table: async (run, { table }) => ({ strip: [], latest: null, rows: await rowsOf(run, table.delimiter) }),
  text: async (run) => ({ strip: [], latest: null, texts: await textsOf(run) }),
};

function shownOf(run: RunDeps, input: TaskInput, epochs: number): Promise<Shown> {
  return (SHOW[input.kind] as Show<TaskInput['kind']>)(run, input, epochs);
}

/** The header and the first rows that were drawn last. */
async function rowsOf({ data, job }: RunDeps, delimiter: string): Promise<RunPage['rows']> {
  const csv = await data.get(keys.run(job.dataset, job.runId, 'samples.csv'));
  if (!csv) return undefined;
  const records = readCsv(new TextDecoder().decode(csv.body), delimiter);
  const [header, ...rows] = [...records].flatMap((record) => (record.ok ? [record.fields] : []));
  return header && { header, rows: rows.slice(0, SHOWN_ROWS) };
}

async function textsOf({ data, job }: RunDeps): Promise<RunPage['texts']> {
  const lines = await data.get(keys.run(job.dataset, job.runId, 'samples.txt'));
  return lines && new TextDecoder().decode(lines.body).split('\n').slice(0, -1);
}

function reasonOf({ reason, endedBy, bestEpoch }: RunOutcome): string | null {
  if (reason) return reason.message;
  if (endedBy === 'budget') return `the budget was used up; epoch ${bestEpoch} was the best`;
  return endedBy === 'patience' ? `no epoch after ${bestEpoch} was better` : null;
}

async function stripOf({ data, job }: RunDeps, epochs: number, { width, height }: ImageSize): Promise<PageImage[]> {
  const count = Math.min(epochs, STRIP_EPOCHS);
  const chosen = Array.from({ length: count }, (_, i) => 1 + Math.round((i * (epochs - 1)) / Math.max(count - 1, 1)));
  const pictures = await Promise.all(
    chosen.map(async (epoch) => {
      const file = `samples/epoch-${String(epoch).padStart(4, '0')}.png`;
      const png = await data.get(keys.run(job.dataset, job.runId, file));
      if (!png) return [];
      const size = { width: STRIP_IMAGES * width, height: STRIP_IMAGES * height };
      const corner = await sharp(png.body)
        .extract({ left: 0, top: 0, ...size })
        .webp({ quality: QUALITY })
        .toBuffer();
      return [{ label: `epoch ${epoch}`, source: dataUri('webp', corner), ...size }];
    }),
  );
  return pictures.flat();
}

function latestOf(run: RunDeps, epochs: number): Promise<PageImage | null> {
  return pictureOf(run, 'samples.png', epochs === 0 ? 'within the first epoch' : `after epoch ${epochs}`);
}

async function pictureOf({ data, job }: RunDeps, file: string, label: string): Promise<PageImage | null> {
  const png = await data.get(keys.run(job.dataset, job.runId, file));
  if (!png) return null;
  const { width, height } = await sharp(png.body).metadata();
  return { label, source: dataUri('png', png.body), width, height };
}

function dataUri(type: string, bytes: Uint8Array): string {
  return `data:image/${type};base64,${Buffer.from(bytes).toString('base64')}`;
}
