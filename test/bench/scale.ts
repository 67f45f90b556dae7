/**
 * Curves: what a run costs against how much there is, a decade from point to point, and by which power it grows. The
 * services set no limits here.
 */
import { mapConcurrent } from '../../lib/async/concurrent.ts'
import { services } from '../../lib/http/services.ts'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import type { Checked } from './bounds.ts'
import { fitExponent, fitRise } from './sample.ts'
import type { Scene } from './serve.ts'
import { onStage, runCommand } from './stage.ts'
import { formatFigure, type Figure, type Row, type Section } from './table.ts'

type Measured = 'requests' | 'cpu' | 'rss' | 'time'
type Grown = Exclude<Measured, 'time'>
type Cells = Record<Measured, Figure>
const columns: readonly Measured[] = ['requests', 'cpu', 'rss', 'time']

/**
 * `points`: how many of what `of` names, `fewer` in the short form. `powers`: the most by which what a run costs may grow.
 * `limits` hold for one point, `notes` say why something is as it is.
 */
interface Curve {
  readonly of: string
  readonly points: readonly number[]
  readonly fewer: readonly number[]
  readonly scene: (count: number) => Partial<Scene>
  readonly argv?: readonly string[]
  readonly powers: Readonly<Record<Grown, number>>
  readonly limits?: Readonly<Record<number, Partial<Record<Measured, number>>>>
  readonly notes?: readonly string[]
}

/** What tsx and the modules that it translates take more memory than the one file. */
const tsxBytes = 30_000_000
const plan = ['--dry-run', '--no-inspect']

const grown: readonly Grown[] = ['requests', 'cpu', 'rss']
/** Nothing may grow faster than what the run has to do; and nothing at all with what it need not look at. */
const linear = { requests: 1, cpu: 1, rss: 1 }
const flat = { requests: 0, cpu: 0, rss: 0 }
/**
 * By how much more a measured power may be. What is rounded up to whole requests grows a little otherwise than its cause;
 * CPU and memory differ from run to run, by less than this where the machine does nothing else.
 */
const slack: Readonly<Record<Grown, number>> = { requests: 0.05, cpu: 0.2, rss: 0.2 }

function decades(least: number, most: number): number[] {
  const points: number[] = []
  for (let at = least; at <= most; at *= 10) points.push(at)
  return points
}

const wholeHistory = ['--history-max', '20000']
const sinceBase = (commits: number): Partial<Scene> => ({ files: 100, changed: 1, commits })

/** By the names that `npm run bench` takes. */
const curves: Readonly<Record<string, Curve>> = {
  files: {
    of: 'files, of which 10 are changed, and an object',
    points: decades(100, 1_000_000),
    fewer: [100, 10_000],
    // With the object, the rules and the README there are as many: of more than a million files the Hub takes no push.
    scene: (files) => ({ files: files - 3, changed: 10, count: 1, byteLength: 1_000 }),
    // Of the folders that hold the changes all is read, and there are more files in them.
    powers: { requests: 0.1, cpu: 0.1, rss: 0.1 },
    limits: { 100_000: { requests: 30 }, 1_000_000: { requests: 30, rss: 250_000_000 } },
    notes: [
      'Where an object was moved both sides are listed in the end, which proves that they hold the same, as long as that takes few requests: 10,000 files are listed, 100,000 are not.',
    ],
  },
  plan: {
    of: 'changes to plan among as many files',
    points: [...decades(1, 10_000), 20_000, 100_000],
    fewer: [10, 1_000],
    scene: (changed) => ({ files: changed, changed }),
    argv: plan,
    powers: linear,
    limits: { 20_000: { rss: 200_000_000 + tsxBytes } },
  },
  first: {
    of: 'files in a first mirror',
    points: decades(10, 100_000),
    fewer: [10, 1_000],
    scene: (files) => ({ files, changed: 0, act: 'first' }),
    powers: linear,
    limits: { 100_000: { rss: 400_000_000 + tsxBytes, cpu: 60_000 } },
  },
  since: {
    of: 'commits since the base, planned as one copy',
    points: decades(10, 10_000),
    fewer: [100, 1_000],
    scene: sinceBase,
    argv: [...plan, ...wholeHistory, '--squash'],
    powers: linear,
    limits: { 10_000: { cpu: 2_000 } },
    notes: [
      'A request tells 100 commits. With each page the search looks at all that it has read again, which grows with the square: a fifth of the CPU at 10,000 commits.',
    ],
  },
  groups: {
    of: 'commits since the base, planned as copies of their own',
    points: decades(10, 10_000),
    fewer: [100, 1_000],
    scene: sinceBase,
    argv: [...plan, ...wholeHistory],
    powers: linear,
    notes: [
      'Up to 20 commits are copied one by one, more in groups of at most 50: each group costs three requests to Hugging Face, and two to GitHub where there are fewer than 8: more are pushed together.',
    ],
  },
  before: {
    of: 'commits before the base, planned',
    points: decades(10, 10_000),
    fewer: [10, 1_000],
    scene: (before) => ({ files: 100, changed: 1, before }),
    argv: plan,
    powers: flat,
  },
  objects: {
    of: 'objects of 1 kB',
    points: decades(1, 10_000),
    fewer: [10, 100],
    scene: (count) => ({ files: 10, count, byteLength: 1_000 }),
    powers: linear,
    notes: [
      "GitHub's LFS wants every object confirmed, and either Hub every object sent: requests grow with their number.",
    ],
  },
  bytes: {
    of: 'bytes of one object',
    points: [1_000, ...decades(1_000_000, 1_000_000_000)],
    fewer: [1_000, 1_000_000],
    scene: (byteLength) => ({ files: 10, count: 1, byteLength }),
    powers: { ...flat, cpu: 1 },
    limits: { 1_000_000_000: { rss: 250_000_000 } },
  },
}

