import { describe, expect, it } from 'vitest'
import { tellingLines, tellingText } from '../../../../src/model/plan/telling-lines.js'

/** What real programs wrote when they failed, and what of it says why. */
const SAMPLES: readonly (readonly [program: string, log: string, telling: string])[] = [
  [
    'Node: a package that is missing',
    `node:internal/modules/esm/resolve:873
  throw new ERR_MODULE_NOT_FOUND(packageName, fileURLToPath(base), null);
        ^

Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'nothere-xyz' imported from /tmp/a.mjs
    at packageResolve (node:internal/modules/esm/resolve:873:9)
    at #cachedDefaultResolve (node:internal/modules/esm/loader:657:25)
    at ModuleJob._link (node:internal/modules/esm/module_job:168:49) {
  code: 'ERR_MODULE_NOT_FOUND'
}

Node.js v20.20.2`,
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'nothere-xyz' imported from /tmp/a.mjs",
  ],
  [
    'Node: an error of its own',
    `listening soon
file:///tmp/b.mjs:1
if (!process.env.SESSION_SECRET) throw new Error('SESSION_SECRET is not set')
                                       ^

Error: SESSION_SECRET is not set
    at file:///tmp/b.mjs:1:40
    at async ModuleLoader.import (node:internal/modules/esm/loader:606:24)

Node.js v20.20.2`,
    'Error: SESSION_SECRET is not set',
  ],
  [
    'Node: a syntax error, with its place',
    `/tmp/samp/c.js:1
const a = ;
          ^

SyntaxError: Unexpected token ';'
    at wrapSafe (node:internal/modules/cjs/loader:1464:18)

Node.js v20.20.2`,
    "SyntaxError: Unexpected token ';' (/tmp/samp/c.js:1)",
  ],
  [
    'Node: the cause of an error',
    `Error: boot failed
    at file:///tmp/b.mjs:1:40 {
  [cause]: Error: connect ECONNREFUSED 127.0.0.1:5432
      at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16) {
    errno: -111,
    code: 'ECONNREFUSED',
  }
}

Node.js v20.20.2`,
    '[cause]: Error: connect ECONNREFUSED 127.0.0.1:5432',
  ],
  [
    'zod',
    `ZodError: [
  {
    "code": "invalid_type",
    "path": ["PORT"],
    "message": "Required"
  }
]
    at get error (file:///x/node_modules/zod/lib/index.mjs:587:31)`,
    'ZodError: [ "message": "Required"',
  ],
  [
    'pino, in JSON, with colour codes elsewhere',
    `\u001b[32mstarting\u001b[0m
{"level":30,"time":1,"msg":"connecting"}
{"level":60,"time":2,"err":{"type":"Error","message":"connect ECONNREFUSED 127.0.0.1:6379","stack":"…"},"msg":"cannot start"}`,
    'Error: connect ECONNREFUSED 127.0.0.1:6379',
  ],
  [
    'npm: a protocol that it does not know',
    `npm error code EUNSUPPORTEDPROTOCOL
npm error Unsupported URL Type "workspace:": workspace:*
npm error A complete log of this run can be found in: /root/.npm/_logs/2026-11-30T17_23_04_124Z-debug-0.log`,
    'npm error code EUNSUPPORTEDPROTOCOL Unsupported URL Type "workspace:": workspace:*',
  ],
  [
    'npm ci: a lock file that is out of step, with its help',
    `npm error code EUSAGE
npm error
npm error \`npm ci\` can only install packages when your package.json and package-lock.json are in sync.
npm error
npm error Missing: ms@2.1.3 from lock file
npm error
npm error   --dangerously-allow-all-scripts
npm error     If \`true\`, bypass the policy entirely and run every
npm error aliases: clean-install, ic, install-clean, isntall-clean
npm error A complete log of this run can be found in: /root/.npm/_logs/x-debug-0.log`,
    'npm error code EUSAGE `npm ci` can only install packages when your package.json and package-lock.json are in sync.',
  ],
  [
    'npm: an install script that fails',
    `npm error code 1
npm error path /x/node_modules/y
npm error command failed
npm error command sh -c node install.js
npm error node:internal/modules/cjs/loader:1210
npm error Error: Cannot find module './z'
npm error     at Module._load (node:internal/modules/cjs/loader:1091:12)
npm error Node.js v20.20.2
npm error A complete log of this run can be found in: /root/.npm/_logs/x-debug-0.log`,
    "npm error Error: Cannot find module './z'",
  ],
  [
    'a script whose program is missing',
    `> x@1.0.0 b2
> tsc -p .

sh: 1: tsc: not found
npm error code 127
npm error command sh -c tsc -p .`,
    'sh: 1: tsc: not found',
  ],
  [
    'tsc under npm',
    `> x@1.0.0 build
> tsc
src/a.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.
src/b.ts(9,1): error TS2304: Cannot find name 'b'.
npm error code 2
npm error path /x
npm error command failed
npm error command sh -c tsc`,
    "src/a.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.",
  ],
  [
    'pnpm',
    ` ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date with <ROOT>/package.json

Note that in CI environments this setting is true by default.
    Failure reason:
    specifiers in the lockfile ({}) don't match specs in package.json ({"ms":"2.1.3"})`,
    'ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date with <ROOT>/package.json',
  ],
  [
    'a script under pnpm',
    `Error: SESSION_SECRET is not set
    at file:///tmp/samp/b.mjs:1:40

Node.js v20.20.2
 ELIFECYCLE  Command failed with exit code 1.
 WARN   Local package.json exists, but node_modules missing, did you mean to install?`,
    'Error: SESSION_SECRET is not set',
  ],
  [
    'yarn 1',
    `yarn install v1.22.22
warning x@1.0.0: No license field
[1/4] Resolving packages...
error Your lockfile needs to be updated, but yarn was run with \`--frozen-lockfile\`.
info Visit https://yarnpkg.com/en/docs/cli/install for documentation about this command.`,
    'error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.',
  ],
  [
    'yarn 4',
    `➤ YN0000: · Yarn 4.18.1
➤ YN0085: │ + ms@npm:2.1.3
➤ YN0028: │ +  linkType: soft
➤ YN0000: │
➤ YN0028: │ The lockfile would have been modified by this install, which is explicitly forbidden.
➤ YN0000: └ Completed
➤ YN0000: · Failed with errors in 0s 245ms`,
    '➤ YN0028: │ The lockfile would have been modified by this install, which is explicitly forbidden.',
  ],
  [
    'bun',
    'bun install v1.4.5 (a7733435c)\nerror: lockfile had changes, but lockfile is frozen',
    'error: lockfile had changes, but lockfile is frozen',
  ],
  [
    'Python: the last of two tracebacks, by any name',
    `Traceback (most recent call last):
  File "/tmp/samp/py.py", line 4, in f
    {}['A']
    ~~^^^^^
KeyError: 'A'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/tmp/samp/py.py", line 7, in <module>
    f()
django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.
[2026-11-30 17:00:00 +0000] [12] [INFO] Worker exiting (pid: 12)
[2026-11-30 17:00:00 +0000] [11] [ERROR] Reason: Worker failed to boot.`,
    'django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.',
  ],
  [
    'uvicorn',
    'INFO:     Started\nERROR:    Error loading ASGI app. Could not import module "main".',
    'ERROR:    Error loading ASGI app. Could not import module "main".',
  ],
  [
    'Go: a compiler',
    '# example.com/server\n./main.go:3:1: syntax error: non-declaration statement outside function body\n./main.go:9:2: undefined: y',
    './main.go:3:1: syntax error: non-declaration statement outside function body',
  ],
  [
    'Go: a panic',
    `panic: runtime error: index out of range [3] with length 0

goroutine 1 [running]:
main.main()
\t/tmp/main.go:4 +0x1d
exit status 2`,
    'panic: runtime error: index out of range [3] with length 0',
  ],
  [
    'Go: log.Fatal',
    '2026/11/30 17:00:00 starting\n2026/11/30 17:00:00 listen tcp :80: bind: address already in use\nexit status 1',
    '2026/11/30 17:00:00 listen tcp :80: bind: address already in use',
  ],
  [
    'Rust: a compiler, with the place',
    `   Compiling x v0.1.0 (/x)
error[E0425]: cannot find value \`y\` in this scope
 --> r.rs:1:20
  |
1 | fn main(){ let x = y; }
  |                    ^ not found in this scope

error: could not compile \`x\` (bin "x") due to 1 previous error

For more information about this error, try \`rustc --explain E0425\`.`,
    'error[E0425]: cannot find value `y` in this scope --> r.rs:1:20',
  ],
  [
    'Rust: a panic',
    `thread 'main' (12731) panicked at p.rs:1:54:
index out of bounds: the len is 0 but the index is 3
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
    "thread 'main' (12731) panicked at p.rs:1:54: index out of bounds: the len is 0 but the index is 3",
  ],
  [
    'Java: the innermost cause',
    `Exception in thread "main" java.lang.RuntimeException: could not start
\tat Main.main(Main.java:5)
Caused by: java.net.BindException: Address already in use
\tat java.base/sun.nio.ch.Net.bind0(Native Method)
\t... 1 more`,
    'Caused by: java.net.BindException: Address already in use',
  ],
  [
    'javac',
    'M.java:1: error: incompatible types: String cannot be converted to int\nclass M { int x = "a"; }\n1 error',
    'M.java:1: error: incompatible types: String cannot be converted to int',
  ],
  [
    'gcc under make',
    "g.c: In function 'main':\ng.c:1:20: error: 'y' undeclared (first use in this function)\nmake: *** [Makefile:2: all] Error 1",
    "g.c:1:20: error: 'y' undeclared (first use in this function)",
  ],
  [
    '.NET',
    'Unhandled exception. System.InvalidOperationException: No connection string\n   at Program.Main() in /x/Program.cs:line 3',
    'Unhandled exception. System.InvalidOperationException: No connection string',
  ],
  [
    'Ruby',
    "/usr/lib/ruby/kernel_require.rb:85:in 'require': cannot load such file -- sinatra (LoadError)\n\tfrom app.rb:1:in '<main>'",
    "/usr/lib/ruby/kernel_require.rb:85:in 'require': cannot load such file -- sinatra (LoadError)",
  ],
  [
    'PHP',
    'PHP Fatal error:  Uncaught Error: Call to undefined function x() in /x/i.php:3\nStack trace:\n#0 {main}\n  thrown in /x/i.php on line 3',
    'PHP Fatal error:  Uncaught Error: Call to undefined function x() in /x/i.php:3',
  ],
  [
    'PM2, and a level of several processes',
    '0|app  | Error: no such table\nweb: Error: no such user\nweb:     at f (/x.js:1:2)\nweb: Node.js v20.20.2',
    'web: Error: no such user',
  ],
  [
    'Postgres',
    'LOG:  starting PostgreSQL\nFATAL:  could not create lock file: Permission denied\nLOG:  database system is shut down',
    'FATAL:  could not create lock file: Permission denied',
  ],
  ['git', "Cloning into 'x'...\nfatal: transport 'file' not allowed", "fatal: transport 'file' not allowed"],
]

describe('tellingLines', () => {
  it.each(SAMPLES)('%s', (_, log, telling) => {
    expect(tellingText(log.split('\n'))).toBe(telling)
  })

  it('is the last line where none stands out, and none of an empty log', () => {
    expect(tellingLines(['one', 'two', '', '  '])).toEqual(['two'])
    expect(tellingLines(['Node.js v20.20.2'])).toEqual(['Node.js v20.20.2'])
    expect(tellingLines([])).toEqual([])
    expect(tellingText([])).toBe('it wrote nothing')
  })

  it('cuts what would fill a screen', () => {
    expect(tellingText([`Error: ${'x'.repeat(5_000)}`])).toHaveLength(301)
  })
})
