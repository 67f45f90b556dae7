/** Files that one side alone renamed and edited: one change for people, told as git tells it. */
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { diffFolders, hasGit } from '../git-judge.ts'
import type { Pair } from '../hubs/pair.ts'
import { act, contents, directions, mirror, startMirrored, type Files } from '../run/mirror-setup.ts'

const lines = (count: number, word = 'row') =>
  Array.from({ length: count }, (_, index) => `${index},${word} ${index}\n`).join('')
const rules = '*.bin filter=lfs diff=lfs merge=lfs -text\n'

const before = {
  'a.csv': lines(30),
  'docs/en/guide.md': lines(20, 'guide'),
  'docs/license.md': lines(9, 'licence'),
  'stays.md': lines(8, 'stays'),
  'gone.md': lines(12, 'gone'),
  'x.txt': `${lines(6, 'x')}${lines(4, 'tail')}`,
}
const { 'stays.md': stays, ...left } = before
const changed = {
  'b.csv': `${lines(30)}30,one more\n`,
  'documentation/en/guide.md': lines(20, 'guide').replace('3,guide', '3,book'),
  'documentation/license.md': before['docs/license.md'],
  'stays.md': `${stays}8,stays 8\n`,
  'other.md': lines(12, 'entirely other'),
  'y.txt': `${lines(6, 'x')}${lines(5, 'y')}`,
}
const change: Files = { ...Object.fromEntries(Object.keys(left).map((path) => [path, null])), ...changed }

/** What a plan says it renames, and what it costs to say so. */
async function plan(pair: Pair, ...argv: string[]) {
  const [ran, without] = [
    await pair.run('--dry-run', '--json', ...argv),
    await pair.run('--dry-run', '--json', '--no-inspect'),
  ]
  const [told, plain] = [JSON.parse(ran.out), JSON.parse(without.out)]
  expect(told.digest).toBe(plain.digest)
  const renames = (told.changes as { path: string; renamedFrom: string | null }[]).flatMap(({ path, renamedFrom }) =>
    renamedFrom === null ? [] : [[renamedFrom, path]],
  )
  return { renames: Object.fromEntries(renames) as Record<string, string>, more: ran.requests - without.requests }
}

describe.each(directions)('from $from to $to', ({ from, to }) => {
  test.skipIf(!hasGit)('a plan, its lines, its data and its page tell the renames that git diff -M tells', async () => {
    const pair = await startMirrored(before)
    act(pair, from, change)
    const [expected = []] = diffFolders([[before, changed]])
    const { out } = await pair.run('--dry-run', '--diff')
    expect(out).toMatch(/ in 1 commit: 1 deleted, 4 renamed, 1 changed, 1 new\n/)
    expect(out).toMatch(/^ {2}renamed {2}a\.csv -> b\.csv +\+1 -0 /m)
    const [, told] = /\nLines that .* gets and loses\n([^]*)\n\nPlan .*: 7 changes\./.exec(out)!
    expect(told!.split(/\n(?=--- \/dev|similarity|--- a\/(?:gone|stays))/).toSorted()).toEqual(expected.toSorted())
    const { renames, more } = await plan(pair)
    expect(Object.entries(renames).toSorted()).toEqual(
      expected
        .flatMap((file) => [/rename from (.*)\nrename to (.*)/.exec(file)?.slice(1) ?? []].filter(([one]) => one))
        .toSorted(),
    )
    expect(more).toBeLessThanOrEqual(4)
    const page = join(tmpdir(), `renames-${process.pid}-${from}.html`)
    await pair.run('--dry-run', '--html', page)
    const html = readFileSync(page, 'utf8')
    rmSync(page)
    expect(html).toContain('4 renamed')
    expect(html).toContain('<span class="soft">a.csv → </span>b.csv')
    await mirror(pair)
    expect(contents(pair, to)).toEqual(changed)
  })

  test('of an object that was renamed and changed nothing is guessed', async () => {
    const object = (byte: number) => ({ lfs: Buffer.concat([Buffer.alloc(500, 1), Buffer.alloc(20, byte)]) })
    const pair = await startMirrored({ '.gitattributes': rules, 'a.bin': object(1) })
    act(pair, from, { 'a.bin': null, 'b.bin': object(2) })
    expect(await plan(pair)).toEqual({ renames: {}, more: 0 })
  })
})

/** So many texts in a folder, much like one another. */
const many = (count: number, folder: string, word: string): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${folder}/${index}.txt`, `${lines(9, `text ${index}`)}${word}\n`]),
  )
const none = (files: Files): Files => Object.fromEntries(Object.keys(files).map((path) => [path, null]))

test('where too many files would have to be read, those that keep their name are looked at, or none', async () => {
  const pair = await startMirrored({ ...many(30, 'old', 'a'), 'x/one.txt': lines(9, 'word') })
  act(pair, 'huggingface', { ...many(45, 'new', 'b'), 'x/one.txt': null, 'y/one.txt': lines(10, 'word') })
  const one = await plan(pair)
  expect([one.renames, one.more <= 4]).toEqual([{ 'x/one.txt': 'y/one.txt' }, true])
  act(pair, 'huggingface', none(many(30, 'old', 'a')))
  const all = await plan(pair, '--allow-delete')
  expect([all.renames, all.more <= 0]).toEqual([{}, true])
})

test('a brake counts a file that was renamed and edited as deleted', async () => {
  const old = many(12, 'old', 'a')
  const pair = await startMirrored(old)
  act(pair, 'github', { ...none(old), ...many(12, 'new', 'b') })
  const { renames } = await plan(pair, '--allow-delete')
  expect(Object.keys(renames).toSorted()).toEqual(Object.keys(old).toSorted())
  const ran = await pair.run('--dry-run', '--max-delete', '10')
  expect([ran.exitCode, ran.out]).toEqual([3, expect.stringContaining('deleted 12 mirrored files')])
})
