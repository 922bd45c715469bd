// Two checkouts of the same commit, installed and built apart, and copies of the second with an injection.
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const REPOSITORY = resolve(import.meta.dirname, '../..')

const SERVER = 'dist/src/app/server.js'

/** What decides what runs: a commit that changes none of these needs no new checkouts. */
const CODE = ['src', 'levels', 'scenarios', 'package.json', 'package-lock.json', 'tsconfig.json']

/** The last commit that changed the code. */
export function codeCommit() {
  const args = ['log', '-1', '--format=%H', '--', ...CODE]
  return execFileSync('git', args, { cwd: REPOSITORY, encoding: 'utf8' }).trim()
}

/** Where the checkouts of a commit lie; RUNGS_CAMPAIGN_DIR names another place than the system's temporary folder. */
export function armsFolder(commit = codeCommit()) {
  const root = process.env.RUNGS_CAMPAIGN_DIR || join(tmpdir(), 'rungs-campaign')
  return join(root, commit.slice(0, 12))
}

/** Checks out, installs and builds what is not there yet: about half a minute each. */
export function prepareCheckouts(commit = codeCommit()) {
  const folder = armsFolder(commit)
  mkdirSync(folder, { recursive: true })
  const dirs = { base: join(folder, 'base'), head: join(folder, 'head') }
  for (const [side, dir] of Object.entries(dirs)) {
    const ready = join(folder, `${side}.ready`)
    if (existsSync(ready)) continue
    console.error(`${side}: checking out ${commit.slice(0, 12)}, installing, building in ${dir}`)
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dir)
    const tar = execFileSync('git', ['archive', commit], { cwd: REPOSITORY, maxBuffer: 2 ** 30 })
    execFileSync('tar', ['-x', '-C', dir], { input: tar })
    run(dir, ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'])
    run(dir, ['run', '--silent', 'build'])
    writeFileSync(ready, '')
  }
  return dirs
}

function run(cwd, args) {
  execFileSync('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** A copy of head in whose server `injection` happens, with the windows of `toggle` if given. */
export function injectedArm(name, injection, toggle = null) {
  const folder = armsFolder()
  const [head, dir] = [join(folder, 'head'), join(folder, name)]
  rmSync(dir, { recursive: true, force: true })
  cpSync(head, dir, { recursive: true, filter: (path) => path !== join(head, 'node_modules') })
  symlinkSync(join(head, 'node_modules'), join(dir, 'node_modules'))
  const server = join(dir, SERVER)
  const source = readFileSync(server, 'utf8')
  writeFileSync(server, `import './injection.mjs'\n${source}`)
  copyFileSync(join(import.meta.dirname, 'injection.mjs'), join(dir, 'dist/src/app/injection.mjs'))
  writeFileSync(join(dir, 'dist/src/app/injection.json'), JSON.stringify({ injection, toggle }))
  return dir
}
