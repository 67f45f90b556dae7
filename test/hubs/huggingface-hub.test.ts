/** The official client, as a client of its own, finds a Hub that behaves as it expects. */
import {
  commit,
  createBranch,
  createRepo,
  deleteBranch,
  deleteFile,
  downloadFile,
  fileExists,
  listCommits,
  listFiles,
  pathsInfo,
  repoExists,
  uploadFile,
  uploadFiles,
  whoAmI,
} from '@huggingface/hub'
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { randomBytes } from '../xet/generated.ts'
import { createCorpus, readToken, repository, serveCorpus, writeToken } from './huggingface-fixture.ts'
import type { HuggingFaceHub } from './huggingface.ts'
import type { Storage } from './storage.ts'

const repo = { type: 'dataset', name: 'acme/corpus' } as const
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const network = setupServer()
let hub: HuggingFaceHub
let storage: Storage
let close: () => Promise<void> = async () => {}

beforeAll(() => network.listen({ onUnhandledRequest: 'bypass' }))
afterAll(() => network.close())
afterEach(async () => {
  network.resetHandlers()
  await close()
})

const places = {
  'by its real name': () => {
    hub = createCorpus()
    close = async () => {}
    network.use(http.all('https://huggingface.co/*', ({ request }) => hub.fetch(request)))
  },
  'over a port': async () => {
    ;({ hub, storage, close } = await serveCorpus())
  },
}

describe.each(Object.entries(places))('@huggingface/hub %s', (_, open) => {
  beforeEach(open)
  const access = () => ({ repo, accessToken: writeToken, hubUrl: hub.server.origin })

  test('lists a new dataset: the default .gitattributes and one commit', async () => {
    expect(await collect(listFiles(access()))).toEqual([
      { type: 'file', oid: '1ef325f1b111266a6b26e0196871bd78baa8c2f3', size: 2461, path: '.gitattributes' },
    ])
    const commits = await collect(listCommits(access()))
    expect(commits).toMatchObject([
      { oid: hub.head('main'), title: 'initial commit', message: '', authors: [{ username: 'mirror' }] },
    ])
  })

  test('uploads, reads and deletes text', async () => {
    const files = [
      { path: 'README.md', content: new Blob(['# Corpus\n']) },
      { path: 'data/a b.csv', content: new Blob(['x\n']) },
    ]
    const written = await uploadFiles({
      ...access(),
      files,
      commitTitle: 'Two files',
      commitDescription: 'Why',
      useXet: false,
    })
    expect(written?.commit).toEqual({
      oid: hub.head('main'),
      url: `${hub.server.origin}/datasets/acme/corpus/commit/${hub.head('main')}`,
    })
    expect(
      (await collect(listFiles({ ...access(), recursive: true }))).map(({ type, path }) => `${type} ${path}`),
    ).toEqual(['file .gitattributes', 'file README.md', 'directory data', 'file data/a b.csv'])
    expect(await (await downloadFile({ ...access(), path: 'README.md' }))?.text()).toBe('# Corpus\n')
    expect(await pathsInfo({ ...access(), paths: ['data', 'absent'] })).toMatchObject([
      { path: 'data', type: 'directory', size: 0 },
    ])
    expect(await collect(listCommits({ ...access(), batchSize: 1 }))).toMatchObject([
      { title: 'Two files', message: '\n\nWhy' },
      { title: 'initial commit' },
    ])
    await deleteFile({ ...access(), path: 'data/a b.csv' })
    expect(await fileExists({ ...access(), path: 'data/a b.csv' })).toBe(false)
    expect([...hub.files('main').keys()]).toEqual(['.gitattributes', 'README.md'])
  })

  test('makes a branch, commits to it and deletes it', async () => {
    await createBranch({ ...access(), branch: 'feature/x' })
    await uploadFile({
      ...access(),
      branch: 'feature/x',
      file: { path: 'a.txt', content: new Blob(['a']) },
      useXet: false,
    })
    expect(hub.files('main').has('a.txt')).toBe(false)
    expect(await (await downloadFile({ ...access(), revision: 'feature/x', path: 'a.txt' }))?.text()).toBe('a')
    await expect(createBranch({ ...access(), branch: 'feature/x' })).rejects.toThrow(
      'Reference refs/heads/feature/x already exists',
    )
    await deleteBranch({ ...access(), branch: 'feature/x' })
    expect(hub.head('feature/x')).toBeNull()
  })

  test('learns who it is, and that a repository is there or not', async () => {
    expect(await whoAmI({ accessToken: readToken, hubUrl: hub.server.origin })).toMatchObject({
      name: 'mirror',
      auth: { accessToken: { role: 'read' } },
    })
    await expect(whoAmI({ accessToken: 'hf_wrong', hubUrl: hub.server.origin })).rejects.toMatchObject({
      statusCode: 401,
    })
    expect([await repoExists(access()), await repoExists({ ...access(), repo: 'datasets/acme/absent' })]).toEqual([
      true,
      false,
    ])
    await expect(createRepo(access())).rejects.toThrow('You already created this dataset repo: acme/corpus')
    await createRepo({ ...access(), repo: 'acme/model', visibility: 'private' })
    expect(await collect(listFiles({ ...access(), repo: 'acme/model' }))).toMatchObject([
      { oid: 'a6344aac8c09253b3b630fb776ae94478aa0275b', size: 1519 },
    ])
  })

  test('is refused with a read token, and on a parent that is no longer the head', async () => {
    const operations = [{ operation: 'addOrUpdate' as const, path: 'a.txt', content: new Blob(['a']) }]
    const params = { ...access(), title: 'a', operations, useXet: false }
    await expect(commit({ ...params, accessToken: readToken })).rejects.toThrow(
      'you must use a write token to upload to a repository.',
    )
    const parentCommit = hub.head('main')!
    hub.commit('main', { message: 'Other', files: { 'b.txt': 'b' } })
    await expect(commit({ ...params, parentCommit })).rejects.toMatchObject({ statusCode: 412 })
  })
})

