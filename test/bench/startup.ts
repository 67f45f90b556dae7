/**
 * What it costs to start: of the source under tsx, and of the one file. Each is held to what node alone takes in the
 * same minute, so that a slow machine breaks no bound.
 */
import { servePair, type Pair } from '../hubs/pair.ts'
import { beginMirror } from '../run/mirror-setup.ts'
import type { Checked } from './bounds.ts'
import { median } from './sample.ts'
import { source, start, type Cost } from './started.ts'
import type { Figure, Row, Section } from './table.ts'

/** The first of these to be started is not measured: it fills the caches of files. */
const times = 5

/** What is started, by its name in the table. */
function chooseStarts({ env }: Pair, file: string): Record<string, readonly string[]> {
  const questions = [
    `${env['GITHUB_API_URL']}/repos/${env['GITHUB_REPOSITORY']}`,
    `${env['HF_ENDPOINT']}/api/${env['HF_REPO']}`,
  ]
  const ask = `await Promise.all(${JSON.stringify(questions)}.map(async (url) => (await fetch(url)).text()))`
  return {
    'node alone': ['-e', '0'],
    'tsx alone': ['--import', 'tsx', '-e', '0'],
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
}

/** What stands in `against` for the source as it was before there was one file. */
const formerly = 'the source of November 2026'

/**
 * What a run in sync took in the source at commit 78effd4, the last one before there was one file, as multiples of tsx
 * alone: by node's version, since node 22 brought tsx another way to load modules. Each measured side by side.
 */
const formerCosts: Readonly<Record<string, Pick<Cost, 'cpu' | 'rss'>>> = {
  20: { cpu: 4.1, rss: 2.25 },
  22: { cpu: 6.3, rss: 2.18 },
  24: { cpu: 7.1, rss: 2.47 },
  26: { cpu: 7.3, rss: 2.48 },
}
const major = process.versions.node.split('.', 1)[0]!
const former = formerCosts[major] ?? formerCosts[26]!

const held: readonly Held[] = [
  { name: '--version, source', of: 'cpu', against: 'tsx alone', limit: 2 },
  { name: '--version, one file', of: 'cpu', against: 'node alone', limit: 3.5 },
  { name: 'in sync, source', of: 'cpu', against: formerly, limit: 0.6 },
  { name: 'in sync, one file', of: 'cpu', against: formerly, limit: 0.2 },
  { name: 'in sync, one file', of: 'rss', against: formerly, limit: 0.5 },
  { name: 'in sync, one file', of: 'cpu', against: 'node and two questions', limit: 1.5 },
  { name: 'in sync, one file', of: 'time', against: 'node and two questions', limit: 1.5 },
]

/** `file`: the command as one file. */
export async function measureStartup(file: string): Promise<{ section: Section; checked: Checked[] }> {
  const pair = await servePair()
  try {
    await beginMirror(pair, { 'README.md': '# Corpus\n' })
    const starts = chooseStarts(pair, file)
    const costs = new Map<string, Cost[]>(Object.keys(starts).map((name) => [name, []]))
    // One after the other in turn, so that a slow second is not one of them alone.
    for (let nth = 0; nth <= times; nth++)
      for (const [name, argv] of Object.entries(starts)) {
        const cost = await start(argv, pair.env)
        if (nth > 0) costs.get(name)!.push(cost)
      }
    const measured = (name: string, of: keyof Cost) => median(costs.get(name)!.map((cost) => cost[of]))
    const valueOf = (name: string, of: keyof Cost) =>
      name === formerly ? measured('tsx alone', of) * former[of as 'cpu' | 'rss'] : measured(name, of)
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
  }
}
