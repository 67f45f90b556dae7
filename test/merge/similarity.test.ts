import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { countPieces, scoreMax, scoreSimilarity } from '../../lib/merge/similarity.ts'
import { hasGit } from '../git-judge.ts'
import { ObjectStore } from '../hubs/git.ts'
import fc, { runs } from '../random.ts'

const score = (from: string | Uint8Array, to: string | Uint8Array) =>
  scoreSimilarity(countPieces(Buffer.from(from)), countPieces(Buffer.from(to)))

/** Similarity in percent, rounded down, as `git diff-tree` prints it; 0 where it is less than half. */
function judge(pairs: readonly (readonly [Buffer, Buffer])[]): number[] {
  const store = new ObjectStore()
  const person = { name: 'Judge', email: 'judge@example.org', seconds: 1_700_000_000, offset: '+0000' }
  const tree = (name: string, content: Buffer) =>
    store.writeFiles(new Map([[name, { mode: '100644', oid: store.writeBlob(content) }]]))
  const trees = pairs.map(([from, to]) => [tree('from', from), tree('to', to)] as const)
  const refs = new Map(
    [...new Set(trees.flat())].map((oid): [string, string] => [
      `refs/heads/tree-${oid}`,
      store.writeCommit({ tree: oid, parents: [], author: person, committer: person, message: 'Tree\n' }),
    ]),
  )
  const folder = mkdtempSync(join(tmpdir(), 'similarity-'))
  try {
    store.writeBareRepository(folder, refs)
    const input = trees.map(([from, to]) => `${from} ${to}\n`).join('')
    const { stdout, status, stderr } = spawnSync('git', ['diff-tree', '--stdin', '-r', '-M50%', '--raw'], {
      cwd: folder,
      input,
      encoding: 'latin1',
      maxBuffer: 2 ** 28,
      env: { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
    })
    if (status !== 0) throw new Error(stderr)
    // Each pair is a line that names the trees, and what changed between them.
    return stdout
      .split(/^[0-9a-f]{40} [0-9a-f]{40}\n/m)
      .slice(1)
      .map((rows) => Number(/ R(\d+)\t/.exec(rows)?.[1] ?? 0))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Short lines that collide in git's hash of them are among them, long ones, both ends of line, and bytes. */
const line = fc.oneof(
  fc.tuple(fc.constantFrom('a', 'd/a', 'f/a', 'text'), fc.nat(9)).map(([name, at]) => `${name} line ${at}\n`),
  fc.string({ maxLength: 12 }).map((text) => `${text}\n`),
  fc
    .tuple(fc.constantFrom('x', 'yz'), fc.integer({ min: 30, max: 90 }))
    .map(([text, count]) => `${text.repeat(count)}\n`),
  fc.constantFrom('\r\n', 'one\r\n', '\r', '\n', 'ä\n', '\0\n', '}\n'),
)
/** It ends with a newline: git before 2.44 does not count a last line without one. */
const content = fc.array(line, { minLength: 1, maxLength: 14 }).map((lines) => lines.join(''))
const pair = fc
  .oneof(
    fc.tuple(content, content),
    // Cut in one place and gone on with something else, so that it is near the half.
    fc
      .tuple(content, content, fc.nat(100))
      .map(
        ([from, other, cut]) =>
          [
            from,
            from.slice(0, Math.ceil((from.length * cut) / 100)) +
              other.slice(0, Math.floor((from.length * (100 - cut)) / 100)),
          ] as const,
      ),
  )
  .map(([from, to]) => [Buffer.from(from), Buffer.from(to.endsWith('\n') ? to : `${to}\n`)] as const)

describe('the similarity of two files', () => {
  test('is all of it for equal ones and none for those that share no line', () => {
    expect([score('a\nb\n', 'a\nb\n'), score('a\nb\n', 'c\nd\n')]).toEqual([scoreMax, 0])
  })

  test('is the part of the longer one that is in the shorter one, in any order', () => {
    expect(score('one\ntwo\nsix\n', 'two\none\nten\n')).toBe((scoreMax * 2) / 3)
    expect(score('one\ntwo\n', 'one\ntwo\nsix\nten\n')).toBe(scoreMax / 2)
  })

  test('is none where one is more than twice as long as the other, or empty', () => {
    expect([score('one\n', 'one\ntwo\nx\n'), score('', ''), score('', 'one\n'), score('one\n', '')]).toEqual([
      0, 0, 0, 0,
    ])
  })

  test('counts CRLF as LF in texts, and not in other files', () => {
    expect(score('one\ntwo\n', 'one\r\ntwo\r\n')).toBe((scoreMax * 8) / 10)
    expect(score('\0one\ntwo\n', '\0one\r\ntwo\r\n')).toBe(0)
  })

  test('counts a last line without a newline, as git does since 2.44', () => {
    expect(score('one\ntwo', 'six\ntwo')).toBe(Math.floor((scoreMax * 3) / 7))
  })

  test.skipIf(!hasGit)("is git's, to the percent", () => {
    const pairs = fc.sample(pair, { numRuns: runs(700) }).filter(([from, to]) => !from.equals(to))
    const git = judge(pairs)
    expect(git).toHaveLength(pairs.length)
    const wrong = pairs.flatMap(([from, to], index) => {
      const ours = scoreSimilarity(countPieces(from), countPieces(to))
      const percent = ours < scoreMax / 2 ? 0 : Math.floor((ours * 100) / scoreMax)
      return percent === git[index]
        ? []
        : [`${JSON.stringify([from.toString('latin1'), to.toString('latin1')])}: ${percent}, git ${git[index]}`]
    })
    expect(wrong).toEqual([])
    expect(git.filter((percent) => percent > 0 && percent < 100).length).toBeGreaterThan(100)
  })
})

describe('pieces', () => {
  const sizes = (of: string) => [...countPieces(Buffer.from(of)).counts.values()]

  test('of a long line are 64 bytes long, and the last is what is left', () => {
    const long = Array.from({ length: 130 }, (_, at) => String.fromCodePoint(33 + (at % 90))).join('')
    expect(sizes(long)).toEqual([64, 64, 2])
    expect(sizes(`${long.slice(0, 63)}\n${long.slice(0, 64)}\n`)).toEqual([64, 64, 1])
  })

  test('differ where their beginnings do, also where more than five bytes at the end are the same', () => {
    expect(score('AAAAzzzzz\n', 'BBBBzzzzz\n')).toBe(0)
  })

  test('of a file that is twice as long are half of it, and no shorter or longer one counts', () => {
    expect(score('123456789\n', '123456789\nabcdefghi\n')).toBe(scoreMax / 2)
    expect(score('123456789\nabcdefghi\n', '123456789\n')).toBe(scoreMax / 2)
    expect(score('123456789\n', '123456789\nabcdefghij\n')).toBe(0)
  })
})
