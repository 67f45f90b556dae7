/**
 * What it takes to mirror a terabyte with several machines, as a model: shares are cut by the program itself over the names of
 * so many objects, requests are those that a machine makes (`run/shards.test.ts` counts them), and limits those that services tell.
 */
import { createHash } from 'node:crypto'
import { countBatches } from '../../lib/model/batches.ts'
import { otherSide, sides, type Side, type Sides } from '../../lib/model/sides.ts'
import { cutShares, isInShare } from '../../lib/plan/shards.ts'
import { formatBytes, formatNumber } from '../../lib/report/numbers.ts'

/** Seconds of a job, jobs of a matrix, and jobs of a free account at once (docs.github.com/actions/reference/limits). */
const jobSecondsMax = 6 * 3_600
const matrixMax = 256
const atOnceMax = 20
/**
 * Requests a second: GitHub gives a workflow's token 1,000 an hour, and its LFS server 3,000 a minute; Hugging Face gives an
 * account 1,000 in five minutes, for whatever is no download.
 */
const perSecond = { 'GitHub': 1_000 / 3_600, "GitHub's LFS": 3_000 / 60, 'Hugging Face': 1_000 / 300 }
type Counted = keyof typeof perSecond
/** What nobody tells: bytes that a machine sends in a second, objects that it begins in one, and how soon a job begins. */
const bytesPerSecond = 25_000_000
const objectsPerSecond = 10
const beginSeconds = 60

/** Requests to the LFS server of each side by a machine whose plan has `all` objects to bring to `to`, and that sends `own`. */
export function countLfsRequests(to: Side, all: number, own: number): Sides<number> {
  const planned = countBatches(all, 100)
  // Addresses of the last thousand objects are still known from the plan.
  const located = all > 1_000 ? countBatches(own, 100) : 0
  const sent = 2 * countBatches(own, 100) + own
  const counts = { [to]: planned + 1 + sent, [otherSide[to]]: planned + located }
  return { github: counts['github']!, huggingface: counts['huggingface']! }
}

/** The most other requests of a plan: heads, histories, what changed, whether the token may write. */
export const planRequests = { github: 8, huggingface: 6 }

export interface Scenario {
  readonly to: Side
  readonly objects: number
  readonly byteLength: number
  readonly machines: number
}

export interface Estimate {
  /** With the plan, the last run, and jobs that are run again because six hours were not enough. */
  readonly jobs: number
  readonly minutes: number
  readonly hours: number
  readonly requests: Readonly<Record<Counted, number>>
  /** What would have to be more for it to be faster. */
  readonly binds: string
}

/** When the last job ends, where each begins as soon as one of `atOnceMax` is over. */
function runJobs(seconds: readonly number[]): number {
  const machines = Array<number>(atOnceMax).fill(0)
  for (const one of seconds) {
    const next = machines.indexOf(Math.min(...machines))
    machines[next]! += one
  }
  return Math.max(...machines)
}

export function estimate({ to, objects, byteLength, machines }: Scenario): Estimate {
  const name = (index: number) => createHash('sha256').update(`object ${index}`).digest('hex')
  const names = Array.from({ length: objects }, (_, index) => name(index))
  const all = names.toSorted().map((oid) => ({ oid, byteLength }))
  const nothing = { github: [], huggingface: [] }
  const shares = cutShares({ objects: { ...nothing, [to]: all }, commits: nothing }, Math.min(machines, matrixMax))
  const owns = shares.map(() => 0)
  let at = 0
  for (const { oid } of all) {
    while (!isInShare(oid, shares[at]!)) at += 1
    owns[at]! += 1
  }
  const requests: Record<Counted, number> = { 'GitHub': 0, "GitHub's LFS": 0, 'Hugging Face': 0 }
  const add = (own: number) => {
    const lfs = countLfsRequests(to, objects, own)
    requests.GitHub += planRequests.github
    requests["GitHub's LFS"] += lfs.github
    requests['Hugging Face'] += planRequests.huggingface + lfs.huggingface
  }
  // The plan, and the run that finds all in place; it asks both stores once more for its proof.
  for (const own of [0, 0, ...owns]) add(own)
  for (const side of sides) requests[side === 'github' ? "GitHub's LFS" : 'Hugging Face'] += countBatches(objects, 100)
  const work = owns.map((own) => Math.max((own * byteLength) / bytesPerSecond, own / objectsPerSecond))
  const attempts = work.map((seconds) => Math.ceil(seconds / (jobSecondsMax - beginSeconds)))
  const stream = work.map((seconds, index) => seconds + attempts[index]! * beginSeconds)
  const asked = Object.entries(requests).map(([who, count]) => [who, count / perSecond[who as Counted]] as const)
  const [slowest, waiting] = asked.reduce((worst, one) => (one[1] > worst[1] ? one : worst))
  const streaming = runJobs(stream)
  const isFull = shares.length > atOnceMax
  return {
    jobs: 2 + attempts.reduce((sum, count) => sum + count, 0),
    minutes: 4 + stream.reduce((sum, seconds) => sum + Math.ceil(seconds / 60), 0),
    hours: (Math.max(streaming, waiting) + 4 * beginSeconds) / 3_600,
    requests,
    binds:
      waiting > streaming
        ? `requests to ${slowest}`
        : attempts.some((count) => count > 1)
          ? 'six hours a job'
          : isFull
            ? `${atOnceMax} jobs at once`
            : 'bytes a machine',
  }
}

const scenarios: readonly Scenario[] = [
  ...[1, 20].map((machines) => ({ to: 'huggingface', objects: 1_000, byteLength: 1e9, machines }) as const),
  { to: 'huggingface', objects: 20_000, byteLength: 5e7, machines: 20 },
  { to: 'github', objects: 20_000, byteLength: 5e7, machines: 20 },
  { to: 'huggingface', objects: 10_000, byteLength: 2e9, machines: 256 },
]

/** Rows of the table in `.github/docs/large-data.md`. */
export function formatTable(): string[] {
  return scenarios.map((scenario) => {
    const { to, objects, byteLength, machines } = scenario
    const { jobs, minutes, hours, requests, binds } = estimate(scenario)
    const cells = [
      `${formatNumber(objects)} of ${formatBytes(byteLength)}, to ${to === 'github' ? 'GitHub' : 'the Hub'}`,
      `${machines}`,
      `${formatNumber(jobs)}, ${formatNumber(minutes)} minutes`,
      hours.toFixed(1),
      `${formatNumber(requests.GitHub + requests["GitHub's LFS"])} and ${formatNumber(requests['Hugging Face'])}`,
      binds,
    ]
    return `| ${cells.join(' | ')} |`
  })
}
