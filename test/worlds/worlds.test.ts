/** A fixed sample of the worlds in memory that `npm run test:worlds` plays, and mistakes that they find. */
import { expect, test } from 'vitest'
import type { Side } from '../../lib/model/sides.ts'
import { merge, type Case } from '../merge/worlds.ts'
import { createRandom } from '../random.ts'
import { drawChanges } from './changes.ts'
import { playDecision } from './decisions.ts'
import { decisionWorlds, memoryWorlds } from './memory-worlds.ts'

async function play({ play: playWorld }: typeof memoryWorlds, worlds: number) {
  const failures: string[] = []
  const ends = new Set<string>()
  for (let world = 1; world <= worlds; world++) {
    const played = await playWorld(world, false)
    if (played.failure !== null) failures.push(`${world}: ${played.failure}`)
    for (const end of Object.keys(played.ends)) ends.add(end)
  }
  return { failures, ends: [...ends].toSorted() }
}

test('runs between two repositories in memory do what people meant, or stop where people meant different things', async () => {
  const { failures, ends } = await play(memoryWorlds, 150)
  expect([failures, ends]).toEqual([[], ['conflict', 'in-sync', 'killed', 'mirrored', 'refused']])
})

test('the merge does what people meant, or stops where people meant different things', async () => {
  expect(await play(decisionWorlds, 800)).toEqual({ failures: [], ends: ['conflict', 'merged'] })
})

/** The merge with a mistake: conflicts of this kind end without a word, by the version of the side that is chosen. */
function plant(kind: string, choose: (path: string, world: Case) => Side): typeof merge {
  return (world) => {
    const take = merge(world).conflicts.flatMap((one) =>
      one.kind === kind ? [[one.path, choose(one.path, world)] as const] : [],
    )
    return merge({ ...world, take: Object.fromEntries(take) })
  }
}

test.each([
  {
    name: 'a deletion wins over an edit',
    mistake: plant('modify/delete', (path, { github }) => (path in github ? 'huggingface' : 'github')),
  },
  {
    name: 'an edit wins over a deletion',
    mistake: plant('modify/delete', (path, { github }) => (path in github ? 'github' : 'huggingface')),
  },
  { name: 'of two edits one goes', mistake: plant('content', () => 'github') },
  { name: 'of two new files one goes', mistake: plant('add/add', () => 'huggingface') },
  { name: 'nothing was there before', mistake: (world: Case) => merge({ ...world, base: null }) },
])('a planted mistake is found: $name', ({ mistake }) => {
  const found = Array.from(
    { length: 300 },
    (_, world) => playDecision(drawChanges(createRandom(world)), mistake).failure,
  )
  expect(found.filter((failure) => failure !== null).length).toBeGreaterThan(0)
})