async function measurePoint({ scene, argv = [] }: Curve, from: Side, count: number): Promise<Cells> {
  const whole: Scene = { from, files: 0, changed: 0, count: 0, byteLength: 0, ...scene(count) }
  return onStage(whole, async (stage) => {
    const { runCpuMs, elapsedMs, rssBytesMax } = await runCommand(stage, ...argv)
    const { asked } = await stage.takeCounts()
    return {
      requests: { value: asked, unit: 'requests' },
      cpu: { value: runCpuMs, unit: 'ms' },
      rss: { value: rssBytesMax, unit: 'bytes' },
      time: { value: elapsedMs, unit: 'ms' },
    }
  })
}

/**
 * The powers of a curve: of requests from the points of its last two decades, or of the short form's two; of CPU and memory
 * how they rise in its last one.
 */
function measureGrowth(measured: readonly { count: number; cells: Cells }[]): Record<Grown, Figure> {
  const least = measured.length === 2 ? 0 : measured.at(-1)!.count / 100
  const upper = measured.filter(({ count }) => count >= least)
  const list = (points: typeof measured, of: Grown) =>
    points.map(({ count, cells }): [number, number] => [count, cells[of].value])
  const exponent = (value: number): Figure => ({ value, unit: 'exponent' })
  return {
    requests: exponent(fitExponent(list(upper, 'requests'))),
    cpu: exponent(fitRise(list(measured, 'cpu'))),
    rss: exponent(fitRise(list(measured, 'rss'))),
  }
}

/** Each point is told as it is measured. */
async function measureCurve(curve: Curve, short: boolean): Promise<{ section: Section; checked: Checked[] }> {
  const { of, powers, limits = {}, notes = [] } = curve
  const points = short ? curve.fewer : curve.points
  const rows: Row[] = []
  const checked: Checked[] = []
  for (const from of short ? sides.slice(0, 1) : sides) {
    const way = `${services[from].name} -> ${services[otherSide[from]].name}`
    // The short form guards counts, which do not mind company.
    const measured = await mapConcurrent(points, short ? 2 : 1, async (count) => {
      const cells = await measurePoint(curve, from, count)
      const name = `${count.toLocaleString('en-GB')}, ${way}`
      console.log(`  ${name}: ${columns.map((each) => `${each} ${formatFigure(cells[each])}`).join(', ')}`)
      return { count, name, cells }
    })
    for (const { count, name, cells } of measured) {
      rows.push({ name, cells })
      for (const [each, limit] of Object.entries(limits[count] ?? {}))
        checked.push({ name: `${of}: ${name}: ${each}`, sense: 'most', limit, figure: cells[each as Measured] })
    }
    const growth = measureGrowth(measured)
    rows.push({ name: `grows by the power of, ${way}`, cells: growth })
    for (const each of short ? grown.slice(0, 1) : grown)
      checked.push({
        name: `${of}, ${way}: power of ${each}`,
        sense: 'most',
        limit: powers[each] + slack[each],
        figure: growth[each],
      })
  }
  return { section: { title: of, columns, rows, notes }, checked }
}

/** What `npm run bench` measures, by name: all of them begin with `scale`. */
export const listCurves = (short: boolean): Record<string, () => ReturnType<typeof measureCurve>> =>
  Object.fromEntries(Object.entries(curves).map(([name, curve]) => [`scale-${name}`, () => measureCurve(curve, short)]))
