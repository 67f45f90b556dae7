/** When commits are not copied one by one, and which objects the copies need, on remotes that hold drawn commits. */
import { expect, test } from 'vitest'
import { noBase } from '../../lib/history/base.ts'
import { Facts } from '../../lib/merge/questions.ts'
import type { StoredFile } from '../../lib/model/content.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../../lib/model/sides.ts'
import { planEdit, type PlannedEdit } from '../../lib/plan/edits.ts'
import { checkEdits } from '../../lib/planner/check.ts'
import { planReplay, type Copies } from '../../lib/planner/plan-replay.ts'
import { replayCommits } from '../../lib/planner/replay.ts'
import type { Storage } from '../../lib/planner/storage.ts'
import { noFilters } from '../../lib/view/filters.ts'
import { createView } from '../../lib/view/view.ts'
import { history, idOf } from '../history/histories.ts'
import { entryOf, executable, lfs, plain, type Node } from '../merge/worlds.ts'
import { capabilities } from '../plan/drawing.ts'
import { drawPlanning, type Worlds } from './drawn-remotes.ts'

const view = createView(noFilters)

const named = (worlds: Worlds): Worlds =>
  Object.fromEntries(Object.entries(worlds).map(([name, world]) => [idOf(name), world]))

/** What `to` gets of a file that the other side's commit holds. */
function copied(to: Side, path: string, node: Node, was: Node | null): PlannedEdit {
  const content: StoredFile = { side: otherSide[to], commit: idOf('head'), path, entry: entryOf(node) }
  return planEdit({ path, to, content, hunks: null }, () => was && entryOf(was), capabilities[to].modes)
}

/** How many copies are made of two commits of `from` on one of the other side that holds what theirs began with. */
async function countCopies(from: Side, [base, one, two]: readonly Worlds[string][], net: readonly PlannedEdit[]) {
  const letter = from === 'github' ? 'G' : 'H'
  const [before, first, second] = [0, 1, 2].map((number) => `${letter}${number}`)
  const own = named({ [before!]: base!, [first!]: one!, [second!]: two! })
  const { planning } = drawPlanning(mapSides((side) => (side === from ? own : named({ start: base! }))))
  const originals = history(from, `${before} ${first} ${second}`).commits.slice(0, 2).toReversed()
  const range = {
    from,
    groups: originals.map((original) => [original]),
    base: idOf(before!),
    start: idOf('start'),
    net,
    view,
  }
  return (await replayCommits(range, planning))?.length ?? null
}

test('an executable that one commit deletes and a later one brings back keeps its bit, by one copy for both', async () => {
  const net = [copied('github', 'run', plain('two'), executable('one'))]
  const base = { run: executable('one') }
  expect(net[0]!.mode).toBe('100755')
  expect(await countCopies('huggingface', [base, { run: 'other' }, { run: 'two' }], net)).toBe(2)
  expect(await countCopies('huggingface', [base, {}, { run: 'two' }], net)).toBe(null)
})

test('a file that goes into LFS and out of it again would be a copy that changes nothing, where the other side stores it plain', async () => {
  const net = [copied('huggingface', 'text', plain('new'), plain('old'))]
  const base = { file: plain('same'), text: 'old' }
  expect(await countCopies('github', [base, { ...base, text: 'else' }, { ...base, text: 'new' }], net)).toBe(2)
  expect(await countCopies('github', [base, { ...base, file: lfs('same') }, { ...base, text: 'new' }], net)).toBe(null)
})

/** What stands before the copies are planned: GitHub made two commits since the base. */
function storageWith(bases: ReadonlyMap<string, Sides<string>>): Storage {
  const listings = { github: history('github', 'G0 G1 G2'), huggingface: history('huggingface', 'H0') }
  const base = { ...noBase, by: 'trailer', commits: { github: idOf('G0'), huggingface: idOf('H0') } } as const
  const heads = { github: idOf('G2'), huggingface: idOf('H0') }
  const edits = { github: [], huggingface: [copied('huggingface', 'f', plain('two'), plain('zero'))] }
  const idle = mapSides(() => new Set<string>())
  const start = { heads, base, listings, idle, undone: idle, changes: { bases, view }, isMismatched: false }
  const moved = { github: true, huggingface: false }
  return { start, edits, moved, notes: [], facts: new Facts() } as unknown as Storage
}

test('where some paths have a base of their own one copy stands for all: in between, those paths are further on', async () => {
  const github = named({ G0: { f: 'zero' }, G1: { f: 'one' }, G2: { f: 'two' } })
  const { planning } = drawPlanning({ github, huggingface: named({ H0: { f: 'zero' } }) })
  const replayed = async (bases: ReadonlyMap<string, Sides<string>>) =>
    (await planReplay(storageWith(bases), planning)).value!.replay?.commits.length
  expect(await replayed(new Map())).toBe(2)
  expect(await replayed(new Map([['other', mapSides(() => idOf('part'))]]))).toBeUndefined()
})

test('an object that only the side line or a copy in between names is brought with the others', async () => {
  const { planning } = drawPlanning(
    mapSides(() => ({})),
    {
      readMissing: async function (this: { side: Side }, objects) {
        return this.side === 'github' ? [...objects] : []
      },
    },
  )
  const added = (path: string) => [{ ...copied('github', path, lfs(path), null), store: 'lfs' as const }]
  const storage = storageWith(new Map())
  const copies = {
    ...storage,
    start: { ...storage.start, config: null },
    edits: mapSides(() => []),
    line: { start: null, edits: added('line.bin') },
    replay: { from: 'huggingface', commits: [{ edits: added('between.bin') }] },
  } as unknown as Copies
  const { value } = await checkEdits(copies, planning)
  const objects = mapSides((side) => value!.objects[side].map(({ path }) => path))
  expect(sides.map((side) => objects[side])).toEqual([['line.bin', 'between.bin'], []])
})
