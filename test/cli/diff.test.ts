/** `--diff`: the lines that a plan changes, for who wants to see them before. */
import { expect, test } from 'vitest'
import { otherSide, sides } from '../../lib/model/sides.ts'
import { startPair } from '../hubs/pair.ts'
import { act, beginMirror, heads, startMirrored } from '../run/mirror-setup.ts'

test('shows what both sides made of a text, what comes and what goes, and writes nothing', async () => {
  const pair = await startMirrored({ 'README.md': '1\n2\n3\n4\n5\n6\n7\n8\n9\n', 'old.txt': 'gone\n' })
  act(pair, 'github', { 'README.md': 'one\n2\n3\n4\n5\n6\n7\n8\n9\n', 'old.txt': null })
  act(pair, 'huggingface', { 'README.md': '1\n2\n3\n4\n5\n6\n7\n8\nnine\n', 'data.csv': 'a,b\n' })
  const before = heads(pair)
  const { out } = await pair.run('--dry-run', '--diff')
  const [, told] = /\n\n(Lines that GitHub[^]*)\n\nPlan /.exec(out)!
  expect(told!.split('\n')).toEqual([
    'Lines that GitHub gets and loses',
    '--- a/README.md',
    '+++ b/README.md',
    '@@ -6,4 +6,4 @@',
    ' 6',
    ' 7',
    ' 8',
    '-9',
    '+nine',
    '--- /dev/null',
    '+++ b/data.csv',
    '@@ -0,0 +1 @@',
    '+a,b',
    '',
    'Lines that Hugging Face gets and loses',
    '--- a/README.md',
    '+++ b/README.md',
    '@@ -1,4 +1,4 @@',
    '-1',
    '+one',
    ' 2',
    ' 3',
    ' 4',
    '--- a/old.txt',
    '+++ /dev/null',
    '@@ -1 +0,0 @@',
    '-gone',
  ])
  expect(heads(pair)).toEqual(before)
  expect((await pair.run('--diff')).out).toContain(told)
})

test('tells a renamed file as renamed, and none of its lines as lost', async () => {
  const pair = await startMirrored({ 'docs/a.md': '1\n2\n', 'README.md': '# c\n' })
  act(pair, 'github', { 'docs/a.md': null, 'doc/a.md': '1\n2\n' })
  const { out } = await pair.run('--dry-run', '--diff')
  expect(out).toMatch(/^ {2}renamed {2}docs\/a\.md -> doc\/a\.md {2}4 B$/m)
  expect(out).toContain(
    '\nLines that Hugging Face gets and loses\nsimilarity index 100%\nrename from docs/a.md\nrename to doc/a.md\n\nPlan ',
  )
})

test.each(sides)('without it, the lines that change on %s are counted, and merged ones', async (side) => {
  const pair = await startMirrored({ 'a.txt': '1\n2\n', 'b.txt': '1\n' })
  act(pair, side, { 'a.txt': '1\n2\n3\n' })
  const one = await pair.run('--dry-run')
  expect(one.out).toMatch(/^ {2}changed {2}a\.txt {2}\+1 -0 /m)
  const without = await pair.run('--dry-run', '--no-inspect')
  expect(one.requests - without.requests).toBeLessThanOrEqual(2)
  act(pair, otherSide[side], { 'a.txt': '0\n1\n2\n' })
  expect((await pair.run('--dry-run')).out).toMatch(/^ {2}merged {2}a\.txt {2}\+1 -0 /m)
})

test.each(['github', 'huggingface'] as const)(
  'in a log that everybody can read, nothing of a private repository is shown: %s',
  async (side) => {
    const pair = await beginMirror(startPair({ [side]: { private: true } }), { 'a.txt': 'secret\n' }, '--allow-public')
    act(pair, side, { 'a.txt': 'secret too\n' })
    expect((await pair.run('--dry-run', '--diff')).out).toContain('+secret too')
    Object.assign(pair.env, { CI: 'true' })
    expect((await pair.run('--dry-run', '--diff')).out).not.toContain('secret')
  },
)
