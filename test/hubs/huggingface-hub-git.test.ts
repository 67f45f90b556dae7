/** The fake Hub under another judge: git and git-lfs on what it holds. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasGit, hasGitLfs } from '../git-judge.ts'
import { isIgnored, isTrackedByLfs, lfsRule } from './huggingface-attributes.ts'
import { createCorpus, file, header, post } from './huggingface-fixture.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'huggingface-hub-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

function git(cwd: string, ...args: string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', HOME: folder }
  return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env })
}

describe('what git says', () => {
  test.skipIf(!hasGit)('of the repository: sound, and every file as it was committed', async () => {
    const hub = createCorpus()
    await post(hub, [
      header('One', hub.head('main')!, 'Body'),
      file('a/b.txt', 'b'),
      file('a.txt', 'a'),
      file('a-b', 'x'),
    ])
    const files = {
      'p.png': 'pixels',
      'run': { mode: '100755', content: 'x' },
      'link': { mode: '120000', content: 'a.txt' },
    } as const
    hub.commit('main', { message: 'Two\n', user: 'ann', files })
    hub.superSquash('main', 'Squashed')
    hub.commit('main', { message: 'Three', files: { 'my data.csv': { lfs: Buffer.from('rows') } } })
    hub.writeBareRepository(join(folder, 'bare'))
    expect(git(join(folder, 'bare'), 'fsck', '--strict', '--no-dangling')).toBe('')
    git(folder, '-c', 'filter.lfs.smudge=', '-c', 'filter.lfs.required=false', 'clone', '-q', 'bare', 'clone')
    expect(git(join(folder, 'clone'), 'rev-parse', 'HEAD').trim()).toBe(hub.head('main'))
    const listed = git(join(folder, 'clone'), 'ls-tree', '-r', '-z', 'HEAD')
      .split('\0')
      .filter((line) => line !== '')
    expect(listed).toEqual([...hub.files('main')].map(([path, { mode, oid }]) => `${mode} blob ${oid}\t${path}`))
  })

  test.skipIf(!hasGitLfs)('with git-lfs: objects arrive in a clone and are sound', async () => {
    const hub = createCorpus()
    hub.commit('main', { message: 'Large', files: { 'p.png': 'pixels', 'my data.csv': { lfs: Buffer.from('rows') } } })
    const bare = join(folder, 'lfs-bare')
    hub.writeBareRepository(bare)
    git(folder, 'clone', '-q', bare, 'lfs-clone')
    const clone = join(folder, 'lfs-clone')
    git(clone, 'lfs', 'install', '--local')
    git(clone, 'lfs', 'pull')
    expect(git(clone, 'lfs', 'fsck')).toContain('OK')
    expect([readFileSync(join(clone, 'p.png'), 'utf8'), readFileSync(join(clone, 'my data.csv'), 'utf8')]).toEqual([
      'pixels',
      'rows',
    ])
    expect(git(clone, 'status', '--porcelain')).toBe('')
  })

  const attributes = [
    '# comment',
    '*.bin filter=lfs diff=lfs merge=lfs -text',
    'saved_model/**/* filter=lfs',
    '*.tar.* filter=lfs',
    '*tfevents* filter=lfs',
    'data/** filter=lfs',
    'data/*.md -filter',
    '/root.csv filter=lfs',
    'my[[:space:]]file.csv filter=lfs',
    '**/deep/x?.dat filter=lfs',
    'a/**/z filter=lfs',
    '"quoted name.csv" filter=lfs',
    '[a-c]*.rng filter=lfs',
    '[!a-c]*.neg filter=lfs',
    'keep.bin !filter',
    String.raw`star\*.x filter=lfs`,
    'dir/ filter=lfs',
    '*.other filter=other',
    '*.twice filter=lfs -filter',
    lfsRule('odd [1] *?.y'),
    '\t*.tab\tfilter=lfs',
    '*.bin text',
  ].join('\n')
  const paths = [
    'x.bin',
    'a/b/x.bin',
    'keep.bin',
    'a/keep.bin',
    'x.bin.txt',
    'saved_model/a',
    'saved_model/a/b',
    'sub/saved_model/a',
    'x.tar.gz',
    'x.tar',
    'events.tfevents.1',
    'data/a',
    'data/a/b',
    'data/x.md',
    'data/a/x.md',
    'x/data/a',
    'root.csv',
    'a/root.csv',
    'my file.csv',
    'myfile.csv',
    'deep/x1.dat',
    'a/b/deep/x1.dat',
    'deep/x12.dat',
    'a/z',
    'a/b/c/z',
    'az',
    'quoted name.csv',
    'b1.rng',
    'd1.rng',
    'd1.neg',
    'b1.neg',
    'star*.x',
    'starry.x',
    'dir/a',
    'x.other',
    'x.twice',
    'odd [1] *?.y',
    'odd 1 ab.y',
    'x.tab',
    'nested/x.bin',
    'nested/x.csv',
    'nested/sub/x.csv',
    'ünï.bin',
    '.bin',
  ]

  test.skipIf(!hasGit)('of attributes is what the fake says', () => {
    const nested = '*.bin -filter\n/x.csv filter=lfs\n'
    const work = join(folder, 'attributes')
    mkdirSync(join(work, 'nested'), { recursive: true })
    git(work, 'init', '-q')
    writeFileSync(join(work, '.gitattributes'), attributes)
    writeFileSync(join(work, 'nested/.gitattributes'), nested)
    const answers = git(work, 'check-attr', '-z', 'filter', ...paths).split('\0')
    const expected = paths.map((path, index) => [path, answers[3 * index + 2] === 'lfs'])
    expect(
      paths.map((path) => [
        path,
        isTrackedByLfs(
          new Map([
            ['', attributes],
            ['nested', nested],
          ]),
          path,
        ),
      ]),
    ).toEqual(expected)
  })

  test.skipIf(!hasGit)('of ignored files is what the fake says', () => {
    const ignore = '# c\n*.log\n!keep.log\n/build/\ncache/\nsub/*.tmp\n**/deep/x\ntrailing   \n\\#hash\n'
    const asked = [
      'a.log',
      'keep.log',
      'a/keep.log',
      'build/a',
      'a/build/b',
      'cache/keep.log',
      'a/cache/b',
      'sub/a.tmp',
      'sub/a/b.tmp',
      'deep/x',
      'a/deep/x',
      'trailing',
      '#hash',
      'b.txt',
    ]
    const work = join(folder, 'ignore')
    mkdirSync(work)
    git(work, 'init', '-q')
    writeFileSync(join(work, '.gitignore'), ignore)
    for (const path of asked) {
      mkdirSync(dirname(join(work, path)), { recursive: true })
      writeFileSync(join(work, path), '')
    }
    const { stdout } = spawnSync('git', ['check-ignore', '-z', '--stdin'], {
      cwd: work,
      input: asked.join('\0'),
      encoding: 'utf8',
    })
    const ignored = new Set(stdout.split('\0'))
    expect(asked.filter((path) => isIgnored(ignore, path))).toEqual(asked.filter((path) => ignored.has(path)))
  })
})
