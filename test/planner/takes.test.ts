/**
 * One side's version taken where both disagree: every edit is in some commit, and no commit says that it equals what it
 * does not.
 */
import { describe, expect, test } from 'vitest'
import { sides, type Side } from '../../lib/model/sides.ts'
import type { Mode } from '../hubs/git.ts'
import { startPair, type Pair } from '../hubs/pair.ts'
import fc, { isLong, runs, seed as firstSeed } from '../random.ts'
import {
  act,
  beginMirror,
  contents,
  expectInSync,
  expectSyncPoints,
  heads,
  startMirrored,
  text,
  type Files,
} from '../run/mirror-setup.ts'

const binary = Buffer.from([0, 1, 2, 3])

/** Somebody's push with git, which keeps modes on the Hub too. */
function chmod(pair: Pair, side: Side, path: string, mode: Mode): void {
  const content = pair[side].files('main').get(path)
  if (!content) return
  if (side === 'github')
    return void act(pair, 'github', { [path]: { mode, content: content.content.toString() } }, `chmod ${path}`)
  const { git } = pair.huggingface
  const head = pair.huggingface.head('main')!
  const entries = new Map(git.readFiles(git.readCommit(head).tree))
  entries.set(path, { mode, oid: entries.get(path)!.oid })
  pair.huggingface.gitPush(
    'main',
    git.writeCommit({
      ...git.readCommit(head),
      tree: git.writeFiles(entries),
      parents: [head],
      message: `chmod ${path}\n`,
    }),
  )
}

/**
 * Dies after each commit that a branch shows, once per world. Whatever stands there then is true, and another run
 * finishes it.
 */
async function expectFinishedFromEverywhere(start: () => Promise<Pair>, ...argv: string[]): Promise<number> {
  const isVisible = ({ method, url }: Request) =>
    (method === 'POST' && (url.endsWith('/commit/main') || url.endsWith('/graphql'))) || method === 'PUT'
  for (let writes = 1; ; writes += 1) {
    const pair = await start()
    let seen = 0
    for (const side of sides) {
      let before = pair[side].head('main')
      pair[side].faults.push({
        on: isVisible,
        when: 'after',
        times: 99,
        act: () => {
          if (pair[side].head('main') === before) return
          before = pair[side].head('main')
          seen += 1
          if (seen === writes) throw new Error('killed')
        },
      })
    }
    await pair.run(...argv)
    for (const side of sides) pair[side].faults.length = 0
    expectSyncPoints(pair)
    if (seen < writes) return seen
    const again = await pair.run(...argv)
    expect([again.exitCode, contents(pair, 'github')], `died after ${writes}: ${again.out}${again.err}`).toEqual([
      0,
      contents(pair, 'huggingface'),
    ])
    expectSyncPoints(pair)
  }
}

describe('a version that is taken of the side that only changed what does not travel', () => {
  test("GitHub deletes, the Hub makes it executable, and the Hub's is taken: GitHub gets the file back", async () => {
    const start = async () => {
      const pair = await startMirrored({ 'a.sh': 'one\n', 'b.txt': 'b\n' })
      act(pair, 'github', { 'a.sh': null })
      chmod(pair, 'huggingface', 'a.sh', '100755')
      return pair
    }
    const pair = await start()
    const ran = await pair.run('--take', 'a.sh=huggingface')
    expect([ran.exitCode, ran.out, text(pair, 'github', 'a.sh')]).toEqual([
      0,
      expect.stringContaining('Mirrored 1 change'),
      'one\n',
    ])
    await expectInSync(pair)
    expect(await expectFinishedFromEverywhere(start, '--take', 'a.sh=huggingface')).toBe(1)
  })

  test("the Hub deletes, GitHub makes it executable, and GitHub's is taken: no commit equals the Hub before it has the file", async () => {
    const start = async () => {
      const pair = await startMirrored({ 'a.sh': 'one\n', 'b.txt': 'b\n' })
      act(pair, 'github', { 'a.sh': { mode: '100755', content: 'one\n' } })
      act(pair, 'huggingface', { 'a.sh': null })
      return pair
    }
    const pair = await start()
    expect((await pair.run('--take', 'a.sh=github')).exitCode).toBe(0)
    expect(text(pair, 'huggingface', 'a.sh')).toBe('one\n')
    await expectInSync(pair)
    expect(await expectFinishedFromEverywhere(start, '--take', 'a.sh=github')).toBe(2)
  })

  test("rules that became no text on GitHub, and the Hub's are taken: GitHub is written", async () => {
    const pair = await startMirrored({ 'a.txt': 'one\n', 'sub/.gitattributes': '*.bin -text\n' })
    act(pair, 'github', { 'sub/.gitattributes': binary })
    const ran = await pair.run('--take', 'sub/.gitattributes=huggingface')
    expect(text(pair, 'github', 'sub/.gitattributes'), ran.out).toBe('*.bin -text\n')
    await expectInSync(pair)
  })
})

