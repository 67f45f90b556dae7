/** The fake Hub under other judges: git and git-lfs on what it holds, the LFS protocol by hand. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isIgnored, isTrackedByLfs, lfsRule } from './huggingface-attributes.ts'
import {
  ask,
  createCorpus,
  file,
  header,
  lfsFile,
  post,
  readToken,
  repository,
  serveCorpus,
  writeToken,
} from './huggingface-fixture.ts'
import type { HuggingFaceHub } from './huggingface.ts'

const hasGit = spawnSync('git', ['--version']).status === 0
const hasLfs = hasGit && spawnSync('git', ['lfs', 'version']).status === 0

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

  test.skipIf(!hasLfs)('with git-lfs: objects arrive in a clone and are sound', async () => {
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

describe('the LFS batch', () => {
  const lfsType = { 'Content-Type': 'application/vnd.git-lfs+json' }
  const object = { oid: 'd3751d33f9cd5049c4af2b462735457e4d3baf130bcbb87f389e349fbaeb20b9', size: 5 }
  const batch = async (
    hub: HuggingFaceHub,
    operation: string,
    objects: unknown[],
    token: string | null = writeToken,
  ) => {
    const json = { operation, transfers: ['basic', 'multipart'], hash_algo: 'sha256', objects }
    const answer = await ask(hub, `/${repository}.git/info/lfs/objects/batch`, { json, token, headers: lfsType })
    return { status: answer.status, body: (await answer.json()) as any }
  }

  test('brings an object to the storage, verifies it, and takes a commit that names it', async () => {
    const { hub, close } = await serveCorpus({ switches: { verifyMissingOnce: true } })
    const {
      body: {
        transfer,
        objects: [{ actions }],
      },
    } = await batch(hub, 'upload', [object])
    expect([transfer, actions.upload.header]).toEqual(['basic', undefined])
    expect((await fetch(actions.upload.href, { method: 'PUT', body: 'hallo' })).status).toBe(200)
    const verify = async () => {
      const { href, header: credentials } = actions.verify
      const answer = await fetch(href, {
        method: 'POST',
        body: JSON.stringify(object),
        headers: { ...credentials, ...lfsType },
      })
      return [answer.status, await answer.text()]
    }
    expect(await verify()).toEqual([404, `{"error":"No file uploaded for oid: ${object.oid}"}`])
    expect(await verify()).toEqual([200, 'OK'])
    expect((await batch(hub, 'upload', [object])).body.objects).toEqual([object])
    expect((await post(hub, [header('LFS'), lfsFile('a.bin', object.oid, 5)])).status).toBe(200)
    const {
      body: {
        objects: [download],
      },
    } = await batch(hub, 'download', [object], null)
    expect(await (await fetch(download.actions.download.href)).text()).toBe('hallo')
    expect(
      (await fetch(download.actions.download.href, { headers: { Authorization: `Bearer ${writeToken}` } })).status,
    ).toBe(400)
    await close()
  })

  test('puts parts together only when all of them are there and add up', async () => {
    const { hub, storage, close } = await serveCorpus({ switches: { multipartThreshold: 4, partByteLength: 2 } })
    const {
      body: {
        transfer,
        objects: [
          {
            actions: { upload },
          },
        ],
      },
    } = await batch(hub, 'upload', [object])
    expect([transfer, Object.keys(upload.header)]).toEqual(['multipart', ['chunk_size', '00001', '00002', '00003']])
    const complete = async (parts: unknown[]) =>
      (await fetch(upload.href, { method: 'POST', body: JSON.stringify({ oid: object.oid, parts }), headers: lfsType }))
        .status
    const parts: unknown[] = []
    for (const [index, body] of ['ha', 'll', 'o'].entries()) {
      expect(await complete(parts)).toBe(400)
      const { headers } = await fetch(upload.header[`0000${index + 1}`], { method: 'PUT', body })
      parts.push({ partNumber: index + 1, etag: headers.get('etag') })
    }
    expect(await complete(parts)).toBe(200)
    expect(storage.objects.get(`${repository}/${object.oid}`)).toEqual(Buffer.from('hallo'))
    await close()
  })

  test('tells of objects that are missing, and may claim one that is not there', async () => {
    const hub = createCorpus({ switches: { phantomObjects: new Set([object.oid]) } })
    expect((await batch(hub, 'download', [object])).body.objects).toEqual([
      { ...object, error: { code: 404, message: 'Object does not exist' } },
    ])
    expect((await batch(hub, 'upload', [object])).body.objects).toEqual([object])
    expect((await post(hub, [header('LFS'), lfsFile('a.bin', object.oid, 5)])).status).toBe(400)
  })

  test('takes uploads from writers only, and no more objects than its limit', async () => {
    const hub = createCorpus({ switches: { batchLimit: 1 } })
    expect([
      (await batch(hub, 'upload', [object], null)).status,
      (await batch(hub, 'upload', [object], readToken)).status,
    ]).toEqual([401, 403])
    expect((await batch(hub, 'upload', [object, object])).status).toBe(413)
  })

  test('keeps the objects of one repository from another', async () => {
    const hub = createCorpus()
    hub.addObject(Buffer.from('hallo'))
    await ask(hub, '/api/repos/create', { json: { type: 'dataset', name: 'other', organization: 'acme' } })
    const refused = await ask(hub, '/api/datasets/acme/other/commit/main', {
      lines: [header('LFS'), lfsFile('a.bin', object.oid, 5)],
    })
    expect(refused.status).toBe(400)
  })
})

test('models and Spaces have their own addresses and first files', async () => {
  const model = createCorpus({ id: 'models/acme/m' })
  expect(
    (await ask(model, '/acme/m/resolve/main/.gitattributes', { method: 'HEAD' })).headers.get('x-repo-commit'),
  ).toBe(model.head('main'))
  expect(
    await (await ask(model, '/api/models/acme/m/commit/main', { lines: [header('x'), file('a', 'a')] })).json(),
  ).toMatchObject({ commitUrl: `https://huggingface.co/acme/m/commit/${model.head('main')}` })
  const space = createCorpus({ id: 'spaces/acme/s' })
  expect([...space.files('main').keys()]).toEqual(['.gitattributes', 'README.md'])
  expect(
    (
      await ask(space, '/api/spaces/acme/s/commit/main', {
        lines: [header('x'), file('README.md', '---\ntitle: x\n---\n')],
      })
    ).status,
  ).toBe(400)
})
