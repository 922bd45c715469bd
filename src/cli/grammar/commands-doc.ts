import type { Command, Help, Option } from 'commander'
import { examplesOf, SettingOption } from './command-line.js'

/** Written on top of the page, so that nobody mends it by hand. */
const NOTE = '<!-- Written by `npm run commands` from the command line itself. -->'

const INTRODUCTION = `# Commands

Run them as \`npx rungs …\` where the package is installed, or as \`node dist/src/cli/main.js …\` after \`make setup\`.
A flag beats its environment variable, which beats the configuration file: a command's own flags
have their keys in its section (\`capacity\`, \`tune\`, \`gate\` and so on), all others in \`defaults\`.
\`rungs doctor\` shows what every setting is and where it came from.`

/** The page docs/commands.md: every command in its group, with its flags, their variables and their defaults. */
export function commandsDoc(program: Command): string {
  const help = program.createHelp()
  const commands = help.visibleCommands(program).filter((command) => command.name() !== 'help')
  const groups = help.groupItems(commands, commands, (command) => command.helpGroup())
  const parts = [...groups].flatMap(([heading, members]) => [
    `## ${heading.replace(/:$/, '')}`,
    ...members
      .flatMap((command) => [command, ...command.commands])
      .flatMap((command) => commandParts(command, help)),
  ])
  const common = [
    '## Flags of every command',
    flagTable(program.options.filter((option) => !isVersion(option))),
  ]
  return `${[NOTE, INTRODUCTION, ...parts, ...common].join('\n\n')}\n`
}

function commandParts(command: Command, help: Help): string[] {
  return [
    `### ${help.commandUsage(command).replace(/ \[(options|command)\]/g, '')}`,
    sentence(command.description()),
    ...argumentList(command, help),
    ...(command.options.length > 0 ? [flagTable(command.options)] : []),
    ...exampleBlock(command),
  ]
}

function argumentList(command: Command, help: Help): string[] {
  const lines = help
    .visibleArguments(command)
    .map((argument) => `- \`${help.argumentTerm(argument)}\`: ${help.argumentDescription(argument)}`)
  return lines.length > 0 ? [lines.join('\n')] : []
}

function flagTable(options: readonly Option[]): string {
  const rows = options.map((option) => {
    const setting = option instanceof SettingOption ? option.setting : null
    const variable = setting?.env[0]
    const cells = [
      code(option.flags),
      escaped(described(option)),
      variable ? code(variable) : '',
      setting?.key ? code(setting.key) : '',
    ]
    return `| ${cells.join(' | ')} |`
  })
  return ['| flag | does | variable | configuration |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

/** With the default where the text does not state it. */
function described({ description, defaultValue }: Option): string {
  return defaultValue === undefined ? description : `${description} (default: ${String(defaultValue)})`
}

function exampleBlock(command: Command): string[] {
  const lines = examplesOf(command)
  return lines.length === 0 ? [] : [`\`\`\`\n${lines.join('\n')}\n\`\`\``]
}

const isVersion = ({ long }: Option) => long === '--version'

const code = (text: string) => `\`${escaped(text)}\``

const escaped = (text: string) => text.replaceAll('|', '\\|')

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
