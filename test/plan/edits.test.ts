/** Which modes the files of an edit get, on a side that keeps modes. */
import { expect, test } from 'vitest'
import { planEdit } from '../../lib/plan/edits.ts'
import { entryOf, executable, plain, symlink, type Node } from '../merge/worlds.ts'

interface Drawn {
  readonly text: string | null
  readonly was?: Node
  readonly renamedFrom?: string
}

function modes(drawn: Readonly<Record<string, Drawn>>): Record<string, string | null> {
  const find = (path: string) => (drawn[path]?.was ? entryOf(drawn[path].was) : null)
  return Object.fromEntries(
    Object.entries(drawn).map(([path, { text, renamedFrom = null }]) => {
      const content = text === null ? null : { text }
      const { mode } = planEdit({ path, to: 'github', content, hunks: null, renamedFrom }, find, true)
      return [path, mode]
    }),
  )
}

test('a new file is a plain one, and an existing one keeps its mode', () => {
  expect(
    modes({
      new: { text: 'n' },
      x: { text: 'x', was: executable('old') },
      p: { text: 'p', was: plain('old') },
      gone: { text: null, was: executable('old') },
    }),
  ).toEqual({ new: '100644', x: '100755', p: '100644', gone: null })
})

test('a file that replaces a symlink is a plain one', () => {
  expect(modes({ s: { text: 'file', was: symlink('elsewhere') } })).toEqual({ s: '100644' })
})

test('a file that the other side renamed takes its executable bit along, unless another one stands there already', () => {
  const gone = { text: null, was: executable('run\n') }
  expect(modes({ a: gone, b: { text: 'run\n', renamedFrom: 'a' } })).toEqual({ a: null, b: '100755' })
  expect(modes({ a: gone, b: { text: 'run\n', was: plain('b'), renamedFrom: 'a' } })).toEqual({ a: null, b: '100644' })
})

test('a renamed file takes its executable bit along also where its old path stays as it is', () => {
  const find = (path: string) => (path === 'a' ? entryOf(executable('run\n')) : null)
  const edit = planEdit({ path: 'b', to: 'github', content: { text: 'r' }, hunks: null, renamedFrom: 'a' }, find, true)
  expect(edit.mode).toBe('100755')
})
