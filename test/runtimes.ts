#!/usr/bin/env -S npx tsx
/**
 * `npm run test:runtimes`: installs each runtime that the command is to run in, in a folder of its own, and starts it with
 * the source and with the one file: a text, a mirror of plain files and an object, and a run with nothing to do, whose cost it
 * prints. It ends with 1 where one of them does something else than is expected. Names narrow it: `-- 24 bun`.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { version } from '../lib/cli/asked.ts'
import { median } from './bench/sample.ts'
import { buildOneFile } from './bench/started.ts'
import { formatSection, type Row } from './bench/table.ts'
import { servePair } from './hubs/pair.ts'
import { act, contents } from './run/mirror-setup.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const times = 5

/** The packages that hold the binaries for this machine, without a script that would have to be run. */
const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
const [denoPackage, bunPackage] = [
  `@deno/${process.platform === 'linux' ? `${platform}-glibc` : platform}`,
  `@oven/bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`,
]
const ending = process.platform === 'win32' ? '.exe' : ''

/** `source`: the arguments before those of the command, for its source. */
interface Runtime {
  readonly name: string
  readonly install: string
  readonly binary: string
  readonly argv: readonly string[]
  readonly source: readonly string[]
}

/** Node 20 does not know types: tsx takes them away. */
const onNode = (exact: string, source: readonly string[]): Runtime => ({
  name: `node ${exact}`,
  install: `node-${exact}@npm:node-${platform}@${exact}`,
  binary: process.platform === 'win32' ? `node-${exact}/bin/node.exe` : `node-${exact}/bin/node`,
  argv: [],
  source,
})

const runtimes: readonly Runtime[] = [
  onNode('20.20.2', ['--import', 'tsx', 'sync.ts']),
  onNode('22.23.3', ['sync.ts']),
  onNode('24.21.0', ['sync.ts']),
  onNode('26.10.0', ['sync.ts']),
  {
    name: 'deno 2.9.6',
    install: `${denoPackage}@2.9.6`,
    binary: `${denoPackage}/deno${ending}`,
    argv: ['run', '--allow-all'],
    source: ['sync.ts'],
  },
  {
    name: 'bun 1.4.5',
    install: `${bunPackage}@1.4.5`,
    binary: `${bunPackage}/bin/bun${ending}`,
    argv: [],
    source: ['sync.ts'],
  },
]

/** `cpu` in ms and `rss` in bytes are told where /proc tells them. */
interface Started {
  readonly out: string
  readonly time: number
  readonly cpu: number | null
  readonly rss: number | null
}

/** The most memory of a process so far, and its CPU, by /proc; null where there is none. */
function readCost(pid: number): { readonly cpu: number; readonly rss: number } | null {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(11, 13)
    return kilobytes === undefined
      ? null
      : { cpu: 10 * (Number(ticks[0]) + Number(ticks[1])), rss: 1024 * Number(kilobytes) }
  } catch {
    return null
  }
}

/** Throws where the process does not end with 0. */
async function start(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<Started> {
  const begunMs = performance.now()
  const child = spawn(argv[0]!, argv.slice(1), { cwd: root, env: { PATH: process.env['PATH']!, ...env } })
  const costs: NonNullable<ReturnType<typeof readCost>>[] = []
  const watch = setInterval(() => costs.push(...[readCost(child.pid!) ?? []].flat()), 2)
  const ended = new Promise((resolve) => {
    child.once('close', resolve)
  })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  const exitCode = await ended
  clearInterval(watch)
  if (exitCode !== 0) throw new Error(`${argv.join(' ')} ended with ${String(exitCode)}:\n${out}${err}`)
  return { out, time: performance.now() - begunMs, cpu: costs.at(-1)?.cpu ?? null, rss: costs.at(-1)?.rss ?? null }
}

function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

/** Starts one form of the command in one runtime. */
async function check(command: readonly string[]): Promise<Row['cells']> {
  const { out } = await start([...command, '--version'], {})
  expectThat(out === `${version}\n`, `--version says ${JSON.stringify(out)}`)
  const pair = await servePair()
  try {
    act(pair, 'huggingface', {
      'README.md': '# Corpus\n',
      'a b/ü.csv': 'a,b\n',
      'data.bin': { lfs: Buffer.alloc(3_000_000, 7) },
    })
    const { out: told } = await start(command, pair.env)
    expectThat(told.includes('Mirrored 4 changes'), `the first run says ${told}`)
    expectThat(isDeepStrictEqual(contents(pair, 'github'), contents(pair, 'huggingface')), 'the sides differ')
    act(pair, 'github', { 'README.md': '# The corpus\n' })
    await start(command, pair.env)
    expectThat(
      isDeepStrictEqual(contents(pair, 'github'), contents(pair, 'huggingface')),
      'the sides differ in the end',
    )
    const asked = () => pair.github.requests.length + pair.huggingface.requests.length
    const before = asked()
    const runs: Started[] = []
    for (let nth = 0; nth < times; nth++) runs.push(await start(command, pair.env))
    expectThat(asked() - before === 2 * times, `a run with nothing to do asked ${(asked() - before) / times} questions`)
    expectThat(
      runs.every((run) => run.out.includes('\nIn sync. 2 requests')),
      'a run with nothing to do did something',
    )
    const middle = (of: 'time' | 'cpu' | 'rss') => median(runs.flatMap((run) => run[of] ?? []))
    return {
      cpu: { value: middle('cpu'), unit: 'ms' },
      time: { value: middle('time'), unit: 'ms' },
      rss: { value: middle('rss'), unit: 'bytes' },
    }
  } finally {
    await pair.close()
  }
}

const wanted = process.argv.slice(2)
const chosen = runtimes.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)))
const folder = mkdtempSync(join(tmpdir(), 'runtimes-'))
const rows: Row[] = []
try {
  writeFileSync(join(folder, 'package.json'), '{}')
  const quiet = ['--no-fund', '--no-audit', '--ignore-scripts', '--loglevel=error']
  execFileSync('npm', ['install', ...quiet, ...chosen.map(({ install }) => install)], { cwd: folder, stdio: 'inherit' })
  const file = await buildOneFile(join(folder, 'built'))
  for (const { name, binary, argv, source } of chosen)
    for (const [form, what] of [
      ['source', source],
      ['one file', [file]],
    ] as const)
      try {
        rows.push({
          name: `${name}, ${form}`,
          cells: await check([join(folder, 'node_modules', binary), ...argv, ...what]),
        })
      } catch (error) {
        process.exitCode = 1
        rows.push({ name: `${name}, ${form}`, cells: {}, note: String(error) })
      }
} finally {
  rmSync(folder, { recursive: true })
}
console.log(formatSection({ title: `in sync, the median of ${times}`, columns: ['cpu', 'time', 'rss'], rows }))
if (rows.length === 0) process.exitCode = 1
process.exit()
