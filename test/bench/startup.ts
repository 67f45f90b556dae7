/**
 * What it costs to start: of the source under tsx, and of the one file. Each is held to what node alone takes in the
 * same minute, so that a slow machine breaks no bound.
 */
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { servePair, type Pair } from '../hubs/pair.ts'
import { beginMirror } from '../run/mirror-setup.ts'
import type { Checked } from './bounds.ts'
import { median } from './sample.ts'
import type { Figure, Row, Section } from './table.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** The first of these to be started is not measured: it fills the caches of files. */
const times = 5

interface Cost {
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

/** Throws where the process does not end with 0. */
async function start(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<Cost> {
  const begunMs = performance.now()
  const child = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(usage)}`, ...argv], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  })
  let told = ''
  child.stdio[3]!.on('data', (more: Buffer) => {
    told += more.toString()
  })
  const exitCode = await new Promise((resolve) => {
    child.once('close', resolve)
  })
  if (exitCode !== 0) throw new Error(`node ${argv.join(' ')} ended with ${String(exitCode)}`)
  const [{ user, system }, kilobytes] = JSON.parse(told) as [NodeJS.CpuUsage, number]
  return { cpu: (user + system) / 1000, time: performance.now() - begunMs, rss: kilobytes * 1024 }
}

/** What is started, by its name in the table. */
function chooseStarts({ env }: Pair, file: string): Record<string, readonly string[]> {
  const [tsx, source] = [
    ['--import', 'tsx'],
    ['--import', 'tsx', 'sync.ts'],
  ]
  const questions = [
    `${env['GITHUB_API_URL']}/repos/${env['GITHUB_REPOSITORY']}`,
    `${env['HF_ENDPOINT']}/api/${env['HF_REPO']}`,
  ]
  const ask = `await Promise.all(${JSON.stringify(questions)}.map(async (url) => (await fetch(url)).text()))`
  return {
    'node alone': ['-e', '0'],
    'tsx alone': [...tsx, '-e', '0'],
    'node and two questions': ['--input-type=module', '-e', ask],
    '--version, source': [...source, '--version'],
    '--version, one file': [file, '--version'],
    'in sync, source': source,
    'in sync, one file': [file],
  }
}

interface Held {
  readonly name: string
  readonly of: keyof Cost
  readonly against: string
  readonly limit: number
  readonly target?: number
}

const held: readonly Held[] = [
  { name: '--version, source', of: 'cpu', against: 'tsx alone', limit: 2 },
  { name: '--version, one file', of: 'cpu', against: 'node alone', limit: 2.5 },
  { name: 'in sync, source', of: 'cpu', against: 'tsx alone', limit: 6 },
  { name: 'in sync, one file', of: 'cpu', against: 'node and two questions', limit: 2 },
  { name: 'in sync, one file', of: 'cpu', against: 'in sync, source', limit: 0.3, target: 0.2 },
  { name: 'in sync, one file', of: 'rss', against: 'in sync, source', limit: 0.75, target: 0.5 },
  { name: 'in sync, one file', of: 'time', against: 'node and two questions', limit: 2.5, target: 1.5 },
]

export async function measureStartup(): Promise<{ section: Section; checked: Checked[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'startup-'))
  const pair = await servePair()
  try {
    await promisify(execFile)(process.execPath, ['--import', 'tsx', '.ci/build.ts', folder], { cwd: root })
    await beginMirror(pair, { 'README.md': '# Corpus\n' })
    const starts = chooseStarts(pair, join(folder, 'hubmirror.mjs'))
    const costs = new Map<string, Cost[]>(Object.keys(starts).map((name) => [name, []]))
    // One after the other in turn, so that a slow second is not one of them alone.
    for (let nth = 0; nth <= times; nth++)
      for (const [name, argv] of Object.entries(starts)) {
        const cost = await start(argv, pair.env)
        if (nth > 0) costs.get(name)!.push(cost)
      }
    const valueOf = (name: string, of: keyof Cost) => median(costs.get(name)!.map((cost) => cost[of]))
    const units = { cpu: 'ms', time: 'ms', rss: 'bytes' } as const
    const rows = Object.keys(starts).map((name): Row => {
      const cells = Object.entries(units).map(([of, unit]): [string, Figure] => [
        of,
        { value: valueOf(name, of as keyof Cost), unit },
      ])
      return { name, cells: Object.fromEntries(cells) }
    })
    const checked: Checked[] = []
    for (const { name, of, against, ...bound } of held)
      checked.push({
        ...bound,
        name: `${name}: ${of} against ${against}`,
        sense: 'most',
        figure: { value: valueOf(name, of) / valueOf(against, of), unit: 'ratio' },
      })
    return { section: { title: `start-up, the median of ${times}`, columns: ['cpu', 'time', 'rss'], rows }, checked }
  } finally {
    await pair.close()
    rmSync(folder, { recursive: true })
  }
}
