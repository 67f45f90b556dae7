/** Many files: a run in a large repository, and the CPU of a plan by how much it holds. */
import { services } from '../../lib/http/services.ts'
import { otherSide, type Side } from '../../lib/model/sides.ts'
import type { Checked } from './bounds.ts'
import { onStage, runCommand } from './stage.ts'
import type { Figure, Row, Section } from './table.ts'

type Measured = 'requests' | 'time' | 'cpu' | 'rss'
interface Load {
  readonly files: number
  readonly changed: number
  readonly objects: number
  readonly from: Side
  readonly argv: readonly string[]
  readonly limits: Readonly<Partial<Record<Measured, number>>>
}

const inLarge = { requests: 60, cpu: 2_000, rss: 400_000_000 }
/** Without a look into the files, whose cost is one for itself and does not grow with their number. */
const plan = (changed: number, limits: Load['limits'] = {}): Load => ({
  files: changed,
  changed,
  objects: 0,
  from: 'github',
  argv: ['--dry-run', '--no-inspect'],
  limits,
})

function chooseLoads(short: boolean): Load[] {
  const large = (from: Side, objects: number): Load => ({
    files: 100_000,
    changed: 10,
    objects,
    from,
    argv: [],
    limits: inLarge,
  })
  // An object makes the run prove that both sides hold the same in the end, where that is not too much to list.
  // Loaded through tsx, which takes 20 MB of it: as one file it is to be 300 MB.
  const both = [large('github', 0), large('github', 1), plan(100_000, { requests: 250, cpu: 4_000, rss: 330_000_000 })]
  return short
    ? both
    : [...both, large('huggingface', 0), large('huggingface', 1), plan(200), plan(2_000), plan(20_000)]
}

export async function measureMany(short: boolean): Promise<{ section: Section; checked: Checked[] }> {
  const rows: Row[] = []
  const checked: Checked[] = []
  for (const { files, changed, objects, from, argv, limits } of chooseLoads(short)) {
    const what = `${files.toLocaleString('en-GB')} files, ${changed.toLocaleString('en-GB')} changed${objects > 0 ? ', an object' : ''}, ${services[from].name} -> ${services[otherSide[from]].name}`
    const name = argv.length > 0 ? `plan alone: ${what}` : what
    const cells = await onStage(
      { from, files, changed, count: objects, byteLength: 100_000 },
      async (stage): Promise<Record<Measured, Figure>> => {
        const { elapsedMs, cpuMs, rssBytesMax } = await runCommand(stage, ...argv)
        const { asked } = await stage.takeCounts()
        return {
          requests: { value: asked, unit: 'requests' },
          time: { value: elapsedMs, unit: 'ms' },
          cpu: { value: cpuMs, unit: 'ms' },
          rss: { value: rssBytesMax, unit: 'bytes' },
        }
      },
    )
    rows.push({ name, cells })
    checked.push(
      ...Object.entries(limits).map(([of, limit]): Checked => ({
        name: `${name}: ${of}`,
        sense: 'most',
        limit,
        figure: cells[of as Measured],
      })),
    )
  }
  return {
    section: { title: 'many files (CPU with loading the command)', columns: ['requests', 'time', 'cpu', 'rss'], rows },
    checked,
  }
}
