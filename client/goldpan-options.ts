// Options of the methods of the library.
import type { Notify } from './events.ts';
import type { FitSettings, FitSettingValue } from './training/settings/fit-settings.ts';

export type ConnectOptions = {
  /** An emulator, as http://localhost:4566. Without it: AWS_ENDPOINT_URL, then the nearest `.goldpan/target.json`, then AWS. */
  readonly endpoint?: string;
  /** Name of the stack in CloudFormation. @default 'Goldpan' */
  readonly stack?: string;
  /** Receives what happens during the calls that wait. */
  readonly onEvent?: Notify;
  /** Name for records such as a released item. @default the user of this machine */
  readonly person?: string;
};
/** `onEvent`: in place of the one of `connect`, for this call. */
export type Watched = { readonly onEvent?: Notify };
/** `timeoutSeconds`: without a new verdict for this long, the call throws. @default 600 */
export type Cleaned = Watched & { readonly timeoutSeconds?: number };
export type Changed = Cleaned & { readonly dryRun?: boolean; readonly wait?: boolean };
/** `config`: path of a dataset.yaml. `name`: the name under which `input`, the path `-`, is uploaded. */
export type PutOptions = Cleaned & {
  readonly dataset: string;
  readonly config?: string;
  readonly input?: { readonly stream: AsyncIterable<Uint8Array>; readonly name: string };
};
/** `settings`: members of `train` in dataset.yaml. `budget`: 90s, 10m or 1.5h. `from`: the id of a model, or `current`. */
export type FitOptions = Watched & {
  readonly model?: string;
  readonly settings?: Readonly<Record<string, FitSettingValue>>;
  readonly budget?: string;
  readonly from?: string;
  readonly wait?: boolean;
  readonly force?: boolean;
};
/** Further members go to the endpoint as they are: `label`, `temperature`, `where`, `prefix` and the others of docs/http-api.md. */
export type SampleOptions = {
  readonly n?: number;
  readonly seed?: number;
  readonly model?: string;
  /** A file, whose extension decides the format, or a folder. */
  readonly out?: string;
  readonly [member: string]: unknown;
};
export type Given = { readonly labels?: readonly string[]; readonly model?: string; readonly out?: string };

export function fitSettings({ settings = {}, model, budget, from }: FitOptions): FitSettings {
  return { set: pairsOf(settings), model, budget, from };
}

export function pairsOf(settings: Readonly<Record<string, FitSettingValue>>): string[] {
  return Object.entries(settings).map(([name, value]) => `${name}=${value}`);
}
