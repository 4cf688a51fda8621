// Every command by name, with one line about it. The file of a command is loaded only when the command is used.
import type { CommandUnknownOpts } from '@commander-js/extra-typings';

export type CatalogueEntry = {
  readonly name: string;
  readonly summary: string;
  load(): Promise<() => CommandUnknownOpts>;
};

/** Groups in the order of the help. */
export const CATALOGUE: Readonly<Record<string, readonly CatalogueEntry[]>> = {
  'Data:': [
    {
      name: 'put',
      summary: 'upload files and folders and wait for their verdicts',
      load: async () => (await import('./data/put.ts')).putCommand,
    },
    {
      name: 'status',
      summary: 'show what was accepted, what was rejected and why, and the newest run and model',
      load: async () => (await import('./data/status.ts')).statusCommand,
    },
    {
      name: 'ls',
      summary: 'list the uploaded files of a dataset and what became of each',
      load: async () => (await import('./data/ls.ts')).lsCommand,
    },
    {
      name: 'get',
      summary: 'write one accepted item to a file, beside the file as it was uploaded',
      load: async () => (await import('./data/get.ts')).getCommand,
    },
    {
      name: 'rm',
      summary: 'delete uploaded files',
      load: async () => (await import('./data/rm.ts')).rmCommand,
    },
    {
      name: 'restore',
      summary: 'bring deleted files back',
      load: async () => (await import('./data/rm.ts')).restoreCommand,
    },
    {
      name: 'datasets',
      summary: 'list datasets, or delete one with everything that was made of it',
      load: async () => (await import('./data/datasets.ts')).datasetsCommand,
    },
    {
      name: 'report',
      summary: 'write a page on the quality of the data, its causes and what to do next',
      load: async () => (await import('./data/report.ts')).reportCommand,
    },
    {
      name: 'export',
      summary: 'write the accepted items of a snapshot as files that other programs load',
      load: async () => (await import('./data/export.ts')).exportCommand,
    },
    {
      name: 'quarantine',
      summary: 'list, show, release or fix rejected items',
      load: async () => (await import('./data/quarantine.ts')).quarantineCommand,
    },
    {
      name: 'config',
      summary: 'show or change the configuration of a dataset',
      load: async () => (await import('./data/config.ts')).configCommand,
    },
    {
      name: 'schema',
      summary: 'show, edit or accept the schema of a table',
      load: async () => (await import('./data/schema.ts')).schemaCommand,
    },
    {
      name: 'check',
      summary: 'check files on this machine by the same rules, without a deployment',
      load: async () => (await import('./data/check.ts')).checkCommand,
    },
  ],
  'Models:': [
    {
      name: 'fit',
      summary: 'train a model on the accepted items and promote it',
      load: async () => (await import('./models/fit.ts')).fitCommand,
    },
    {
      name: 'runs',
      summary: 'list, show, resume or stop training runs',
      load: async () => (await import('./models/runs.ts')).runsCommand,
    },
    {
      name: 'models',
      summary: 'list, show, compare, promote or roll back models',
      load: async () => (await import('./models/models.ts')).modelsCommand,
    },
    {
      name: 'sample',
      summary: 'generate new items',
      load: async () => (await import('./models/sample.ts')).sampleCommand,
    },
    {
      name: 'exports',
      summary: 'list or stop what is drawn in the background',
      load: async () => (await import('./models/exports.ts')).exportsCommand,
    },
    {
      name: 'interpolate',
      summary: 'generate the steps between two items',
      load: async () => (await import('./models/interpolate.ts')).interpolateCommand,
    },
    {
      name: 'mix',
      summary: 'generate a hybrid of given images, clips or texts',
      load: async () => (await import('./models/mix.ts')).mixCommand,
    },
    {
      name: 'morph',
      summary: 'generate hybrids of two photos without a model',
      load: async () => (await import('./repair/morph.ts')).morphCommand,
    },
    {
      name: 'reconstruct',
      summary: 'write a given image, clip or text as the model reconstructs it',
      load: async () => (await import('./repair/reconstruct.ts')).reconstructCommand,
    },
    {
      name: 'inpaint',
      summary: 'fill the hole of an image or the gap of a clip or text',
      load: async () => (await import('./repair/inpaint.ts')).inpaintCommand,
    },
    {
      name: 'denoise',
      summary: 'remove noise from an image or a clip',
      load: async () => (await import('./repair/denoise.ts')).denoiseCommand,
    },
    {
      name: 'compose',
      summary: 'put a region of one image into another',
      load: async () => (await import('./repair/compose.ts')).composeCommand,
    },
    {
      name: 'upscale',
      summary: 'enlarge a small image to the size of the model',
      load: async () => (await import('./repair/upscale.ts')).upscaleCommand,
    },
    {
      name: 'parents',
      summary: 'list the training items that images are nearest to',
      load: async () => (await import('./repair/parents.ts')).parentsCommand,
    },
    {
      name: 'encode',
      summary: 'write the latent codes of images',
      load: async () => (await import('./codes/encode.ts')).encodeCommand,
    },
    {
      name: 'decode',
      summary: 'write the images of latent codes',
      load: async () => (await import('./codes/decode.ts')).decodeCommand,
    },
    {
      name: 'compress',
      summary: 'compress images with a model, or as WebP if that is smaller',
      load: async () => (await import('./codes/compress.ts')).compressCommand,
    },
    {
      name: 'decompress',
      summary: 'write the images of a compressed file',
      load: async () => (await import('./codes/decompress.ts')).decompressCommand,
    },
    {
      name: 'impute',
      summary: 'fill the empty cells of a table',
      load: async () => (await import('./models/impute.ts')).imputeCommand,
    },
  ],
  'Operation:': [
    {
      name: 'local',
      summary: 'run goldpan on this machine: emulator, stack and worker',
      load: async () => (await import('./machine/local.ts')).localCommand,
    },
    {
      name: 'worker',
      summary: 'run training jobs on this machine until stopped',
      load: async () => (await import('./machine/worker.ts')).workerCommand,
    },
    {
      name: 'doctor',
      summary: 'find problems of the deployment, and say what to do',
      load: async () => (await import('./machine/doctor.ts')).doctorCommand,
    },
    {
      name: 'redrive',
      summary: 'try the messages of dead-letter queues again',
      load: async () => (await import('./machine/doctor.ts')).redriveCommand,
    },
    {
      name: 'destroy',
      summary: 'delete the deployment with all datasets and models',
      load: async () => (await import('./machine/destroy.ts')).destroyCommand,
    },
    {
      name: 'completion',
      summary: 'print a completion script for bash or zsh',
      load: async () => {
        const { completionCommand } = await import('./machine/completion.ts');
        return () => completionCommand(loadCommands);
      },
    },
  ],
};

export const COMMAND_NAMES: readonly string[] = Object.values(CATALOGUE)
  .flat()
  .map(({ name }) => name);

function loadCommands(): Promise<CommandUnknownOpts[]> {
  return Promise.all(Object.values(CATALOGUE).flatMap((entries) => entries.map(async ({ load }) => (await load())())));
}
