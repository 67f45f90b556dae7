import { describe, expect, it } from 'vitest'
import { DeniedError, IntegrityError, MovedError, RefusedError, RemoteError } from '../../lib/model/errors.ts'
import { lfsObject, plainFile } from '../hubs/new-commits.ts'
import { link, newCommit, reader, startWorld, texts, type World } from './setup.ts'

const isCommit = ({ method, url }: Request) => method === 'POST' && url.includes('/commit/')
const head = ({ hub }: World, branch = 'main') => hub.head(branch)!
const message = ({ hub }: World, oid: string) => hub.git.readCommit(oid).message

async function publish({ remote }: World, commits: ReturnType<typeof newCommit>[], parent: string): Promise<string> {
  return (await remote.prepare(commits, parent)).publish()
}

describe('a commit', () => {
  it('sends nothing before it is published, then one request, and another that proves it', async () => {
    const world = startWorld()
    const parent = head(world)
    const prepared = await world.remote.prepare([newCommit(parent, { 'a.csv': '1\n', 'ünï #1?.txt': 'x' })], parent)
    expect(world.takeRequests()).toEqual([])
    expect(prepared.head).toBeNull()
    const oid = await prepared.publish()
    expect(world.takeRequests()).toEqual([
      'POST /api/datasets/acme/corpus/commit/main',
      `GET /api/datasets/acme/corpus/compare/${parent}..${oid}`,
    ])
    expect(oid).toBe(head(world))
    expect(texts(world.hub)).toEqual({ 'a.csv': '1\n', 'ünï #1?.txt': 'x' })
  })

  it('has title, body and trailer as paragraphs', async () => {
    const world = startWorld()
    const more = { title: 'Add rows', body: 'Because.\n\nCo-authored-by: Jo <jo@example.com>' }
    const oid = await publish(world, [newCommit(head(world), { x: '1\n' }, more)], head(world))
    expect(message(world, oid)).toMatch(
      new RegExp(
        `^Add rows\n\nBecause\\.\n\nCo-authored-by: Jo <jo@example\\.com>\nMirrored-From: ${link('a')}\nMirrored-Onto: ${world.hub.git.readCommit(oid).parents[0]} [0-9a-f]{16}$`,
      ),
    )
    const plain = await publish(world, [newCommit(oid, { x: '2\n' }, { mirrors: null })], oid)
    expect(message(world, plain)).toBe('Update data')
  })

  it('is not trusted where the Hub keeps a symlink in the place of a file that was sent', async () => {
    const world = startWorld()
    const parent = world.hub.commit('main', { files: { link: { mode: '120000', content: 'a' } }, message: 'Link' })
    await expect(publish(world, [newCommit(parent, { link: 'b\n' })], parent)).rejects.toThrow(/"link" has mode 120000/)
  })

  it('is not trusted where a file went that was not sent, whose name git quotes', async () => {
    const world = startWorld({ switches: { compareQuoting: 'git' } })
    const parent = world.hub.commit('main', { files: { 'quo"te.txt': 'a\n' }, message: 'Name' })
    world.hub.switches.stores = { how: 'others deleted' }
    await expect(publish(world, [newCommit(parent, { x: '1\n' })], parent)).rejects.toThrow(/was not to change/)
  })

  it('deletes, stores objects, and lets a file make way for a directory and back', async () => {
    const world = startWorld()
    const content = Buffer.alloc(3000, 1)
    const upload = { object: lfsObject(content), open: () => Promise.resolve(new Blob([content]).stream()) }
    await world.remote.uploadObjects([upload])
    const first = await publish(
      world,
      [newCommit(head(world), { 'a': '1\n', 'd/e/f': '2\n', 'gone': '3\n' })],
      head(world),
    )
    const commit = newCommit(first, { 'a/b': 'x\n', 'd/e': 'y\n', 'a': null, 'd/e/f': null, 'gone': null })
    const edits = [
      ...commit.edits,
      { path: 'big.parquet', file: { store: 'lfs' as const, mode: null, object: lfsObject(content) } },
    ]
    await publish(world, [{ ...commit, edits }], first)
    expect(texts(world.hub)).toEqual({ 'a/b': 'x\n', 'd/e': 'y\n', 'big.parquet': content.toString() })
    expect(world.hub.files('main').get('big.parquet')?.lfs).toEqual(lfsObject(content))
  })

  it('goes on a branch with a slash, one commit on the other', async () => {
    const world = startWorld({ branch: 'feature/x' })
    world.hub.gitPush('feature/x', head(world))
    const oid = await publish(world, [newCommit(head(world), { a: '1\n' }), newCommit(0, { b: '2\n' })], head(world))
    expect(oid).toBe(head(world, 'feature/x'))
    expect(texts(world.hub, 'feature/x')).toEqual({ a: '1\n', b: '2\n' })
  })

  it('that changes nothing leaves the head as it is', async () => {
    const world = startWorld()
    const prepared = await world.remote.prepare([newCommit(head(world), {})], head(world))
    expect(prepared.head).toBe(head(world))
    expect(await prepared.publish()).toBe(head(world))
    expect(world.takeRequests()).toEqual([])
  })

  it('names no bytes that are not what was planned', async () => {
    const world = startWorld()
    const file = { ...plainFile(Buffer.from('planned')), read: () => Promise.resolve(Buffer.from('swapped')) }
    await expect(
      publish(world, [newCommit(head(world), {}, { edits: [{ path: 'x', file }] })], head(world)),
    ).rejects.toThrow(IntegrityError)
    expect(world.takeRequests()).toEqual([])
  })
})

