// The library: the commands of `goldpan` as methods that return what the commands print with --json.
import { type Context, wallClock } from './context.ts';
import { checkConfig } from './datasets/config/check-config.ts';
import type { ConfigCheckOutput, ConfigOutput, ConfigSetOutput } from './datasets/config/output.ts';
import { setConfig } from './datasets/config/set-config.ts';
import { showConfig } from './datasets/config/show-config.ts';
import { type DatasetExportOptions, exportDataset } from './datasets/export/export-dataset.ts';
import type { ExportOutput } from './datasets/export/output.ts';
import { getItem } from './datasets/files/get-item.ts';
import { listFiles } from './datasets/files/list-files.ts';
import type { FilesOutput, ItemOutput, RemovedOutput, RestoredOutput } from './datasets/files/output.ts';
import { removeFiles, restoreFiles } from './datasets/files/remove-files.ts';
import type { DatasetsOutput, StatusOutput } from './datasets/output.ts';
import { listQuarantine } from './datasets/quarantine/list-quarantine.ts';
import type { QuarantineOutput, ReleaseOutput } from './datasets/quarantine/output.ts';
import { type ReleaseOptions, release } from './datasets/quarantine/release.ts';
import type { DatasetRemovedOutput } from './datasets/removal/output.ts';
import { removeDataset } from './datasets/removal/remove-dataset.ts';
import { report } from './datasets/report.ts';
import type { ReportOutput } from './datasets/report-output.ts';
import { acceptSchema } from './datasets/schema/accept-schema.ts';
import type { SchemaAcceptedOutput, SchemaOutput } from './datasets/schema/output.ts';
import { showSchema } from './datasets/schema/show-schema.ts';
import { status, statusOfAll, watchStatus } from './datasets/status.ts';
import { openDeployment } from './deployment.ts';
import { drawStrip, mix } from './drawing/between/mix.ts';
import { drawSamples } from './drawing/draw.ts';
import type { DrawOutput } from './drawing/output.ts';
import type { ClientEvent, Notify } from './events.ts';
import { ClientFailure, explainError } from './failure.ts';
import {
  type Changed,
  type Cleaned,
  type ConnectOptions,
  type FitOptions,
  fitSettings,
  type Given,
  type PutOptions,
  pairsOf,
  type SampleOptions,
  type Watched,
} from './goldpan-options.ts';
import { compareModels } from './models/compare-models.ts';
import { listModels, showModel } from './models/models.ts';
import type { CompareOutput, ModelOutput, ModelsOutput, PromotionOutput } from './models/output.ts';
import { promoteModel, rollBackModel } from './models/promote.ts';
import { nameOfPerson } from './person.ts';
import { environmentOf, findTargetFile, resolveTarget, setEnvironment } from './target.ts';
import { fitDataset } from './training/fit.ts';
import type { PlanOutput } from './training/fit-output.ts';
import type { RunOutput, RunsOutput, StopOutput } from './training/output.ts';
import { planFit } from './training/plan-fit.ts';
import { listRuns, resumeRun, showRun, stopRun } from './training/runs.ts';
import type { PutOutput } from './upload/output.ts';
import { checkPut, put } from './upload/put.ts';

export { type ClientEvent, ClientFailure, type ConnectOptions, type FitOptions, type PutOptions, type SampleOptions };

const STALL_SECONDS = 600;
const SHOWN = 1_000;

/** Every method throws ClientFailure: `message` says what went wrong, `next` what to do. */
export class Goldpan {
  readonly #context: Context;
  readonly #endpoint: string | undefined;

  /** `endpoint`: for messages of failed requests. `connect` finds a deployment by its target. */
  constructor(context: Context, endpoint?: string) {
    this.#context = context;
    this.#endpoint = endpoint;
  }

  /** Finds the deployment as the command line does, and sets the variables of this process that lead the AWS SDK there. */
  static async connect({ endpoint, stack, onEvent, person }: ConnectOptions = {}): Promise<Goldpan> {
    const target = resolveTarget({ endpoint, stack }, process.env, findTargetFile(process.cwd()));
    setEnvironment(environmentOf(target, process.env), process.env);
    try {
      const deployment = await openDeployment(target);
      const notify = onEvent ?? (() => undefined);
      return new Goldpan(
        { deployment, notify, clock: wallClock, person: person ?? nameOfPerson(process.env) },
        target.endpoint,
      );
    } catch (error) {
      throw explainError(error, target.endpoint);
    }
  }

