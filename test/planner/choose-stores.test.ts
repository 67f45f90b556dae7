/** What of a verdict becomes an edit of a commit, and how it is stored. */
import { expect, test } from 'vitest'
import type { Outcome } from '../../lib/merge/outcome.ts'
import type { Entry } from '../../lib/model/entry.ts'
import type { Remote } from '../../lib/model/remote.ts'
import { chooseStores, planPlain } from '../../lib/planner/choose-stores.ts'
import type { Contents } from '../../lib/planner/contents.ts'
import { entryOf, lfs } from '../merge/worlds.ts'

const there: Record<string, Entry> = {
  'plain.txt': entryOf('same\n'),
  'object.bin': entryOf(lfs('same')),
  'link': { ...entryOf('same\n'), mode: '120000' },
}

async function choose(
  path: string,
  content: Outcome['content'],
  store: 'plain' | 'lfs',
  more: Partial<Outcome> = {},
): Promise<number> {
  const capabilities = { modes: false }
  const remote = { capabilities, readStores: async () => new Map([[path, store]]) } as unknown as Remote
  const outcomes: Outcome[] = [{ path, to: 'huggingface', content, hunks: null, ...more }]
  const tree = { commit: 'head', rules: new Map<string, string>(), find: (one: string) => there[one] ?? null }
  const stored = await chooseStores(remote, {} as Contents, planPlain(remote, outcomes, tree))
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
