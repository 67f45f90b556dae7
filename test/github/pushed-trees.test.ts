/** However commits' trees get to GitHub, by a push or in requests of any size, they are the same. */
import { expect, it } from 'vitest'
import type { NewCommit } from '../../lib/model/remote.ts'
import type { Switches } from '../hubs/github-switches.ts'
import fc, { runs } from '../random.ts'
import { at, bin, newCommit, startWorld, texts, type World } from './setup.ts'

type Held = Readonly<Record<string, string>>

const ways: Partial<Switches>[] = [
  {},
  { pushes: 'no branch' },
  { pushes: 403 },
  { pushes: 403, treeEntriesMax: 7, treeOverload: 502 },
]
const below = (path: string, folder: string) => path.startsWith(`${folder}/`)

/** What is held after the edits: a file makes way for a folder of its name, and the other way round. */
function edit(held: Held, edits: readonly (readonly [path: string, text: string | null])[]): Held {
  let now = held
  for (const [path, text] of edits) {
    now = Object.fromEntries(
      Object.entries(now).filter(([one]) => one !== path && !below(one, path) && !below(path, one)),
    )
    if (text !== null) now = { ...now, [path]: text }
  }
  return now
}

const differ = (was: Held, is: Held) =>
  Object.fromEntries(
    [...new Set([...Object.keys(was), ...Object.keys(is)])]
      .filter((path) => was[path] !== is[path])
      .map((path) => [path, is[path] ?? null]),
  )

/** As LFS objects are that become plain files: only reading them tells their git ids. */
const nameless = ({ edits, ...commit }: NewCommit): NewCommit => ({
  ...commit,
  edits: edits.map(({ path, file }) => ({ path, file: file?.store === 'plain' ? { ...file, oid: null } : file })),
})

const write = async (world: World, commits: readonly NewCommit[], head: string) =>
  (await world.remote.prepare(commits.map(nameless), head)).publish()

/** As many as are pushed together. */
const many: Held = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`bin/${index}`, `${bin(`${index}`)}`]))

const somePath = fc
  .array(fc.constantFrom('a', 'b', 'a.', 'é'), { minLength: 1, maxLength: 3 })
  .map((names) => names.join('/'))
const someEdits = fc.array(fc.tuple(somePath, fc.constantFrom('x', 'y', '', null)), { maxLength: 6 })

it('a series of commits has the same id in every way, and holds what it should', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(someEdits, { minLength: 2, maxLength: 4 }), async (steps) => {
      const start = { 'keep.txt': 'k', ...edit({}, steps[0]!) }
      let held: Held = start
      const series = [Object.entries(many), ...steps.slice(1)].map((edits) => {
        const before = held
        held = edit(held, edits)
        return differ(before, held)
      })
      const heads = new Set<string>()
      for (const switches of ways) {
        const world = startWorld({ switches })
        const base = world.commit(start)
        heads.add(
          await write(
            world,
            series.map((files, index) => newCommit(index === 0 ? [base] : [index - 1], files)),
            base,
          ),
        )
        expect(texts(world.hub)).toEqual(held)
      }
      expect(heads.size).toBe(1)
    }),
    { numRuns: runs(6) },
  )
})

const writes = (world: World) =>
  world
    .takeRequests()
    .flatMap((line) => /^POST .*?(git-receive-pack|git\/\w+)$|^(DELETE)/.exec(line)?.slice(1).join('') ?? [])

it('a tree that was pushed and is not there for every server yet is waited for', async () => {
  const world = startWorld({ switches: { pushes: 'no branch' } })
  const base = world.commit({ 'a.txt': 'a\n' })
  world.hub.faults.push(
    at('POST', 'git/commits', { when: 'before', act: { status: 422, body: '{"message":"Tree SHA does not exist"}' } }),
  )
  await write(world, [newCommit([base], many)], base)
  expect(writes(world)).toEqual(['git-receive-pack', 'git-receive-pack', 'git/commits', 'git/commits', 'DELETE'])
})

it('where trees that were pushed are not found, GitHub makes them itself', async () => {
  const world = startWorld({ switches: { pushes: 'no branch' } })
  const base = world.commit({ 'a.txt': 'a\n' })
  world.hub.faults.push({
    ...at('POST', 'git/commits', {
      when: 'before',
      act: { status: 422, body: '{"message":"Tree SHA does not exist"}' },
    }),
    times: 3,
  })
  await write(world, [newCommit([base], many)], base)
  expect(writes(world)).toEqual([
    'git-receive-pack',
    'git-receive-pack',
    'git/commits',
    'git/commits',
    'git/commits',
    'git/trees',
    'git/commits',
    'DELETE',
  ])
  expect(texts(world.hub)).toMatchObject(many)
})

it('where a name that is no UTF-8 keeps a tree from being computed, files are pushed and GitHub makes the tree', async () => {
  const world = startWorld()
  const { store } = world.hub
  const begun = store.readCommit(world.commit({ 'a.txt': 'a\n' }))
  const odd = Buffer.concat([Buffer.from('100644 \xfc\0', 'latin1'), Buffer.from(store.writeBlob('b\n'), 'hex')])
  const base = store.writeCommit({ ...begun, tree: store.write('tree', odd) })
  world.hub.forcePush('main', base)
  await write(world, [newCommit([base], many)], base)
  expect(writes(world)).toEqual(['git-receive-pack', 'git/trees', 'git/commits', 'DELETE'])
  expect(texts(world.hub)).toMatchObject(many)
})

it('texts of which few fill a request are pushed, too', async () => {
  const world = startWorld()
  const base = world.commit({ 'a.txt': 'a\n' })
  const long = Object.fromEntries(
    Array.from({ length: 160 }, (_, index) => [`${index}.csv`, `${index}\n`.padEnd(99_000, 'a,b\n')]),
  )
  await (await world.remote.prepare([newCommit([base], long)], base)).publish()
  expect(writes(world)).toEqual(['git-receive-pack'])
})

it('where another push may not be waited for the run ends: to write one by one would take longer', async () => {
  const world = startWorld()
  const base = world.commit({ 'a.txt': 'a\n' })
  const push = world.http.fetch('github', { repeat: false })
  for (let count = 0; count < 6; count += 1)
    await push('https://github.com/acme/corpus.git/git-receive-pack', { method: 'POST' })
  world.http.waited.totalMs = Infinity
  world.takeRequests()
  await expect(write(world, [newCommit([base], many)], base)).rejects.toThrow('GitHub takes 6 pushes a minute')
  expect(writes(world)).toEqual([])
})
