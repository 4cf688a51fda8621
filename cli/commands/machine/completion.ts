// goldpan completion bash | zsh: a script that completes commands and options.
import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { examples } from '../arguments.ts';

const SHELLS = ['bash', 'zsh'] as const;

/** `loadCommands` loads every command of goldpan with all its options. */
export function completionCommand(loadCommands: () => Promise<readonly CommandUnknownOpts[]>) {
  return new Command('completion')
    .description('Prints a script that completes commands and options in the shell.')
    .addArgument(new Argument('<shell>', 'bash or zsh').choices(SHELLS))
    .addHelpText('after', examples('source <(goldpan completion bash)', 'source <(goldpan completion zsh)'))
    .action(async (shell, _options, command) => {
      const words = completionsOf(await loadCommands(), command.parent);
      process.stdout.write(shell === 'bash' ? bashScript(words) : zshScript(words));
    });
}

/**
 * Maps each command, such as `put` or `models show`, to the words that can follow it; the empty text stands for goldpan itself.
 */
function completionsOf(
  commands: readonly CommandUnknownOpts[],
  program: CommandUnknownOpts | null,
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const add = (path: string, options: CommandUnknownOpts['options'], inner: readonly CommandUnknownOpts[]) => {
    const flags = options.flatMap(({ short, long }) => [short, long].filter((flag) => flag !== undefined));
    found.set(path, [...inner.map((one) => one.name()), ...flags, '--help']);
    for (const one of inner) add(`${path} ${one.name()}`.trim(), one.options, one.commands);
  };
  add('', program?.options ?? [], commands);
  return found;
}

/** Completes the words of the longest known command that was typed; files otherwise. */
function bashScript(words: ReadonlyMap<string, readonly string[]>): string {
  const cases = [...words].map(([path, next]) => `    "${path}") words="${next.join(' ')}" ;;`);
  return `_goldpan() {
  local typed="" word words="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    [[ "$word" == -* || \${#typed} -gt 0 && "$typed" == *" "* ]] || typed="\${typed:+$typed }$word"
  done
  while :; do
    case "$typed" in
${cases.join('\n')}
    esac
    [[ -n "$words" || -z "$typed" ]] && break
    [[ "$typed" == *" "* ]] && typed="\${typed% *}" || typed=""
  done
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -o bashdefault -F _goldpan goldpan
`;
}

function zshScript(words: ReadonlyMap<string, readonly string[]>): string {
  return `autoload -Uz compinit bashcompinit && compinit && bashcompinit\n${bashScript(words)}`;
}
