/** The demo's steps, asserted; real git judges what both hubs hold at the end. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasGit, hasGitLfs } from '../git-judge.ts'
import { interceptPair, servePair, type Pair, type Ran } from '../hubs/pair.ts'
import { formatStep, setup } from './demo-screen.ts'
import { parquet, steps, tell } from './story.ts'

/** Whether both sides hold the same mirrored files; each side has rules of its own. */
function areEqual(pair: Pair): boolean {
  const [github, huggingface] = ([pair.github, pair.huggingface] as const).map((hub) => {
    const files = new Map([...hub.files('main')].map(([path, { content }]) => [path, content]))
    files.delete('.gitattributes')
    return files
  })
  return (
    github!.size === huggingface!.size &&
    [...github!].every(([path, content]) => huggingface!.get(path)?.equals(content) === true)
  )
}

describe.each([
  { carrier: 'on ports of this machine', open: servePair },
  { carrier: "through msw, with the process's own fetch", open: interceptPair },
])('the story that the demo tells, $carrier', ({ open }) => {
  let pair: Pair
  const ran = new Map<string, Ran>()
  const equal = new Map<string, boolean>()
  const heads = new Map<string, string>()
  const moved = new Map<string, number>()

  beforeAll(async () => {
    pair = await open()
    await tell(pair, (step, done) => {
      ran.set(step.name, done)
      equal.set(step.name, areEqual(pair))
      heads.set(step.name, `${pair.github.head('main')} ${pair.huggingface.head('main')}`)
      moved.set(step.name, pair.storages.github.hub.requests.length + pair.storages.huggingface.hub.requests.length)
    })
  }, 120_000)
  afterAll(() => pair.close())

  test('the demo is one screen of 80 columns, in which each step shows something, and no count twice', () => {
    const screen = steps.map((step) => formatStep(step, ran.get(step.name)!, false))
    const lines = [setup, ...screen.flat()]
    expect(lines.length).toBeLessThanOrEqual(34)
    expect(lines.filter((line) => line.length > 80 || line !== line.trimEnd())).toEqual([])
    for (const step of screen) {
      expect(step.length).toBeGreaterThan(2)
      expect(step.filter((line) => / requests \(/.test(line)).length).toBeLessThanOrEqual(1)
    }
  })

  test('every run ends as it should, and both sides hold the same files after each that wrote', () => {
    expect(Object.fromEntries([...ran].map(([name, { exitCode }]) => [name, exitCode]))).toEqual({
      first: 0,
      parquet: 0,
      dry: 0,
      merge: 0,
      sync: 0,
      conflict: 2,
      take: 0,
    })
    expect(Object.fromEntries(equal)).toEqual({
      first: true,
      parquet: true,
      dry: false,
      merge: true,
      sync: true,
      conflict: false,
      take: true,
    })
  })

  test('nothing to do costs two requests, a text merged on both sides at most twenty', () => {
    expect(ran.get('sync')!.requests).toBe(2)
    expect(ran.get('merge')!.requests).toBeLessThanOrEqual(20)
    expect(ran.get('take')!.requests).toBeLessThanOrEqual(20)
  })

  test('the dry run writes nothing, and the run after it carries out the same plan', () => {
    const plan = (name: string) => /Plan ([0-9a-f]{12})/.exec(ran.get(name)!.out)![1]
    expect(plan('merge')).toBe(plan('dry'))
    const [github, huggingface] = heads.get('dry')!.split(' ')
    expect(
      [pair.github.store.readCommit(github!).message, pair.huggingface.git.readCommit(huggingface!).message].map(
        (message) => message.trim(),
      ),
    ).toEqual(['Say that this is a mirror', 'Point to GitHub'])
    expect(ran.get('dry')!.log.filter((line) => /^(PUT|PATCH|POST .*\/(commit\/|git\/))/.test(line))).toEqual([])
  })

  test('a large file goes down once and up once', () => {
    const uploads = pair.storages.github.hub.requests.filter(
      ({ method, uploadedBytes }) => method === 'PUT' && uploadedBytes > 10_000_000,
    )
    const downloads = pair.storages.huggingface.hub.requests.filter(
      ({ method, downloadedBytes }) => method === 'GET' && downloadedBytes > 10_000_000,
    )
    expect([uploads.length, downloads.length]).toEqual([1, 1])
    expect(pair.github.files('main').get(parquet)?.lfs).toEqual(pair.huggingface.files('main').get(parquet)?.lfs)
    expect(moved.get('take')).toBe(moved.get('parquet'))
  })

  test('a conflict names the path, both texts and the way out, and leaves both branches alone', () => {
    const { out } = ran.get('conflict')!
    expect(out).toContain('README.md  content: both sides changed the same lines')
    expect(out).toMatch(/github {6}\| # Vega Datasets on GitHub\n.*huggingface \| # Vega Datasets on the Hub/)
    expect(out).toContain("--take='README.md=github'")
    expect(
      ran
        .get('conflict')!
        .log.filter((line) => !/^(GET|POST \/(api\/)?graphql|POST .*(paths-info|preupload|graphql))/.test(line)),
    ).toEqual([])
    expect(pair.huggingface.files('main').get('README.md')!.content.toString()).toContain('# Vega Datasets on GitHub')
  })

  test("when both moved, GitHub gets the Hub's commit on a side line and a true merge", () => {
    const merge = pair.github.store.readCommit(heads.get('merge')!.split(' ')[0]!)
    expect(merge.parents).toHaveLength(2)
    const copy = pair.github.store.readCommit(merge.parents[1]!)
    expect(copy.message).toMatch(
      new RegExp(
        `^Point to GitHub\n\nMirrored-From: .*/datasets/acme/corpus/commit/[0-9a-f]{40}\nMirrored-Tree: ${copy.tree}\n$`,
      ),
    )
    expect(copy.author).toMatchObject({ name: 'alice', email: 'alice@users.noreply.huggingface.co' })
    expect(copy.parents).not.toContain(merge.parents[0])
  })

  test.skipIf(!hasGit)('git log shows the side line and the merge', () => {
    const bare = mkdtempSync(join(tmpdir(), 'story-'))
    try {
      pair.github.writeBareRepository(bare)
      const log = (...argv: string[]) =>
        execFileSync('git', ['-C', bare, 'log', '--format=%s', ...argv], { encoding: 'utf8' })
          .trim()
          .split('\n')
      const merge = heads.get('merge')!.split(' ')[0]!
      expect(log(`${merge}^1..${merge}`)).toEqual(['Merge datasets/acme/corpus into main', 'Point to GitHub'])
      expect(log('--first-parent', '-2', merge)).toEqual([
        'Merge datasets/acme/corpus into main',
        'Say that this is a mirror',
      ])
      expect(log('--merges', 'main')).toHaveLength(2)
    } finally {
      rmSync(bare, { recursive: true, force: true })
    }
  })

  test.skipIf(!hasGitLfs)('git finds both repositories sound, and clones them with their objects', () => {
    for (const side of ['github', 'huggingface'] as const) {
      const folder = mkdtempSync(join(tmpdir(), 'story-'))
      try {
        const bare = join(folder, 'bare')
        pair[side].writeBareRepository(bare)
        const git = (...argv: string[]) =>
          execFileSync('git', argv, {
            cwd: folder,
            env: { ...process.env, GIT_LFS_SKIP_SMUDGE: '1' },
            stdio: ['ignore', 'pipe', 'pipe'],
          }).toString()
        git('-C', bare, 'fsck', '--strict', '--no-dangling')
        git('clone', '-q', bare, 'clone')
        expect(git('-C', 'clone', 'rev-parse', 'HEAD').trim()).toBe(pair[side].head('main'))
        const merge = heads.get('merge')!.split(' ')[0]!
        if (side === 'github')
          expect(git('-C', bare, 'merge-tree', '--write-tree', `${merge}^1`, `${merge}^2`).trim()).toBe(
            pair.github.store.readCommit(merge).tree,
          )
        git('-C', 'clone', 'lfs', 'fetch', '--all')
        expect(git('-C', 'clone', 'lfs', 'fsck')).toContain('OK')
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    }
  })
})
