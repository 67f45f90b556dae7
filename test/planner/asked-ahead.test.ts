/** When a run asks whether it may write before it writes. */
import { expect, test } from 'vitest'
import type { Remote } from '../../lib/model/remote.ts'
import { mapSides, type Side, type Sides } from '../../lib/model/sides.ts'
import type { PlannedCommit } from '../../lib/plan/plan.ts'
import { foresee } from '../../lib/planner/foresight.ts'
import type { Planning } from '../../lib/planner/planning.ts'
import { assemble, toGithub, toHub } from '../plan/drawing.ts'

async function asked(commits: Sides<readonly PlannedCommit[]>): Promise<Side[]> {
  const sides: Side[] = []
  const remotes = mapSides(
    (side) =>
      ({ checkWrite: async () => void sides.push(side), readPresent: async () => new Set() }) as unknown as Remote,
  )
  const contents = { settle: async () => {} }
  const planning = { remotes, contents, options: { dryRun: false, countRequests: () => 0 } } as unknown as Planning
  await foresee({ commits, makeBranch: null, objects: mapSides(() => []) }, planning)
  return sides
}

const histories = { github: 'G0 G1', huggingface: 'H0 H1', base: ['G0', 'H0'] } as const

test('a run that writes texts on both sides asks both, lest it writes one and finds out on the other', async () => {
  const edits = { github: toGithub, huggingface: toHub }
  const both = assemble({ ...histories, moved: ['github', 'huggingface'], edits, lineEdits: toGithub })
  expect(await asked(both)).toEqual(['github', 'huggingface'])
})

test('a run that writes texts on one side alone finds out when it writes', async () => {
  const hub = assemble({ ...histories, moved: ['github'], edits: { huggingface: toHub } })
  expect([hub.github.length, await asked(hub)]).toEqual([0, []])
})
