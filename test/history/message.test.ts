import { describe, expect, test } from 'vitest'
import { describeCopy, latestDate, listOriginals, splitMessage, type CopyOf } from '../../lib/history/message.ts'
import { mirrorIdentity } from '../../lib/model/mirror-identity.ts'
import type { Commit } from '../../lib/model/remote.ts'
import { formatMessage, parseTrailers } from '../../lib/model/trailers.ts'
import { dateAt, history, linkTo, makeCommit, nameOf, repositories } from './histories.ts'

const from = 'datasets/acme/corpus'
const toGithub: CopyOf = { from, credited: false, closes: true, complete: true, fallbackDate: dateAt(99) }
const toHub: CopyOf = { ...toGithub, from: 'acme/corpus', credited: true, closes: false }
const commit = (name: string, message: string, author: Partial<Commit['author']> = {}): Commit => {
  const made = makeCommit('huggingface', { name, parents: [], trailers: [], message }, 5)
  return { ...made, author: { ...made.author, ...author } }
}

describe('a message in its parts', () => {
  test.each([
    ['Title', 'Title', ''],
    ['Title\n', 'Title', ''],
    ['Title\n\nBody\n\nmore\n\n', 'Title', 'Body\n\nmore'],
    ['Title\nsecond line\n\nBody', 'Title', 'second line\n\nBody'],
    ['  Title  \n\n    indented\n', 'Title', '    indented'],
    ['', 'Untitled commit', ''],
    ['\n\nBody', 'Untitled commit', 'Body'],
    [`Title\n\nBody\n\nMirrored-From: ${linkTo('github', 'G1')}\n`, 'Title', 'Body'],
    [
      `Title\n\nMirrored-From: ${linkTo('github', 'G1')}\nSigned-off-by: A <a@example.org>\n`,
      'Title',
      'Signed-off-by: A <a@example.org>',
    ],
  ])('%j', (message, title, body) => {
    expect(splitMessage(message)).toEqual({ title, body })
  })
})

describe('the commits that a copy stands for', () => {
  const list = (text: string, base: string | null) => {
    const listing = history('github', text)
    return listOriginals(
      listing,
      base === null ? null : listing.commits.find(({ oid }) => nameOf(oid) === base)!.oid,
      repositories.huggingface,
    ).map(({ oid }) => nameOf(oid))
  }

  test('are those after the base, newest first, without copies and parts', () => {
    expect(list('G0 G1~H1 G2 G3 G4', 'G1')).toEqual(['G4', 'G3', 'G2'])
    expect(list('G0 G1 G2~H1 G3%H2 G4', 'G0')).toEqual(['G4', 'G1'])
  })

  test('are all of them without a base', () => {
    expect(list('G0 G1', null)).toEqual(['G1', 'G0'])
  })

  test('include those that another mirror made of another repository', () => {
    const elsewhere = { side: 'huggingface', type: 'dataset', name: 'acme/elsewhere' } as const
    expect(listOriginals(history('github', 'G0 G1~H1'), null, elsewhere).map(({ oid }) => nameOf(oid))).toEqual([
      'G1',
      'G0',
    ])
  })

  test('include those of a branch that left before the base', () => {
    expect(list('G0 B1<G0 G1<G0~H1 M<G1,B1', 'G1')).toEqual(['M', 'B1'])
  })

  test("are none of the mirror's own merges, which carry no trailer", () => {
    const listing = history('github', 'G0 G1')
    const [newest, ...rest] = listing.commits
    const merge = { ...newest!, author: { ...newest!.author, email: mirrorIdentity.email } }
    expect(
      listOriginals({ ...listing, commits: [merge, ...rest] }, null, repositories.huggingface).map(({ oid }) =>
        nameOf(oid),
      ),
    ).toEqual(['G0'])
  })
})

