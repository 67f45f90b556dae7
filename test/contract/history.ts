/** The contract on commits and branches that are read. */
import { expect, it } from 'vitest'
import { mirrorIdentity } from '../../lib/model/mirror-identity.ts'
import type { Commit, History } from '../../lib/model/remote.ts'
import { parseCommitLink } from '../../lib/model/repository.ts'
import { parseTrailers } from '../../lib/model/trailers.ts'
import { links, type Scene } from './scene.ts'
import { commitsOf } from './writer.ts'

/** Every page. */
async function readAll(history: History): Promise<Commit[]> {
  const commits = [...commitsOf(history)]
  for (let page = history; page.state === 'branch' && page.readMore !== null;) {
    page = await page.readMore()
    commits.push(...commitsOf(page))
  }
  return commits
}

export function describeHistory(scene: () => Scene): void {
  it("lists a commit's history newest first, itself at index 0", async () => {
    const { connect, first, second, start } = scene()
    const history = await connect().readHistory(second)
    const [newest, older] = commitsOf(history)
    expect([newest?.oid, older?.oid]).toEqual([second, first])
    expect(newest?.parents).toEqual([first])
    if (start !== null) expect(older?.parents).toEqual([start])
    expect(older?.parents).toHaveLength(1)
  })

  it("begins the branch's history with its head", async () => {
    const { connect, head, eventually } = scene()
    const history = await eventually(
      () => connect().readHistory(),
      (found) => commitsOf(found)[0]?.oid === head(),
    )
    expect(commitsOf(history)[0]?.oid).toBe(head())
    expect(await connect().readHead()).toBe(head())
  })

  it('pins the pages of a history to its head, whatever is written meanwhile', async () => {
    const { connect, write, head } = scene()
    const before = head()!
    const history = await connect().readHistory(before)
    const written = await write({ 'meanwhile.txt': 'written between two pages\n' })
    const oids = (await readAll(history)).map(({ oid }) => oid)
    expect(oids[0]).toBe(before)
    expect(oids).not.toContain(written)
    expect(new Set(oids).size).toBe(oids.length)
  })

  it('lists every commit but the head as a parent of one before it, to the very first', async () => {
    const { connect, second } = scene()
    const commits = await readAll(await connect().readHistory(second))
    const expected = new Set([second])
    for (const { oid, parents } of commits) {
      expect(expected).toContain(oid)
      for (const parent of parents) expected.add(parent)
    }
    expect(expected.size).toBe(commits.length)
    expect(commits.at(-1)?.parents).toEqual([])
  })

  it('tells the whole message, title first, its trailers readable', async () => {
    const { connect, first, second } = scene()
    const [newest, older] = commitsOf(await connect().readHistory(second))
    expect(newest?.message).toMatch(/^Change files\n\nWhy it was done\.\n\n- in two\n- paragraphs\n\nMirrored-From: /)
    expect(older?.message).toMatch(/^Add files\n\nMirrored-From: /)
    expect(newest && parseTrailers(newest.message).mirroredFrom).toEqual(parseCommitLink(links.second))
    expect(older && parseTrailers(older.message)).toMatchObject({
      mirroredFrom: parseCommitLink(links.first),
      mirroredPart: null,
    })
    expect(commitsOf(await connect().readHistory(first))[0]?.message).toBe(older?.message)
  })

  it('tells the tree where the service tells it, as the trailer does', async () => {
    const {
      connect,
      second,
      connection: { traits },
    } = scene()
    const [{ tree, message }] = commitsOf(await connect().readHistory(second)) as [Commit]
    expect(tree !== null).toBe(traits.trees)
    expect(parseTrailers(message).mirroredTree).toBe(tree)
  })

  it('keeps author and dates where the service keeps them, and has some in any case', async () => {
    const {
      connect,
      second,
      dates,
      connection: { traits },
    } = scene()
    const [{ author, committerDate }] = commitsOf(await connect().readHistory(second)) as [Commit]
    for (const date of [author.date, committerDate])
      expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/)
    const told = {
      name: author.name,
      email: author.email,
      date: Date.parse(author.date),
      committerDate: Date.parse(committerDate),
    }
    const date = Date.parse(dates.second)
    expect(told).toEqual(
      traits.authors
        ? { name: 'Ada Lovelace', email: 'ada@example.org', date, committerDate: date }
        : {
            name: expect.stringMatching(/./),
            email: expect.stringMatching(/^\S+@\S+$/),
            date: told.committerDate,
            committerDate: expect.any(Number),
          },
    )
  })

  it('writes as the mirror itself where no author is given, and no trailer where nothing is mirrored', async () => {
    const {
      connect,
      write,
      connection: { traits },
    } = scene()
    const oid = await write({ 'mirror.txt': "nobody's\n" }, { title: "Nobody's" })
    const [{ author, message }] = commitsOf(await connect().readHistory(oid)) as [Commit]
    if (traits.authors) expect(author).toMatchObject(mirrorIdentity)
    expect(message.trim()).toBe("Nobody's")
  })

  it('knows a commit on the branch from an id that nobody made', async () => {
    const { connect, first, second } = scene()
    const remote = connect()
    expect(
      await Promise.all([first, second, 'deadbeef'.repeat(5)].map((oid) => remote.containsCommit(null, oid))),
    ).toEqual([true, true, false])
  })

  it('says of a branch that is not there that it is not', async () => {
    const {
      connect,
      connection: { scratch },
    } = scene()
    const remote = connect({ branch: `${scratch}-none` })
    expect(await remote.readHistory()).toMatchObject({ state: 'no branch' })
    expect(await remote.readHead()).toBeNull()
  })

  it('links to a commit as trailers are read, and to a file of it whatever its name is', () => {
    const {
      connect,
      second,
      connection: { tokens },
    } = scene()
    const remote = connect()
    expect(parseCommitLink(remote.commitUrl(second))).toEqual({ repository: remote.repository, oid: second })
    const path = 'a folder/ü #1?.txt'
    const url = new URL(remote.fileUrl(second, path))
    expect([url.search, url.hash]).toEqual(['', ''])
    // It may stand in a folder that the remote shows as the root.
    const [start, end] = [remote.commitUrl(second).replace('/commit/', '/blob/'), decodeURIComponent(url.href)]
    expect([end.startsWith(`${start}/`), end.endsWith(`/${path}`)]).toEqual([true, true])
    expect(url.href).not.toContain(tokens.good)
  })
}
