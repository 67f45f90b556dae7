/**
 * What takes as long as the services' limits allow, with all limits of a workflow's token and a free account, in virtual
 * time: first mirrors of many files, and long histories. A request takes 100 ms there, and a transfer no time.
 */
import { services } from '../../lib/http/services.ts'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import type { Pair } from '../hubs/pair.ts'
import { beginMirror, expectInSync } from '../run/mirror-setup.ts'
import {
  commitOften,
  fill,
  hourMs,
  listRefused,
  runUntilFinished,
  startUnderLimits,
  takeFromHour,
} from '../run/under-limits.ts'
import type { Checked } from './bounds.ts'
import type { Figure, Section } from './table.ts'

const columns = ['runs', 'GitHub', 'Hugging Face', 'pushes', 'commits', 'refused', 'time'] as const
type Measured = (typeof columns)[number]

/** `meanwhile`: what others do between the runs. */
interface Load {
  readonly name: string
  readonly begin: (pair: Pair) => Promise<unknown>
  readonly meanwhile?: (pair: Pair) => void
  readonly limits: Partial<Record<Measured, number>>
}

/** Within an hour, in one run. Of requests that are on their way together when a limit is met, 12 are refused. */
const anHour = { runs: 1, refused: 24, time: 60 }
const way = (from: Side) => `${services[from].name} -> ${services[otherSide[from]].name}`

async function beginHistory(pair: Pair, from: Side): Promise<void> {
  await beginMirror(pair, { 'a.txt': 'a\n' })
  commitOften(pair, from, 5_000)
}

const loads: readonly Load[] = [
  ...sides.map((from) => ({
    name: `first mirror of 100,000 files, ${way(from)}`,
    begin: async (pair: Pair) => fill(pair, from, 100_000),
    limits: anHour,
  })),
  ...sides.map((from) => ({
    name: `5,000 commits, ${way(from)}`,
    begin: (pair: Pair) => beginHistory(pair, from),
    limits: anHour,
  })),
  {
    name: `5,000 commits, ${way('github')}, where others make 98 commits an hour`,
    begin: async (pair) => {
      await beginHistory(pair, 'github')
      takeFromHour(pair, 98)
    },
    meanwhile: (pair) => takeFromHour(pair, 98),
    limits: { runs: 4, refused: 3, time: 200 },
  },
]

/** Of both sides together. */
function countCommits({ github, huggingface }: Pair): number {
  const logs = [
    { git: github.store, head: github.head('main') },
    { git: huggingface.git, head: huggingface.head('main') },
  ]
  return logs.reduce((sum, { git, head }) => sum + (head === null ? 0 : [...git.readLog(head)].length), 0)
}

async function measure({ begin, meanwhile }: Load): Promise<Record<Measured, Figure>> {
  const pair = startUnderLimits()
  await begin(pair)
  const before = countCommits(pair)
  const { runs, tookMs } = await runUntilFinished(pair, 10, () => meanwhile?.(pair))
  const made = countCommits(pair) - before
  await expectInSync(pair)
  const log = runs.flatMap((ran) => ran.log)
  const count = (is: RegExp): Figure => ({ value: log.filter((line) => is.test(line)).length, unit: 'requests' })
  const toHub = count(/ (?:\/api)?\/datasets\//)
  return {
    'runs': { value: runs.length, unit: 'count' },
    'GitHub': { value: log.length - toHub.value, unit: 'requests' },
    'Hugging Face': toHub,
    'pushes': count(/git-receive-pack 200$/),
    'commits': { value: made, unit: 'count' },
    'refused': { value: runs.flatMap(listRefused).length, unit: 'requests' },
    'time': { value: tookMs / (hourMs / 60), unit: 'minutes' },
  }
}

/** Each is told as it is measured. */
export async function measureHour(): Promise<{ section: Section; checked: Checked[] }> {
  const rows: Section['rows'][number][] = []
  const checked: Checked[] = []
  for (const load of loads) {
    const cells = await measure(load)
    rows.push({ name: load.name, cells })
    for (const [of, limit] of Object.entries(load.limits))
      checked.push({ name: `${load.name}: ${of}`, sense: 'most', limit, figure: cells[of as Measured] })
  }
  const notes = [
    "Requests by service, and commits made, in virtual time, under all limits of a workflow's token and a free account: a request takes 100 ms, bytes take no time. A hundredth of the files are binaries, half of which are objects in LFS.",
    'Refused are requests that were on their way together when a limit was met: the run waited, and sent them again.',
  ]
  return { section: { title: 'within the hour of the limits', columns, rows, notes }, checked }
}
