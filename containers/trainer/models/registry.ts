// The model families by the name a dataset's configuration uses; a new family is one file and one line here.
import type { ImageModelConfig, Model } from './model.ts';
import { vae } from './vae.ts';

export const MODELS = { vae } satisfies Record<string, (config: ImageModelConfig) => Model>;

export type ModelName = keyof typeof MODELS;
