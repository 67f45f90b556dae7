/** Scripts that are started in a process of their own, and what each takes until it ends. */
import { execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { median } from './sample.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const times = 3

/** `cpu` and `time` in milliseconds, `rss` the most memory in bytes; all with what starting takes. */
export interface Cost {
  readonly cpu: number
  readonly time: number
  readonly rss: number
}

/** Has a process say at its end what it took. On Linux `maxRSS` begins with what the parent had, VmHWM does not. */
const usage = `import { readFileSync, writeSync } from 'node:fs'
const peak = () => {
  try { return Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) }
  catch { return process.resourceUsage().maxRSS }
}
process.on('exit', () => writeSync(3, JSON.stringify([process.cpuUsage(), peak()])))`

/** The arguments of node that run the command from its source. */
export const source = ['--import', 'tsx', 'sync.ts'] as const

/** The command as one file, made in a folder; returns its path. */
export async function buildOneFile(folder: string): Promise<string> {
  await promisify(execFile)(process.execPath, ['--import', 'tsx', '.ci/build.ts', folder], { cwd: root })
  return join(folder, 'hubmirror.mjs')
}

/** What belongs to a run of CI, and would be taken for what the started one is told. */
const ofRun = /^(?:ACTIONS|GITHUB|HF|RUNNER)_/

/** Runs node with these arguments in this process's environment and `env`. Throws where it fails. */
export async function start(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Cost> {
  const begunMs = performance.now()
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofRun.test(name)))
  const child = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(usage)}`, ...argv], {
    cwd: root,
    env: { ...own, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise((resolve) => {
    child.once('close', resolve)
  })
  const [err, told] = await Promise.all([text(child.stderr!), text(child.stdio[3] as Readable)])
  const exitCode = await ended
  if (exitCode !== 0) throw new Error(`node ${argv.join(' ')} ended with ${String(exitCode)}:\n${err}`)
  const [{ user, system }, kilobytes] = JSON.parse(told) as [NodeJS.CpuUsage, number]
  return { cpu: (user + system) / 1000, time: performance.now() - begunMs, rss: kilobytes * 1024 }
}

async function measureMiddle(argv: readonly string[]): Promise<Cost> {
  const costs: Cost[] = []
  for (let nth = 0; nth < times; nth++) costs.push(await start(argv))
  const middle = (of: keyof Cost) => median(costs.map((cost) => cost[of]))
  return { cpu: middle('cpu'), time: middle('time'), rss: middle('rss') }
}

/** What node alone takes just now. */
export const measureNodeAlone = (): Promise<Cost> => measureMiddle(['-e', '0'])

/** Rows of a listing, made, parsed and kept by their paths: what much of the command's own work is like. */
const work = `import { createHash } from 'node:crypto'
const rows = Array.from({ length: 100_000 }, (_, at) => {
  const oid = createHash('sha1').update(String(at)).digest('hex')
  return JSON.stringify({ path: 'data/' + (at % 400) + '/' + at + '.csv', oid })
})
const entries = new Map(rows.map((row) => JSON.parse(row)).map((row) => [row.path, row]))
if (entries.size !== rows.length) process.exit(1)`

/**
 * CPU of a fixed piece of work just now, in milliseconds: the yardstick for what is bounded in seconds of CPU, since a
 * core that is slow or shared makes both slower alike. Node alone is none: with `NODE_EXTRA_CA_CERTS` it takes three
 * times as much. Bounds of 1, 2 and 4 s were set where node alone took 0.04 s with that variable; the work takes 6.75
 * times what that does, so that they are 3.7, 7.4 and 14.8 times the work.
 */
export async function measureWork(): Promise<number> {
  const { cpu } = await measureMiddle(['--input-type=module', '-e', work])
  return cpu
}
