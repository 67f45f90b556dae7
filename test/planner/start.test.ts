/** Where a run starts from, on remotes that answer as little as it asks. */
import { expect, test } from 'vitest'
import { noBase, type Base } from '../../lib/history/base.ts'
import type { Change, Entry } from '../../lib/model/entry.ts'
import type { Remote } from '../../lib/model/remote.ts'
import { mapSides, type Sides } from '../../lib/model/sides.ts'
import { readChanges } from '../../lib/planner/changes.ts'
import { chooseBase } from '../../lib/planner/choose-base.ts'
import type { Histories } from '../../lib/planner/histories.ts'
import type { Planning } from '../../lib/planner/planning.ts'
import { findStart } from '../../lib/planner/start.ts'
import { noFilters } from '../../lib/view/filters.ts'
import { history, idOf } from '../history/histories.ts'
import { entryOf, lfs, plain } from '../merge/worlds.ts'
import { remotesOf } from '../plan/drawing.ts'

function planning(answers: Sides<Partial<Remote>>): Planning {
  const remotes = mapSides((side) => ({ side, service: side, ...remotesOf('main')[side], ...answers[side] }) as Remote)
  const options = { filters: noFilters, init: null, historyMax: 10 }
  return { remotes, options } as unknown as Planning
}

/** The Hub's latest commit copies one that is gone from GitHub. */
async function start(makeBranch: Histories['makeBranch']) {
  const listings = { github: history('github', 'G0 G1~H0'), huggingface: history('huggingface', 'H0 H1~G9^') }
  const heads = mapSides((side) => listings[side].commits[0]!)
  const histories: Histories = { listings, heads, makeBranch, more: { github: null, huggingface: null } }
  const state = { histories, heads: mapSides((side) => heads[side].oid), isInSync: false, config: null }
  const answers = mapSides(() => ({ readHead: async () => null, containsCommit: async () => false }))
  return findStart(state, null, planning(answers))
}

test('a history that looks rewritten is only believed where its branch is still at the head that was listed', async () => {
  await expect(start(null)).rejects.toThrow('github shows an older history than its head')
})

test('a branch that is still to be made has no head that could be fresher than what was listed', async () => {
  const { part, value } = await start({ side: 'huggingface', at: idOf('H1') })
  expect([value, part.refusals?.map(({ kind }) => kind)]).toEqual([null, ['rewritten']])
})

/** Of a part that wrote these files, those that are not what the original has. */
async function unequal(part: Readonly<Record<string, Entry>>, original: Readonly<Record<string, Entry>>) {
  const changes = Object.entries(part).map(([path, after]): Change => ({ path, before: null, after }))
  const base: Base = { ...noBase, parts: [{ side: 'huggingface', part: 'part', parent: null, original: 'original' }] }
  const answers = {
    github: { readEntries: async () => new Map(Object.entries(original)), readChanges: async () => [] },
    huggingface: { readChanges: async () => changes },
  }
  return (await readChanges(base, { github: 'head', huggingface: 'part' }, planning(answers), null)).unequal
}

test('what a part holds as an object is its original, stored plain, where both are as long', async () => {
  const [object, file] = [entryOf(lfs('same')), entryOf(plain('same'))]
  expect(await unequal({ 'a.bin': object }, { 'a.bin': file })).toEqual([])
  expect(await unequal({ 'a.bin': object }, { 'a.bin': entryOf(plain('longer')) })).toEqual(['a.bin'])
  expect(await unequal({ 'a.bin': file }, { 'a.bin': entryOf(plain('else')) })).toEqual(['a.bin'])
  expect(await unequal({ 'a.bin': object }, { 'a.bin': entryOf(lfs('else')) })).toEqual(['a.bin'])
})

test('a part of a copy is gone on with where a sync point is before it, whatever it was written on', async () => {
  const listings = { github: history('github', 'G0 G1'), huggingface: history('huggingface', 'H0 H1~G0^ H2%G1') }
  const heads = mapSides((side) => listings[side].commits[0]!)
  const histories: Histories = { listings, heads, makeBranch: null, more: { github: null, huggingface: null } }
  const answers = mapSides(() => ({ countFiles: async () => 1, readIds: async () => null }))
  const { base, refusals } = await chooseBase(histories, planning(answers))
  expect([base.by, base.parts, refusals]).toEqual([
    'trailer',
    [{ side: 'huggingface', part: idOf('H2'), parent: idOf('H1'), original: idOf('G1') }],
    [],
  ])
})
