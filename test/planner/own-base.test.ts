/** What is told of paths that have a base of their own, on remotes that hold drawn commits. */
import { expect, test } from 'vitest'
import { noBase } from '../../lib/history/base.ts'
import { mapSides, sides } from '../../lib/model/sides.ts'
import { dropMismatched, readChanges, type Changes } from '../../lib/planner/changes.ts'
import { noFilters } from '../../lib/view/filters.ts'
import { createView } from '../../lib/view/view.ts'
import { executable, plain, symlink } from '../merge/worlds.ts'
import { drawPlanning, type Worlds } from './drawn-remotes.ts'

const view = createView(noFilters)
const heads = mapSides(() => 'head')
const commits = mapSides(() => 'base')
const bit = 'the executable bit stays on'
const told = ({ skipped }: Changes) => skipped.map(({ path, why }) => `${path}: ${why}`)
const changed = ({ mirrored }: Changes) => mapSides((side) => [...mirrored[side].keys()].toSorted())

test('--init union tells each file that keeps its mode or stays on its side once, GitHub before Hugging Face', async () => {
  const { planning } = drawPlanning({
    github: {
      base: { run: plain('one'), now: symlink('a'), link: plain('a') },
      head: { run: executable('one'), now: symlink('b'), link: symlink('a') },
    },
    huggingface: { base: { run: plain('other') }, head: { run: executable('other') } },
  })
  const base = { ...noBase, by: 'trailer', commits } as const
  const before = await readChanges(base, heads, planning, view)
  const after = await dropMismatched(before, base, heads, planning)
  const links = ['now: a symlink stays on github', 'link: a symlink stays on github']
  expect(told(before)).toEqual([`run: ${bit} github`, ...links, `run: ${bit} huggingface`])
  expect(told(after!).toSorted()).toEqual([...told(before)].toSorted())
  expect(told(after!).findIndex((line) => line.endsWith('huggingface'))).toBe(links.length + 1)
  expect(changed(after!)).toEqual({ github: ['run'], huggingface: ['run'] })
  expect(after!.chmods).toEqual(mapSides(() => new Set()))
})

test('what had changed already at the second sync point is not told again, nor taken for a change of a mode', async () => {
  const both: Worlds = {
    fork: { run: plain('one'), text: 'one' },
    base: { run: plain('one'), text: 'two' },
    beside: { run: executable('two'), text: 'one', link: symlink('a') },
    head: { run: executable('two'), text: 'two', link: symlink('a') },
  }
  const { planning } = drawPlanning(mapSides(() => both))
  const beside = { commits: mapSides(() => 'beside'), fork: 'fork', set: null }
  const found = await readChanges({ ...noBase, by: 'trailer', commits, beside }, heads, planning, view)
  expect([told(found), changed(found)]).toEqual([[], mapSides(() => [])])
  expect(new Set(found.bases.keys())).toEqual(new Set(['run', 'link']))
})

test('a mode that changed since is a change of a mode, whatever base its path has', async () => {
  const both: Worlds = {
    fork: { run: plain('one'), old: plain('old') },
    base: { run: plain('one'), old: plain('old') },
    beside: { run: plain('two'), old: plain('new') },
    head: { run: executable('two'), old: plain('new') },
  }
  const { planning } = drawPlanning(mapSides(() => both))
  const beside = { commits: mapSides(() => 'beside'), fork: 'fork', set: null }
  const found = await readChanges({ ...noBase, by: 'trailer', commits, beside }, heads, planning, view)
  expect(told(found)).toEqual(sides.map((side) => `run: ${bit} ${side}`))
  expect(found.chmods).toEqual(mapSides(() => new Set(['run'])))
})

test('a part that brought nothing costs no comparison of the heads', async () => {
  const worlds: Worlds = { base: { f: 'f' }, part: { f: 'f' }, head: { f: 'g' } }
  const { planning, asked } = drawPlanning(mapSides(() => worlds))
  const parts = [{ side: 'huggingface', part: 'part', parent: 'base', original: 'head' }] as const
  await readChanges({ ...noBase, by: 'trailer', commits, parts }, heads, planning, view)
  expect(asked.toSorted()).toEqual(['github base..head', 'huggingface base..head', 'huggingface base..part'])
})
