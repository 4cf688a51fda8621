// goldpan report: one page on the quality of the data.
import { Command } from '@commander-js/extra-typings';
import { report } from '#client/datasets/report.ts';
import { ReportOutput } from '#client/datasets/report-output.ts';
import { openInBrowser } from '../../local/open-in-browser.ts';
import { pagePath } from '../../local/pages.ts';
import { printReport } from '../../print/data/report.ts';
import { runCommand } from '../../run-command.ts';
import { DATASET, examples } from '../arguments.ts';

export function reportCommand() {
  return new Command('report')
    .description('Writes a page on the quality of the data, its causes and what to do next. Nothing is trained.')
    .argument('<dataset>', DATASET)
    .option('-o, --out <file>', 'where to write the page; default: .goldpan/pages/<dataset>-quality.html')
    .option('--open', 'open the page in the browser')
    .addHelpText('after', examples('goldpan report birds --open'))
    .action((dataset, { out, open = false }, command) =>
      runCommand(command, {
        schema: ReportOutput,
        run: async (context, terminal) => {
          const output = await report(context, dataset, { out: out ?? pagePath(`${dataset}-quality.html`) });
          if (open) openInBrowser(output.file, terminal);
          return output;
        },
        print: printReport,
      }),
    );
}
