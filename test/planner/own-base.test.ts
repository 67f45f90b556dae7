/** What is told of paths that have a base of their own, on remotes that hold drawn commits. */
import { expect, test } from 'vitest'
import { noBase } from '../../lib/history/base.ts'
import type { Change } from '../../lib/model/entry.ts'
import type { Remote } from '../../lib/model/remote.ts'
import { mapSides, sides, type Sides } from '../../lib/model/sides.ts'
import { dropMismatched, readChanges, type Changes } from '../../lib/planner/changes.ts'
import type { Planning } from '../../lib/planner/planning.ts'
import { createView, noFilters } from '../../lib/view/view.ts'
import { entryOf, executable, plain, symlink, type World } from '../merge/worlds.ts'
import { remotesOf } from '../plan/drawing.ts'

type Worlds = Readonly<Record<string, World>>

/** What a remote lists between two commits: also what is no file, and modes. */
function listChanges(worlds: Worlds, from: string | null, to: string): Change[] {
  const entry = (commit: string | null, path: string) => {
    const node = commit === null ? undefined : worlds[commit]![path]
    return node === undefined ? null : entryOf(node)
  }
  return [...new Set([from, to].flatMap((commit) => Object.keys(commit === null ? {} : worlds[commit]!)))]
    .map((path) => ({ path, before: entry(from, path), after: entry(to, path) }))
    .filter(({ before, after }) => before?.oid !== after?.oid || before?.mode !== after?.mode)
}

/** Both sides with their commits by name; `asked` are the comparisons that were made. */
function drawPlanning(worlds: Sides<Worlds>) {
  const asked: string[] = []
  const remotes = mapSides((side) => {
    const compare: Remote['readChanges'] = async (from, to, includes) => {
      asked.push(`${side} ${from}..${to}`)
      return listChanges(worlds[side], from, to).filter(({ path }) => includes(path))
    }
    return { side, service: side, ...remotesOf('main')[side], readChanges: compare, readEntries: async () => new Map() }
  })
  return { asked, planning: { remotes, contents: {}, options: { filters: noFilters } } as unknown as Planning }
}

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
