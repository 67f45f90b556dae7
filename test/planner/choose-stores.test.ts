/** What of a verdict becomes an edit of a commit, and how it is stored. */
import { expect, test } from 'vitest'
import type { Outcome } from '../../lib/merge/outcome.ts'
import type { Entry } from '../../lib/model/entry.ts'
import type { Remote } from '../../lib/model/remote.ts'
import { planEdit } from '../../lib/plan/edits.ts'
import { chooseStores, planPlain } from '../../lib/planner/choose-stores.ts'
import type { Contents } from '../../lib/planner/contents.ts'
import { entryOf, lfs } from '../merge/worlds.ts'

const there: Record<string, Entry> = {
  '.gitattributes': entryOf('old\n'),
  'plain.txt': entryOf('same\n'),
  'object.bin': entryOf(lfs('same')),
  'link': { ...entryOf('same\n'), mode: '120000' },
}

const nothing = { expect: () => {} } as unknown as Contents
const find = (path: string) => there[path] ?? null

async function choose(
  path: string,
  content: Outcome['content'],
  store: 'plain' | 'lfs',
  more: Partial<Outcome> = {},
): Promise<number> {
  const capabilities = { modes: false }
  const remote = { capabilities, readStores: async () => new Map([[path, store]]) } as unknown as Remote
  const outcomes: Outcome[] = [{ path, to: 'huggingface', content, hunks: null, ...more }]
  const tree = { commit: 'head', rules: new Map<string, string>(), find }
  const stored = await chooseStores(remote, nothing, planPlain(remote, outcomes, tree))
  return stored.length
}
const file = (entry: Entry): Outcome['content'] => ({ side: 'github', commit: 'head', path: 'x', entry })

test('what stands there already, stored the same way, is no edit', async () => {
  expect([
    await choose('plain.txt', { text: 'same\n' }, 'plain'),
    await choose('plain.txt', file(entryOf('same\n')), 'plain'),
    await choose('object.bin', file(entryOf(lfs('same'))), 'lfs'),
  ]).toEqual([0, 0, 0])
})

test('anything else is one: other bytes, another way of storing, a deletion, a file in the place of a link, and where nobody knows what stands there', async () => {
  const edits = [
    choose('plain.txt', { text: 'other\n' }, 'plain'),
    choose('plain.txt', file(entryOf('same\n')), 'lfs'),
    choose('object.bin', file(entryOf(lfs('same'))), 'plain'),
    choose('plain.txt', null, 'plain'),
    choose('link', { text: 'same\n' }, 'plain'),
    choose('new.txt', { text: 'same\n' }, 'plain'),
  ]
  expect(await Promise.all(edits)).toEqual([1, 1, 1, 1, 1, 1])
})

test('bytes that are there already are stored anew only where this side has to store them otherwise now', async () => {
  const onlyStorage = { onlyStorage: true } as const
  const [plain, object] = [file(entryOf('same\n')), file(entryOf(lfs('same')))]
  const edits = [
    choose('plain.txt', object, 'lfs', onlyStorage),
    choose('object.bin', plain, 'plain', onlyStorage),
    choose('plain.txt', object, 'plain', onlyStorage),
    choose('object.bin', plain, 'lfs', onlyStorage),
  ]
  expect(await Promise.all(edits)).toEqual([1, 1, 0, 0])
})

test('a rule for an object is added to the rules that are written with it, not to those that stood there', async () => {
  const big = file(entryOf('big'))
  const rules = planEdit(
    { path: '.gitattributes', to: 'huggingface', content: { text: 'new' }, hunks: null },
    find,
    false,
  )
  const edits = [planEdit({ path: 'big.bin', to: 'huggingface', content: big, hunks: null }, find, false), rules]
  const remote = {
    side: 'huggingface',
    capabilities: { modes: false },
    readStores: async () => new Map([['big.bin', 'lfs without a rule']]),
  } as unknown as Remote
  const tree = { commit: 'head', rules: new Map<string, string>(), find }
  const stored = await chooseStores(remote, nothing, { tree, edits, onlyStorage: new Set() })
  const [, written] = stored
  expect(stored.map(({ path }) => path)).toEqual(['big.bin', '.gitattributes'])
  expect(written!.content).toEqual({ text: 'new\n/big.bin filter=lfs diff=lfs merge=lfs -text\n' })
})
