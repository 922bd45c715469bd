import { workerCpusText } from '../../figures/comparable.js'
import { type Paint, plain } from '../../markup/text-table.js'
import type { RunLevel } from '../../model/run/run.js'
import type { BootedLevel } from './boot.js'

const LABEL = 12

/** What `rungs up` shows of a level that is up: where it is, what runs, and what an operator would type. */
export function upLines(
  info: Pick<RunLevel, 'key' | 'name' | 'title' | 'workers' | 'backend'>,
  booted: Pick<
    BootedLevel,
    'url' | 'processes' | 'controls' | 'dashboards' | 'services' | 'bootSeconds' | 'workerCpus'
  >,
  { logDir, readyPath }: { readonly logDir: string; readonly readyPath: string },
  { bold, dim, cyan, green }: Paint,
): string[] {
  const nameWidth = longest(booted.processes.map(({ name }) => name))
  const rows: [label: string, text: string][] = [
    ['url', cyan(bold(booted.url))],
    ['try', `curl -i ${booted.url}${readyPath}`],
    ...(info.backend ? [['backend', info.backend] as [string, string]] : []),
    ['workers', workersText(info.workers, booted.workerCpus)],
    ...booted.processes.map(({ name, role, pid }, index): [string, string] => [
      index === 0 ? 'processes' : '',
      `${name.padEnd(nameWidth)}  ${role.padEnd(5)}  ${dim(`pid ${pid}`)}`,
    ]),
    ...booted.services.map(({ name, version, source }, index): [string, string] => [
      index === 0 ? 'services' : '',
      `${name} ${version}${dim(`, ${source}`)}`,
    ]),
    ...booted.dashboards.map(({ name, url, user, password }): [string, string] => [
      'dashboard',
      `${cyan(url)}  ${name}${user === undefined ? '' : `, user ${user}, password ${password ?? '(none)'}`}`,
    ]),
    ['logs', `tail -f ${logDir}/*`],
  ]
  const ready = booted.bootSeconds === null ? '' : `, ready after ${booted.bootSeconds.toFixed(1)} s`
  return [
    `${green('●')} ${bold(`level ${info.key} (${info.name})`)}: ${plain(info.title)}${dim(ready)}`,
    ...rows.map(([label, text]) => `  ${dim(label.padEnd(LABEL))}${text}`),
    ...controlLines(booted.controls, { bold, dim }),
  ]
}

function workersText(workers: number | null, workerCpus: number | null): string {
  return workerCpus === null ? String(workers) : `${workers}, each with ${workerCpusText({ workerCpus })}`
}

/** The settings that all commands begin with are told once. */
function controlLines(
  controls: Readonly<Record<string, string>>,
  { bold, dim }: Pick<Paint, 'bold' | 'dim'>,
): string[] {
  const named = Object.entries(controls).map(([name, command]) => [wordsOf(name), command] as const)
  if (named.length === 0) return []
  const common = commonSettings(named.map(([, command]) => command))
  const width = Math.max(LABEL, longest(named.map(([name]) => name)) + 2)
  return [
    '',
    bold('Controls, to be typed in another terminal, in this folder:'),
    ...(common === '' ? [] : [`  ${dim(''.padEnd(width))}export ${common.trimEnd()}`]),
    ...named.map(([name, command]) => `  ${dim(name.padEnd(width))}${command.slice(common.length)}`),
  ]
}

/** `A=b C=d ` where several commands all begin with it, else nothing. */
function commonSettings(commands: readonly string[]): string {
  const settings = commands.map(
    (command) => /^(?:[A-Za-z_]\w*=(?:'[^']*'|[^\s']*) )*/.exec(command)?.[0] ?? '',
  )
  const [first = ''] = settings
  return settings.length > 1 && settings.every((one) => one === first) ? first : ''
}

/** `restart node` of `restartNode`. */
function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length))
}