describe('@huggingface/hub with large files', () => {
  const access = () => ({ repo, accessToken: writeToken, hubUrl: hub.server.origin, useXet: false })

  test('uploads whole objects to the storage and downloads them from there, without its token', async () => {
    await places['over a port']()
    await uploadFile({ ...access(), file: { path: 'plot.png', content: new Blob([png]) } })
    expect(hub.files('main').get('plot.png')).toMatchObject({ mode: '100644', content: png, lfs: { byteLength: 16 } })
    expect(Buffer.from(await (await downloadFile({ ...access(), path: 'plot.png' }))!.arrayBuffer())).toEqual(png)
    expect(await collect(listFiles(access()))).toMatchObject([
      { path: '.gitattributes' },
      { path: 'plot.png', size: 16, lfs: { size: 16, pointerSize: 127 } },
    ])
    expect(storage.hub.requests.map(({ method, status, authorized }) => [method, status, authorized])).toEqual([
      ['PUT', 200, false],
      ['GET', 206, false],
      ['GET', 200, false],
    ])
  })

  test('uploads the chunks of a file, of which the store puts it together, and of a longer one only those that are new', async () => {
    const served = await serveCorpus()
    ;({ hub, storage, close } = served)
    const old = Buffer.from(randomBytes(300_000, 1))
    const longer = Buffer.concat([old, randomBytes(20_000, 2)])
    const chunked = { ...access(), useXet: true }
    await uploadFile({ ...chunked, file: { path: 'a.bin', content: new Blob([old]) } })
    const before = served.cas.receivedLength
    await uploadFile({ ...chunked, file: { path: 'a.bin', content: new Blob([longer]) } })
    expect(hub.files('main').get('a.bin')?.content).toEqual(longer)
    expect(before).toBeGreaterThan(300_000)
    // The last chunk of the old one ends where the file ended.
    expect(served.cas.receivedLength - before).toBeLessThan(20_000 + 2 * 131_072)
    expect(storage.hub.requests.filter(({ method }) => method === 'PUT')).toEqual([])
  })

  test('uploads in parts above the threshold', async () => {
    ;({ hub, storage, close } = await serveCorpus({ switches: { multipartThreshold: 1000, partByteLength: 400 } }))
    const content = Buffer.alloc(1100, 'abc\0')
    await uploadFile({ ...access(), file: { path: 'a.bin', content: new Blob([content]) } })
    expect(hub.files('main').get('a.bin')?.content).toEqual(content)
    expect([...storage.objects.keys()]).toEqual([`${repository}/${hub.files('main').get('a.bin')!.lfs!.oid}`])
    expect(storage.hub.requests.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PUT'])
  })
})
