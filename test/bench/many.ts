/** Many files: a run in a large repository, and the CPU of a plan by how much it holds. */
import { otherSide, sideName, type Side } from '../../lib/model/sides.ts'
import type { Checked } from './bounds.ts'
import { onStage, runCommand } from './stage.ts'
import type { Figure, Row, Section } from './table.ts'

type Measured = 'requests' | 'time' | 'cpu' | 'rss'
interface Load {
  readonly files: number
  readonly changed: number
  readonly from: Side
  readonly argv: readonly string[]
  readonly limits: Readonly<Partial<Record<Measured, number>>>
}

const inLarge = { requests: 60, cpu: 2_000, rss: 400_000_000 }
const plan = (changed: number): Load => ({ files: changed, changed, from: 'github', argv: ['--dry-run'], limits: {} })

function chooseLoads(short: boolean): Load[] {
  const large = (from: Side): Load => ({ files: 100_000, changed: 10, from, argv: [], limits: inLarge })
  return short ? [large('github')] : [large('github'), large('huggingface'), plan(200), plan(2_000), plan(20_000)]
}

export async function measureMany(short: boolean): Promise<{ section: Section; checked: Checked[] }> {
  const rows: Row[] = []
  const checked: Checked[] = []
  for (const { files, changed, from, argv, limits } of chooseLoads(short)) {
    const what = `${files.toLocaleString('en-GB')} files, ${changed.toLocaleString('en-GB')} changed, ${sideName[from]} -> ${sideName[otherSide[from]]}`
    const name = argv.length > 0 ? `plan alone: ${what}` : what
    const cells = await onStage(
      { from, files, changed, count: 0, byteLength: 0 },
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