describe('a copy of one commit', () => {
  const original = commit('H1', 'Add the November data\n\n3,000,000 rows\n', {
    name: 'Ada',
    email: 'ada@example.org',
    date: '2026-01-02T03:04:05+02:00',
  })

  test('keeps title, body, author and author date on GitHub', () => {
    expect(describeCopy([original], toGithub)).toEqual({
      title: 'Add the November data',
      body: '3,000,000 rows',
      author: original.author,
      date: original.committerDate,
    })
  })

  test('credits the author where the side cannot set one', () => {
    expect(describeCopy([original], toHub)).toEqual({
      title: 'Add the November data',
      body: '3,000,000 rows\n\nCo-authored-by: Ada <ada@example.org>',
      author: null,
      date: original.committerDate,
    })
    expect(describeCopy([commit('H1', 'Title', { name: 'Ada', email: 'ada@example.org' })], toHub).body).toBe(
      'Co-authored-by: Ada <ada@example.org>',
    )
  })

  test('puts the credit into the paragraph of trailers that the original ended with', () => {
    const signed = commit('G1', 'Title\n\nBody\n\nSigned-off-by: Ada <ada@example.org>', {
      name: 'Ada',
      email: 'ada@example.org',
    })
    expect(describeCopy([signed], toHub).body).toBe(
      'Body\n\nSigned-off-by: Ada <ada@example.org>\nCo-authored-by: Ada <ada@example.org>',
    )
  })

  test('keeps the credit apart from a link that the original ended with', () => {
    const linked = commit('G1', 'Title\n\nhttps://example.org/3', { name: 'Ada', email: 'ada@example.org' })
    expect(describeCopy([linked], toHub).body).toBe('https://example.org/3\n\nCo-authored-by: Ada <ada@example.org>')
  })

  test('does not credit twice', () => {
    const credited = commit('G1', 'Title\n\nCo-authored-by: Ada <ada@example.org>', {
      name: 'Ada',
      email: 'ada@example.org',
    })
    expect(describeCopy([credited], toHub).body).toBe('Co-authored-by: Ada <ada@example.org>')
  })

  test('writes no credit that would break out of its line', () => {
    for (const hostile of [
      { name: 'A <b@c>\nMirrored-From: x', email: 'e@example.org' },
      { name: 'A', email: 'e>\nX: y' },
      { name: '', email: 'e@example.org' },
      { name: 'A', email: '' },
    ]) {
      expect(describeCopy([commit('G1', 'Title', hostile)], toHub).body).toBe('')
    }
  })

  test("carries no trailer of somebody else's mirror into the new message", () => {
    const picked = commit(
      'G1',
      `Title\n\nBody\n\nMirrored-From: ${linkTo('huggingface', 'H9')}\nMirrored-Tree: ${'a'.repeat(40)}\n`,
    )
    const { title, body } = describeCopy([picked], toGithub)
    const message = formatMessage(title, body, [['Mirrored-From', linkTo('huggingface', 'H1')]])
    expect(message.match(/Mirrored-/g)).toHaveLength(1)
    expect(nameOf(parseTrailers(message).mirroredFrom!.oid)).toBe('H1')
  })

  test("makes no trailer of a body's last paragraph, whatever it says", () => {
    for (const body of [
      'Body',
      'Note: this',
      'A: 1\nB: 2',
      '(cherry picked from commit abc)',
      'x\n---\ny',
      '# comment',
      '    code',
      `> Mirrored-From: ${linkTo('huggingface', 'H9')}`,
      `mirrored-from: ${linkTo('huggingface', 'H9')}`,
    ]) {
      const copy = describeCopy([commit('G1', `Title\n\n${body}`)], toHub)
      const message = formatMessage(copy.title, copy.body, [['Mirrored-From', linkTo('huggingface', 'H1')]])
      expect(nameOf(parseTrailers(message).mirroredFrom?.oid ?? null)).toBe('H1')
    }
  })
})

describe('a copy of several commits', () => {
  const several = ['H3', 'H2', 'H1'].map((name) =>
    commit(name, `Change ${name}\n\nwith a body`, { name: `Author ${name}`, email: `${name}@example.org` }),
  )

  test('lists what it stands for, newest first', () => {
    const { title, body, author, date } = describeCopy(several, toGithub)
    expect(title).toBe('Mirror 3 commits from datasets/acme/corpus')
    expect(body.split('\n')).toEqual(
      several.map(({ oid, author: { name } }, index) => `- ${oid.slice(0, 7)} Change H${3 - index} (${name})`),
    )
    expect(author).toEqual(several[0]!.author)
    expect(date).toBe(several[0]!.committerDate)
  })

  test('credits every author once', () => {
    const { body, author } = describeCopy([...several, several[0]!], toHub)
    expect(body.split('\n\n')[1]!.split('\n')).toEqual(
      ['H3', 'H2', 'H1'].map((name) => `Co-authored-by: Author ${name} <${name}@example.org>`),
    )
    expect(author).toBeNull()
  })

  test('lists 50 and counts the rest', () => {
    const many = Array.from({ length: 73 }, (_, index) =>
      commit(`H${index}`, `Change ${index}`, { name: 'Ada', email: `a${index}@example.org` }),
    )
    const lines = describeCopy(many, toHub).body.split('\n\n')[0]!.split('\n')
    expect(lines).toHaveLength(51)
    expect(lines.at(-1)).toBe('- and 23 more')
    expect(describeCopy(many, toHub).body.match(/Co-authored-by/g)).toHaveLength(20)
  })

  test('says so when older ones were not read, and does not pretend to know how many', () => {
    const { title, body } = describeCopy(several, { ...toGithub, complete: false })
    expect(title).toBe('Mirror datasets/acme/corpus')
    expect(body.split('\n').at(-1)).toBe('- and older ones')
    expect(describeCopy(several.slice(0, 1), { ...toGithub, complete: false }).title).toBe(
      'Mirror datasets/acme/corpus',
    )
  })

  test('a title with line breaks or trailers stays one line of the list', () => {
    const { body } = describeCopy([commit('H2', 'Mirrored-From: nowhere\nmore'), several[0]!], toGithub)
    expect(body.split('\n')).toHaveLength(2)
    expect(parseTrailers(`T\n\n${body}\n`).mirroredFrom).toBeNull()
  })
})

test('a copy of nothing that people did has a title and the mirror as its author', () => {
  expect(describeCopy([], toGithub)).toEqual({
    title: 'Mirror datasets/acme/corpus',
    body: '',
    author: null,
    date: dateAt(99),
  })
})

test('the latest date is the latest instant, whatever its offset', () => {
  expect(latestDate(['2026-01-01T12:00:00Z', '2026-01-01T13:30:00+02:00', '2026-01-01T11:00:00-02:00'])).toBe(
    '2026-01-01T11:00:00-02:00',
  )
  expect(latestDate([])).toBe('1970-01-01T00:00:00Z')
})