type Act = {
  readonly kind: 'write' | 'delete' | 'rename' | 'chmod' | 'rules' | 'binary rules' | 'symlink'
  readonly path: string
  readonly to: string
  readonly text: string
}

const paths = ['a.sh', 'b.txt', 'd/c.txt', 'new.txt']
const anAct: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom<Act['kind']>('write', 'delete', 'rename', 'chmod', 'chmod', 'rules', 'binary rules', 'symlink'),
  path: fc.constantFrom(...paths),
  to: fc.constantFrom(...paths),
  text: fc.constantFrom('x\n', 'y\n'),
})
const aWorld = fc.record({
  github: fc.array(anAct, { maxLength: 3 }),
  huggingface: fc.array(anAct, { maxLength: 3 }),
  takes: fc.uniqueArray(fc.tuple(fc.constantFrom('*', ...paths), fc.constantFrom<Side>('github', 'huggingface')), {
    selector: ([path]) => path,
    minLength: 1,
    maxLength: 3,
  }),
})

function apply(pair: Pair, side: Side, { kind, path, to, text: content }: Act): void {
  const files = pair[side].files('main')
  const file = files.get(path)
  const change = (edits: Files) => void act(pair, side, edits, `${kind} ${path}`)
  if (kind === 'write') return change({ [path]: content })
  if (kind === 'rules') return change({ 'sub/.gitattributes': `*.bin ${content}` })
  if (kind === 'binary rules') return side === 'github' ? change({ 'sub/.gitattributes': binary }) : undefined
  if (!file || file.mode === '120000') return
  if (kind === 'delete') return change({ [path]: null })
  if (kind === 'chmod') return chmod(pair, side, path, '100755')
  if (kind === 'symlink')
    return side === 'github' ? change({ [path]: { mode: '120000', content: 'README.md' } }) : undefined
  if (!files.has(to)) change({ [path]: null, [to]: file.content })
}

test.each([1, 2, 3])(
  'whatever both sides do and whichever is taken, from wherever a run ends the next one finishes, and each commit tells the truth (%i)',
  async (seed) => {
    await fc.assert(
      fc.asyncProperty(aWorld, async ({ github, huggingface, takes }) => {
        const start = async () => {
          const pair = await beginMirror(startPair(), {
            'README.md': '# Corpus\n',
            'a.sh': { mode: '100755', content: 'run\n' },
            'b.txt': 'b\n',
            'd/c.txt': 'c\n',
            'sub/.gitattributes': '*.bin -text\n',
          })
          for (const one of github) apply(pair, 'github', one)
          for (const one of huggingface) apply(pair, 'huggingface', one)
          return pair
        }
        const argv = ['--allow-delete', ...takes.map(([path, side]) => `--take=${path}=${side}`)]
        const pair = await start()
        const before = heads(pair)
        const ran = await pair.run('--json', ...argv)
        // 64: an answer to what is no conflict, while others are open.
        expect([0, 2, 3, 64], ran.out + ran.err).toContain(ran.exitCode)
        if (ran.exitCode !== 0) {
          expect(heads(pair)).toEqual(before)
          return
        }
        const { status, changes } = JSON.parse(ran.out) as { status: string; changes: unknown[] }
        if (changes.length > 0) expect(status).toBe('mirrored')
        expect(contents(pair, 'github'), ran.out).toEqual(contents(pair, 'huggingface'))
        expectSyncPoints(pair)
        const after = heads(pair)
        expect([(await pair.run(...argv)).exitCode, heads(pair)]).toEqual([0, after])
        await expectFinishedFromEverywhere(start, ...argv)
      }),
      { seed: firstSeed + seed, numRuns: runs(8) },
    )
  },
  isLong ? undefined : 120_000,
)
