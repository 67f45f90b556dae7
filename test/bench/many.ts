/** Many files: a run in a large repository, and a plan by how much it holds, from the source and as one file. */
import { services } from '../../lib/http/services.ts'
import { otherSide, type Side } from '../../lib/model/sides.ts'
import type { Checked } from './bounds.ts'
import { onStage, type Stage } from './stage.ts'
import { measureWork, source, start } from './started.ts'
import type { Figure, Row, Section } from './table.ts'

type Measured = 'requests' | 'time' | 'cpu' | 'of work' | 'rss'
type Way = 'source' | 'one file'
/** `of work`: CPU against that of `measureWork`. */
interface Load {
  readonly files: number
  readonly changed: number
  readonly objects: number
  readonly from: Side
  /** The other side holds nothing yet. */
  readonly first?: true
  readonly argv: readonly string[]
  readonly ways: readonly Way[]
  /** Of the one file; what is run from the source may take `tsxBytes` more. */
  readonly limits: Readonly<Partial<Record<Measured, number>>>
  readonly targets?: Readonly<Partial<Record<Measured, number>>>
}

/** What tsx and the modules that it translates take more memory than the one file. */
const tsxBytes = 30_000_000

const inLarge = { 'requests': 30, 'of work': 7.4, 'rss': 370_000_000 }
/** Without a look into the files, whose cost is one for itself and does not grow with their number. */
const plan = (changed: number, limits: Load['limits'] = {}): Load => ({
  files: changed,
  changed,
  objects: 0,
  from: 'github',
  argv: ['--dry-run', '--no-inspect'],
  ways: ['source', 'one file'],
  limits,
  // 4 s of CPU.
  targets: { 'of work': 14.8 },
})

function chooseLoads(short: boolean): Load[] {
  const large = (from: Side, objects: number): Load => ({
    files: 100_000,
    changed: 10,
    objects,
    from,
    argv: [],
    ways: ['source'],
    limits: inLarge,
  })
  // An object makes the run prove that both sides hold the same in the end, where that is not too much to list.
  const both = [
    large('github', 0),
    large('github', 1),
    plan(100_000, { 'requests': 250, 'of work': 20, 'rss': 270_000_000 }),
  ]
  const first = (from: Side): Load => ({
    ...large(from, 0),
    changed: 0,
    first: true,
    limits: { requests: 400, rss: 400_000_000 },
  })
  return short
    ? both
    : [
        ...both,
        large('huggingface', 0),
        large('huggingface', 1),
        first('github'),
        first('huggingface'),
        plan(200),
        plan(2_000),
        plan(20_000),
      ]
}

async function measure(stage: Stage, workMs: number, argv: readonly string[]): Promise<Record<Measured, Figure>> {
  // The hubs have no certificates: those that this machine adds would be counted as the command's memory.
  const { time, cpu, rss } = await start(argv, { ...stage.ready.env, NODE_EXTRA_CA_CERTS: '' })
  const { asked } = await stage.takeCounts()
  return {
    'requests': { value: asked, unit: 'requests' },
    'time': { value: time, unit: 'ms' },
    'cpu': { value: cpu, unit: 'ms' },
    'of work': { value: cpu / workMs, unit: 'ratio' },
    'rss': { value: rss, unit: 'bytes' },
  }
}

/** `file`: the command as one file. */
export async function measureMany(short: boolean, file: string): Promise<{ section: Section; checked: Checked[] }> {
  const started = { 'source': source, 'one file': [file] }
  const rows: Row[] = []
  const checked: Checked[] = []
  for (const { files, changed, objects, from, first, argv, ways, limits, targets } of chooseLoads(short))
    await onStage(
      { from, files, changed, count: objects, byteLength: 100_000, ...(first && { act: 'first' }) },
      async (stage) => {
        const workMs = await measureWork()
        for (const way of ways) {
          const what = `${files.toLocaleString('en-GB')} files, ${first ? 'none there yet' : `${changed.toLocaleString('en-GB')} changed`}${objects > 0 ? ', an object' : ''}, ${services[from].name} -> ${services[otherSide[from]].name}, ${way}`
          const name = argv.length > 0 ? `plan alone: ${what}` : what
          const cells = await measure(stage, workMs, [...started[way], ...argv])
          rows.push({ name, cells })
          for (const [of, limit] of Object.entries(limits))
            checked.push({
              name: `${name}: ${of === 'of work' ? 'CPU against fixed work' : of}`,
              sense: 'most',
              limit: of === 'rss' && way === 'source' ? limit + tsxBytes : limit,
              ...(targets?.[of as Measured] !== undefined && { target: targets[of as Measured] }),
              figure: cells[of as Measured],
            })
        }
      },
    )
  const columns = ['requests', 'time', 'cpu', 'of work', 'rss']
  return { section: { title: 'many files (with loading the command)', columns, rows }, checked }
}