describe('a commit that is too large', () => {
  it('is split: attributes first, deletions last, and only the last part says what it mirrors', async () => {
    const world = startWorld()
    const start = world.hub.commit('main', { files: { gone: 'x\n' }, message: 'Before' })
    const remote = world.connect({ limits: { operations: 2, operationsSure: 2, plainByteLength: 100 } })
    const files = {
      'gone': null,
      'a': 'a'.repeat(60),
      'b': 'b'.repeat(60),
      'c': 'c',
      '.gitattributes': '*.bin filter=lfs\n',
    }
    const oid = await (await remote.prepare([newCommit(start, files, { title: 'Big' })], start)).publish()
    const log = world.hub.git.readLog(oid).slice(0, 3)
    expect(log.map((each) => message(world, each).replace(/\nMirrored-Onto: \S+ \S+$/, ''))).toEqual([
      `Big\n\nMirrored-From: ${link('a')}`,
      `Big (part 2 of 3)\n\nMirrored-Part: ${link('b')}`,
      `Big (part 1 of 3)\n\nMirrored-Part: ${link('b')}`,
    ])
    const parts = log.map((each) => Array.from(world.hub.repository.readFiles(each).keys()))
    expect(parts).toEqual([
      ['.gitattributes', 'a', 'b', 'c'],
      ['.gitattributes', 'a', 'b', 'c', 'gone'],
      ['.gitattributes', 'a', 'gone'],
    ])
    const attributes = log.map((each) => world.hub.repository.readFiles(each).get('.gitattributes')?.oid)
    expect(new Set(attributes).size).toBe(1)
  })

  const rows = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`${index}.csv`, `${index}\n`]))
  const parted = { operations: 5, operationsSure: 2, plainByteLength: 100 }

  it('goes on in smaller parts where the Hub gave no answer to a large one', async () => {
    const world = startWorld()
    const remote = world.connect({ limits: parted })
    world.hub.faults.push({ on: isCommit, when: 'before', act: { status: 504 } })
    const parent = head(world)
    const shown: string[] = []
    const prepared = await remote.prepare([newCommit(parent, rows, { title: 'Big' })], parent)
    await prepared.publish((oid) => shown.push(oid))
    expect(texts(world.hub)).toEqual(rows)
    expect(world.takeRequests().filter((request) => request.startsWith('POST'))).toHaveLength(5)
    const log = world.hub.git.readLog(head(world))
    expect(log.slice(0, 4).toReversed()).toEqual(shown)
    expect(log.slice(0, 4).map((oid) => message(world, oid).split('\n')[0])).toEqual([
      'Big',
      'Big (part 3 of 4)',
      'Big (part 2 of 4)',
      'Big (part 1 of 4)',
    ])
  })

  it('is not mixed up with a smaller part where it lands after all', async () => {
    const world = startWorld({
      switches: { lateCommits: [150_000], commitMsPerOperation: 20_000, locksWhileLate: false },
    })
    const remote = world.connect({ limits: parted })
    const parent = head(world)
    const prepared = await remote.prepare([newCommit(parent, rows, { title: 'Big' })], parent)
    await expect(prepared.publish()).rejects.toThrow(MovedError)
    expect(Object.keys(texts(world.hub))).toHaveLength(5)
  })

  it('stops between two parts when somebody else commits there', async () => {
    const world = startWorld()
    const remote = world.connect({ limits: { operations: 1, operationsSure: 1, plainByteLength: 100 } })
    world.hub.faults.push({
      on: isCommit,
      when: 'after',
      act: () => {
        world.hub.commit('main', { files: { theirs: 't\n' }, message: 'Theirs' })
      },
    })
    const parent = head(world)
    await expect((await remote.prepare([newCommit(parent, { a: '1\n', b: '2\n' })], parent)).publish()).rejects.toThrow(
      MovedError,
    )
    expect(texts(world.hub)).toEqual({ a: '1\n', theirs: 't\n' })
  })
})

