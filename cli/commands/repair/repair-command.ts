// The options and the call that all commands have which repair a given item.
import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { DrawOutput } from '#client/drawing/output.ts';
import { checkRepair, type RepairOptions, repair } from '#client/drawing/repair.ts';
import { checkOut } from '#client/drawing/written/formats.ts';
import { printDrawn } from '../../print/models/drawn.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET } from '../arguments.ts';
import {
  type Drawn,
  fileWords,
  itemWords,
  LABEL_OF_ONE_WORDS,
  METHOD_WORDS,
  METHODS,
  MODEL_WORDS,
} from '../models/drawing-words.ts';

/**
 * Returns a command for the operation of this name. `kinds`: what it can repair; `files`: the names of what it writes by default; `method`: as the
 * endpoint's.
 */
export function repairCommand(
  operation: string,
  description: string,
  kinds: readonly Exclude<Drawn, 'tables'>[],
  files: string,
  method: (typeof METHODS)[number] = 'model',
) {
  return new Command(operation)
    .description(description)
    .argument('<dataset>', DATASET)
    .requiredOption('--item <fileOrId>', itemWords(...kinds))
    .option('--label <label>', LABEL_OF_ONE_WORDS)
    .addOption(new Option('--method <method>', METHOD_WORDS).choices(METHODS).default(method))
    .option('--model <modelId>', MODEL_WORDS)
    .option('-o, --out <path>', `${fileWords(...kinds)}; default: ${files}`);
}

/** Returns the action of such a command; `name`: the name of its file without the extension; `check`: what it needs besides. */
export function repairs(operation: string, name: string, check: (options: RepairOptions) => void = () => {}) {
  return (dataset: string, options: RepairOptions, command: CommandUnknownOpts) =>
    runCommand(command, {
      schema: DrawOutput,
      check: ({ json = false }) => {
        check(options);
        checkRepair(options);
        checkOut(options.out, json);
      },
      run: (context) => repair(context, dataset, { operation, name }, options),
      print: printDrawn,
    });
}