  /** Uploads files and folders and resolves when every item has its verdict. What is there already is not sent again. */
  put(
    paths: string | readonly string[],
    { dataset, config, input, onEvent, timeoutSeconds }: PutOptions,
  ): Promise<PutOutput> {
    return this.#call((context) => {
      const list = typeof paths === 'string' ? [paths] : paths;
      checkPut(list, { dataset, config });
      return put(context, list, { dataset, config, input, show: SHOWN, timeoutMs: millisecondsOf(timeoutSeconds) });
    }, onEvent);
  }

  datasets(): Promise<DatasetsOutput> {
    return this.#call((context) => statusOfAll(context, { show: SHOWN }));
  }

  status(dataset: string): Promise<StatusOutput> {
    return this.#call((context) => status(context, dataset, { show: SHOWN }));
  }

  /** Resolves once nothing of the dataset is being cleaned or trained. `onStatus` gets every status on the way. */
  waitFor(
    dataset: string,
    { onStatus = () => undefined }: { onStatus?: (now: StatusOutput) => void } = {},
  ): Promise<StatusOutput> {
    return this.#call((context) => watchStatus(context, dataset, { show: SHOWN, changed: onStatus }));
  }

  /** Writes the page on the quality of the data to the file `out`, and returns its scores. */
  report(dataset: string, { out }: { readonly out: string }): Promise<ReportOutput> {
    return this.#call((context) => report(context, dataset, { out }));
  }

  files(dataset: string, { path, deleted = false }: { path?: string; deleted?: boolean } = {}): Promise<FilesOutput> {
    return this.#call((context) => listFiles(context, dataset, { path, deleted, show: Number.POSITIVE_INFINITY }));
  }

  /** Writes an accepted item to the folder `out`. `name`: its path, or the beginning of its id. */
  getItem(dataset: string, name: string, { out, snapshot }: { out: string; snapshot?: string }): Promise<ItemOutput> {
    return this.#call((context) => getItem(context, dataset, { name, out, snapshot }));
  }

  /** Deletes uploaded files; `restoreFiles` brings them back. */
  removeFiles(dataset: string, paths: readonly string[]): Promise<RemovedOutput> {
    return this.#call((context) => removeFiles(context, dataset, paths, async () => true));
  }

  restoreFiles(dataset: string, paths: readonly string[]): Promise<RestoredOutput> {
    return this.#call((context) => restoreFiles(context, dataset, paths));
  }

  /** Deletes a dataset with everything that was made of it. `confirm` gets the list and answers whether to do it. */
  removeDataset(
    dataset: string,
    confirm: (found: DatasetRemovedOutput) => boolean | Promise<boolean>,
  ): Promise<DatasetRemovedOutput> {
    return this.#call((context) => removeDataset(context, dataset, async (found) => confirm(found)));
  }

  quarantine(dataset: string, { rules = [] }: { rules?: ReleaseOptions['rules'] } = {}): Promise<QuarantineOutput> {
    return this.#call((context) => listQuarantine(context, dataset, { rules, show: Number.POSITIVE_INFINITY }));
  }

  /** Accepts rejected items after all. Without `items`: all that were rejected for one of `rules`. `mode` fix: as the rule mends them. */
  release(
    dataset: string,
    items: readonly string[],
    {
      rules = [],
      mode = 'release',
      onEvent,
      timeoutSeconds,
    }: Cleaned & Partial<Pick<ReleaseOptions, 'rules' | 'mode'>> = {},
  ): Promise<ReleaseOutput> {
    const timeoutMs = millisecondsOf(timeoutSeconds);
    return this.#call((context) => release(context, dataset, items, { rules, mode, timeoutMs }), onEvent);
  }

  config(dataset: string): Promise<ConfigOutput> {
    return this.#call((context) => showConfig(context, dataset));
  }

  /** What the dataset.yaml at a path would change. */
  checkConfig(dataset: string, file: string): Promise<ConfigCheckOutput> {
    return this.#call((context) => checkConfig(context, dataset, file));
  }

  /** `settings`: by the names that `config` returns, such as rules.image.blurry.action. */
  setConfig(
    dataset: string,
    settings: Readonly<Record<string, string | number | boolean>>,
    { dryRun = false, wait = true, onEvent, timeoutSeconds }: Changed = {},
  ): Promise<ConfigSetOutput> {
    const options = { dryRun, wait, timeoutMs: millisecondsOf(timeoutSeconds) };
    return this.#call((context) => setConfig(context, dataset, pairsOf(settings), options), onEvent);
  }

  /** The schema of a table: the newest, or a version. */
  schema(dataset: string, { version }: { version?: number } = {}): Promise<SchemaOutput> {
    return this.#call((context) => showSchema(context, dataset, { version }));
  }

  acceptSchema(
    dataset: string,
    file: string,
    { dryRun = false, wait = true, onEvent, timeoutSeconds }: Changed = {},
  ): Promise<SchemaAcceptedOutput> {
    const options = { dryRun, wait, timeoutMs: millisecondsOf(timeoutSeconds) };
    return this.#call((context) => acceptSchema(context, dataset, file, options), onEvent);
  }

  /** Writes the accepted items to `out`, a new folder or a file named .zip, here or at s3://bucket/... */
  export(
    dataset: string,
    { out, as, snapshot, onEvent }: Watched & Partial<DatasetExportOptions> & { readonly out: string },
  ): Promise<ExportOutput> {
    return this.#call((context) => exportDataset(context, dataset, { out, as, snapshot }), onEvent);
  }

  /** Trains a model and promotes it if it is better. `status` of the answer says how it ended. */
  fit(dataset: string, { wait = true, force = false, onEvent, ...settings }: FitOptions = {}): Promise<RunOutput> {
    return this.#call((context) => fitDataset(context, dataset, { ...fitSettings(settings), wait, force }), onEvent);
  }

  /** Estimates time and cost of `fit`, and starts nothing. */
  planFit(dataset: string, options: FitOptions = {}): Promise<PlanOutput> {
    return this.#call((context) => planFit(context, dataset, fitSettings(options)));
  }

  runs(dataset: string): Promise<RunsOutput> {
    return this.#call((context) => listRuns(context, dataset));
  }

  /** One run. `follow`: resolves when it has ended. `page`: also writes its page to this file. */
  run(
    dataset: string,
    runId: string,
    { follow = false, page, onEvent }: Watched & { follow?: boolean; page?: string } = {},
  ): Promise<RunOutput> {
    return this.#call((context) => showRun(context, dataset, runId, { follow, page }), onEvent);
  }

  stopRun(dataset: string, runId: string): Promise<StopOutput> {
    return this.#call((context) => stopRun(context, dataset, runId));
  }

  resumeRun(
    dataset: string,
    runId: string,
    { wait = true, onEvent }: Watched & { wait?: boolean } = {},
  ): Promise<RunOutput> {
    return this.#call((context) => resumeRun(context, dataset, runId, { wait }), onEvent);
  }

  models(dataset: string): Promise<ModelsOutput> {
    return this.#call((context) => listModels(context, dataset));
  }

  model(dataset: string, modelId: string): Promise<ModelOutput> {
    return this.#call((context) => showModel(context, dataset, modelId));
  }

  compareModels(dataset: string, modelIds: readonly string[] = []): Promise<CompareOutput> {
    return this.#call((context) => compareModels(context, dataset, modelIds));
  }

  promote(dataset: string, modelId: string, { force = false }: { force?: boolean } = {}): Promise<PromotionOutput> {
    return this.#call((context) => promoteModel(context, dataset, modelId, { force }));
  }

  /** Serves the model that served before, or `to`. */
  rollBack(dataset: string, { to = null }: { to?: string | null } = {}): Promise<PromotionOutput> {
    return this.#call((context) => rollBackModel(context, dataset, to));
  }

  /** Draws new items from the model that serves. Without `out`, texts are returned, and other items go to samples.png, .wav or .csv. */
  sample(dataset: string, { out, n = 16, ...request }: SampleOptions = {}): Promise<DrawOutput> {
    return this.#call((context) =>
      drawSamples(context, dataset, 'sample', { out, count: n, request: { n, ...request } }),
    );
  }

  /** Draws one item between given ones: texts, paths of files, or beginnings of item ids. `as`: classes that they, or one alone, become. */
  mix(
    dataset: string,
    items: readonly string[],
    { weights = [], labels = [], ...more }: Given & { weights?: readonly number[]; as?: readonly string[] } = {},
  ): Promise<DrawOutput> {
    return this.#call((context) => mix(context, dataset, { items, weights, labels, ...more }));
  }

  /** Draws the steps from one given item to another. */
  interpolate(
    dataset: string,
    { steps = 10, labels = [], ...ends }: Given & { from: string; to: string; steps?: number },
  ): Promise<DrawOutput> {
    return this.#call((context) => drawStrip(context, dataset, { steps, labels, ...ends }));
  }

  async #call<Output>(work: (context: Context) => Promise<Output>, onEvent?: Notify): Promise<Output> {
    try {
      return await work(onEvent ? { ...this.#context, notify: onEvent } : this.#context);
    } catch (error) {
      throw explainError(error, this.#endpoint);
    }
  }
}

function millisecondsOf(seconds = STALL_SECONDS): number {
  return seconds * 1000;
}
