import { Argument, type Command } from 'commander'
import { COMPLETE_COMMAND, COMPLETION_SCRIPTS } from '../shell/completion-scripts.js'
import { addGrouped, handle } from './command-line.js'

/** Completion in shells, and the hidden command that their scripts ask. */
export function addShellCommands(program: Command): void {
  const command = addGrouped.bind(null, program)
  command(
    'shell',
    'completion',
    'print a script by which your shell completes commands, flags, levels and scenarios',
    [
      'source <(rungs completion bash)     # in ~/.bashrc',
      'source <(rungs completion zsh)      # in ~/.zshrc, behind compinit',
      'rungs completion fish | source      # in ~/.config/fish/config.fish',
    ],
  )
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(COMPLETION_SCRIPTS)))
    .action(handle(async (i) => (await import('../commands/completion.js')).completion(i)))

  program
    .command(COMPLETE_COMMAND, { hidden: true })
    .argument('[words...]')
    .action(handle(async (i) => (await import('../commands/completion.js')).completeWords(i, program)))
}
