/** Which commits a run makes that has no file to write. */
import { expect, test } from 'vitest'
import { noBase } from '../../lib/history/base.ts'
import { mapSides, type Sides } from '../../lib/model/sides.ts'
import { noChanges } from '../../lib/planner/changes.ts'
import type { Checked } from '../../lib/planner/check.ts'
import { writeDown } from '../../lib/planner/write-down.ts'
import { history, idOf } from '../history/histories.ts'
import { drawPlanning } from './drawn-remotes.ts'

/** The titles of the commits for a base before GitHub's last commit, which changed nothing that is mirrored. */
async function titles(mustRecord: boolean): Promise<Sides<string[]>> {
  const listings = { github: history('github', 'G0 G1'), huggingface: history('huggingface', 'H0') }
  const base = { ...noBase, by: 'trailer', commits: { github: idOf('G0'), huggingface: idOf('H0') } } as const
  const heads = { github: idOf('G1'), huggingface: idOf('H0') }
  const none = mapSides(() => [])
  const start = {
    heads,
    listings,
    base,
    originals: none,
    changes: noChanges,
    makeBranch: null,
    config: null,
    mustRecord,
  }
  const checked = { start, notes: [], objects: none, edits: none, whole: none, moved: mapSides(() => false) }
  const line = { start: idOf('G0'), edits: [] }
  const { planning } = drawPlanning(
    mapSides(() => ({})),
    {},
    { allowPublic: true },
  )
  const { value } = await writeDown({ ...checked, line, replay: null } as unknown as Checked, planning)
  return mapSides((side) => value![side].map(({ title }) => title))
}

test('a sync point is written for equal heads only where the run has to record it', async () => {
  const [recorded, usual] = [await titles(true), await titles(false)]
  expect(recorded).toEqual({ github: ['Join with datasets/acme/corpus'], huggingface: [] })
  expect(usual).toEqual({ github: [], huggingface: [] })
})