describe('a commit that is refused', () => {
  it('because the head moved changes nothing and says both heads', async () => {
    const world = startWorld()
    const parent = head(world)
    const prepared = await world.remote.prepare([newCommit(parent, { a: '1\n' })], parent)
    const theirs = world.hub.commit('main', { files: { a: 'theirs\n' }, message: 'Theirs' })
    await expect(prepared.publish()).rejects.toThrow(
      new MovedError(
        `Cannot commit to Hugging Face "datasets/acme/corpus@main": head is ${theirs.slice(0, 7)}, the plan was made for ${parent.slice(0, 7)}`,
      ),
    )
    expect(head(world)).toBe(theirs)
  })

  it('as moved although nobody moved it is blamed on the token in the end', async () => {
    const world = startWorld()
    world.hub.faults.push({
      on: isCommit,
      when: 'before',
      act: { status: 412, body: '{"error":"The branch was updated"}' },
    })
    await expect(publish(world, [newCommit(head(world), { a: '1\n' })], head(world))).rejects.toThrow(
      /a token that may only open pull requests/,
    )
  })

  it('for a lock is tried again with the same parent', async () => {
    const world = startWorld({ switches: { lockedCommits: 3 } })
    const start = world.clock.now()
    const oid = await publish(world, [newCommit(head(world), { a: '1\n' })], head(world))
    expect(oid).toBe(head(world))
    expect(world.takeRequests().filter((line) => line.startsWith('POST'))).toHaveLength(4)
    expect(world.clock.now() - start).toBeGreaterThanOrEqual(6_000)
  })

  it('for a lock leaves room for a lost answer after it', async () => {
    const world = startWorld({ switches: { lockedCommits: 1 } })
    world.hub.faults.push({
      on: (request, number) => isCommit(request) && number > 1,
      when: 'before',
      act: { status: 500 },
    })
    expect(await publish(world, [newCommit(head(world), { a: '1\n' })], head(world))).toBe(head(world))
    expect(texts(world.hub)).toEqual({ a: '1\n' })
  })

  it('for a lock without end is given up', async () => {
    const world = startWorld({ switches: { lockedCommits: 1000 } })
    await expect(publish(world, [newCommit(head(world), { a: '1\n' })], head(world))).rejects.toThrow(RemoteError)
    expect(world.takeRequests()).toHaveLength(9)
  })

  it("for what it holds gives the server's words, quoted", async () => {
    const world = startWorld()
    const edits = [
      {
        path: 'x.png\u001b[31m',
        file: { store: 'lfs' as const, mode: null, object: lfsObject(Buffer.from('never sent')) },
      },
    ]
    const failure = await publish(world, [newCommit(head(world), {}, { edits })], head(world)).catch(
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(RefusedError)
    expect(String(failure)).toContain(
      'Your push was rejected because an LFS pointer pointed to a file that does not exist',
    )
    expect(String(failure)).toContain(
      'its storage says that it has this object, and does not: commit the file with other bytes',
    )
    expect(String(failure)).not.toContain('\u001b')
  })

  it('for the token says which token may not', async () => {
    const world = startWorld()
    const { remote } = { remote: world.connect({ token: reader }) }
    const failure = await publish({ ...world, remote }, [newCommit(head(world), { a: '1\n' })], head(world)).catch(
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(DeniedError)
    expect(String(failure)).toMatch(
      /answered 403 "you must use a write token.*role read\) may not do this, a token with write access to the repository is needed/,
    )
  })

  it('for the hourly quota says when to come back', async () => {
    const world = startWorld({ switches: { commitsPerHour: 0, commitRetryAfter: 3600 } })
    await expect(publish(world, [newCommit(head(world), { a: '1\n' })], head(world))).rejects.toThrow(
      /answered 429 "You have exceeded the rate limit for repository commits .*; nothing of it was done, run again after 2026-11-01 01:00 UTC$/,
    )
  })
})
