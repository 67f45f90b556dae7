import { describe, expect, it } from 'vitest'
import { DeniedError, MovedError } from '../../lib/model/errors.ts'
import { draft, readDraft, storesOf } from '../contract/drafts.ts'
import { lfsObject } from '../hubs/new-commits.ts'
import { newCommit, reader, startWorld, storageOrigin, origin } from './setup.ts'

const megabyte = 1024 * 1024

const files = [
  draft('notes.txt'),
  draft('model.bin'),
  draft('blob', { bytes: Buffer.from([1, 0, 2]) }),
  draft('latin.csv', { bytes: Buffer.from([0xe9, 0x0a]) }),
  draft('cut.txt', { bytes: `${'x'.repeat(511)}é` }),
  draft('empty.bin', { bytes: '' }),
  draft('pointer.csv', { bytes: 'small', object: true }),
  draft('ignored.log'),
  draft('huge.csv', { bytes: '', byteLength: 10 * megabyte }),
  draft('large.csv', { bytes: 'x', byteLength: 10 * megabyte - 1 }),
]
const expected = {
  'notes.txt': 'plain',
  'model.bin': 'lfs',
  'blob': 'lfs',
  'latin.csv': 'lfs',
  'cut.txt': 'plain',
  'empty.bin': 'plain',
  'pointer.csv': 'lfs',
  'ignored.log': 'plain',
  'huge.csv': 'lfs',
  'large.csv': 'plain',
}

describe('how files are stored', () => {
  it('is asked of the Hub in one request, whose advice on ignored files does not count', async () => {
    const { hub, remote, takeRequests } = startWorld()
    const head = hub.commit('main', { files: { '.gitignore': '*.log\n' }, message: 'Ignore' })
    expect(storesOf(files, await remote.readStores(head, files, new Map(), readDraft))).toEqual(expected)
    expect(takeRequests()).toEqual(['POST /api/datasets/acme/corpus/preupload/main'])
  })

  it.each([
    ['without a token', null],
    ['with a token that may only read', reader],
  ])("is known by the Hub's rule %s", async (_, token) => {
    const { hub, connect } = startWorld()
    expect(storesOf(files, await connect({ token }).readStores(hub.head('main'), files, new Map(), readDraft))).toEqual(
      expected,
    )
  })

  it.each([
    ['asked', undefined],
    ['known by rule', null],
  ])('follows the attributes that the commit brings, when %s', async (_, token) => {
    const { hub, connect } = startWorld()
    const remote = token === null ? connect({ token }) : connect()
    const attributes = new Map([
      ['', '*.txt filter=lfs diff=lfs merge=lfs -text\n'],
      ['sub', '*.csv filter=lfs\n'],
    ])
    const asked = [draft('a.txt'), draft('a.bin'), draft('sub/a.csv'), draft('a.csv')]
    const stores = await remote.readStores(hub.head('main'), asked, attributes, readDraft)
    expect(storesOf(asked, stores)).toEqual({ 'a.txt': 'lfs', 'a.bin': 'plain', 'sub/a.csv': 'lfs', 'a.csv': 'plain' })
  })

  it.each([
    ['a thousand files at a time', 1_000, 5, 3],
    ['fewer where their samples are long', 1_000, 600, 11],
    ["as many as the Hub's own client sends, should it refuse more", 256, 5, 14],
  ])('is asked for %s, and not at all where it is clear', async (_, preuploadMax, byteLength, requests) => {
    const { hub, remote, takeRequests } = startWorld({ switches: { preuploadMax } })
    const many = Array.from({ length: 2_500 }, (__, index) => draft(`${index}.txt`, { bytes: 'x'.repeat(byteLength) }))
    const stores = await remote.readStores(
      hub.head('main'),
      [...many, draft('last', { bytes: Buffer.from([0]) })],
      new Map(),
      readDraft,
    )
    expect([...stores]).toEqual([['last', 'lfs']])
    expect(takeRequests()).toHaveLength(requests)
    await remote.readStores(
      hub.head('main'),
      [draft('empty', { bytes: '' }), draft('object', { bytes: 'x', object: true })],
      new Map(),
      readDraft,
    )
    expect(takeRequests()).toEqual([])
  })

  it('is plain for rules, also where they come as objects: git reads no rules in an object', async () => {
    const { hub, remote } = startWorld()
    const rules = [draft('.gitattributes', { object: true }), draft('sub/.gitattributes', { object: true })]
    expect([...(await remote.readStores(hub.head('main'), rules, new Map(), readDraft))]).toEqual([])
  })

  it('needs no head', async () => {
    const { remote } = startWorld()
    const rules = new Map([['', '*.bin filter=lfs\n']])
    const stores = await remote.readStores(null, [draft('a.bin')], rules, readDraft)
    expect(Object.fromEntries(stores)).toEqual({ 'a.bin': 'lfs' })
  })
})

describe('what the Hub would refuse', () => {
  it('is nothing for ordinary edits, which are not asked about', async () => {
    const { remote, takeRequests } = startWorld()
    expect(
      await remote.readRefusals(
        [
          draft('a/b.csv'),
          draft('README.md', { bytes: '# Title\n' }),
          draft('.github/x.yml'),
          draft('.git', { store: null }),
        ],
        readDraft,
      ),
    ).toEqual([])
    expect(takeRequests()).toEqual([])
  })

  it('are paths that git or the Hub cannot hold', async () => {
    const { remote } = startWorld()
    const paths = ['.git/config', 'a/.GIT/x', '../up', 'a//b', 'a\\..\\b', './x', 'a\\.git\\b', 'a\\', '\\b', 'a\0b']
    expect(
      await remote.readRefusals(
        paths.map((path) => draft(path)),
        readDraft,
      ),
    ).toHaveLength(paths.length)
    for (const store of ['lfs', 'plain'] as const)
      expect(await remote.readRefusals([draft('x'.repeat(1001), { store })], readDraft)).toHaveLength(1)
  })

  it('is a card with broken metadata', async () => {
    const { remote, takeRequests } = startWorld()
    expect(
      await remote.readRefusals([draft('README.md', { bytes: '---\nlicense: [mit\n---\n' })], readDraft),
    ).toMatchObject([expect.stringContaining('"README.md" has metadata that Hugging Face refuses')])
    expect(
      await remote.readRefusals([draft('README.md', { bytes: '---\nlicense: mit\n---\n# Fine\n' })], readDraft),
    ).toEqual([])
    expect(takeRequests()).toEqual(['POST /api/validate-yaml', 'POST /api/validate-yaml'])
  })

  const broken = 'license: [mit'
  const spellings = ['', '\n', '\n\n', ' ', '\t\n', '\ufeff', '\u00a0', '\u0085', '\r\n'].map(
    (before) => `${before}---\n${broken}\n---\n`,
  )
  it.each([
    ...spellings,
    `---\r\n${broken}\r\n---\r\n`,
    `---\n\n${broken}\n\n---`,
    `---\n---\n${broken}\n---\n`,
    `---\r${broken}\r---\n`,
  ])('is what the Hub reads as broken metadata in %j', async (content) => {
    const { remote, hub } = startWorld()
    const head = hub.head('main')!
    const edit = () =>
      remote.prepare([newCommit(head, { 'README.md': content })], head).then(({ publish }) => publish())
    const refused = await edit().then(
      () => false,
      () => true,
    )
    const said = await remote.readRefusals([draft('README.md', { bytes: content })], readDraft)
    expect(said.length > 0).toBe(refused)
    // Only what Python calls a blank and JavaScript does not is read by nobody.
    expect(refused).toBe(!content.startsWith('\u0085'))
  })

  it('are more LFS files than a commit may hold', async () => {
    const { remote } = startWorld()
    expect(
      await remote.readRefusals(
        Array.from({ length: 25_001 }, (_, index) => draft(`${index}`, { store: 'lfs' })),
        readDraft,
      ),
    ).toHaveLength(1)
  })
})

describe('what the token may do', () => {
  it('is found out without writing', async () => {
    const { hub, remote, connect } = startWorld()
    const head = hub.head('main')
    await remote.checkWrite()
    await expect(connect({ token: reader }).checkWrite()).rejects.toThrow(DeniedError)
    await expect(connect({ token: null }).checkWrite()).rejects.toThrow(/HF_TOKEN is not set/)
    expect(hub.head('main')).toBe(head)
  })
})

describe('a new branch', () => {
  it('starts at the commit, and may be there already', async () => {
    const { hub, connect } = startWorld()
    const start = hub.head('main')!
    const remote = connect({ branch: 'new/one #2' })
    await remote.createBranch(start)
    expect(hub.head('new/one #2')).toBe(start)
    await remote.createBranch(start)
    hub.commit('new/one #2', { files: { x: '1\n' }, message: 'Theirs' })
    await expect(remote.createBranch(start)).rejects.toThrow(MovedError)
    await expect(connect({ branch: 'other', token: reader }).createBranch(start)).rejects.toThrow(DeniedError)
  })
})

describe('content', () => {
  it('is read through redirects, with and without a token, and proven', async () => {
    const { hub, connect } = startWorld()
    const head = hub.commit('main', { files: { 'a b.txt': 'text\n', 'empty.txt': '' }, message: 'Text' })
    for (const token of [null, reader]) {
      const remote = connect({ token })
      const entries = await remote.readEntries(head, ['a b.txt', 'empty.txt', 'none'])
      expect(Buffer.from(await remote.readContent(head, 'a b.txt', entries.get('a b.txt')!)).toString()).toBe('text\n')
      expect(await remote.readContent(head, 'empty.txt', entries.get('empty.txt')!)).toHaveLength(0)
      expect(entries.get('none')).toBeNull()
    }
  })

  it.each(['corrupt', 'cut', { status: 200, body: 'more than was announced\n' }] as const)(
    'that is %o is refused',
    async (act) => {
      const { hub, remote } = startWorld({ switches: { redirectsFiles: false } })
      const head = hub.commit('main', { files: { 'a.txt': 'text\n' }, message: 'Text' })
      const entry = (await remote.readEntries(head, ['a.txt'])).get('a.txt')!
      hub.faults.push({ on: ({ url }) => /\/(?:resolve|raw)\//.test(url), times: 9, when: 'after', act })
      await expect(remote.readContent(head, 'a.txt', entry)).rejects.toThrow(
        /Cannot read "a.txt" of Hugging Face|the connection broke/,
      )
    },
  )

  it.each(['corrupt', { status: 200, body: 'tyxt\n' }, 'cut'] as const)(
    'that is %o once is read again',
    async (act) => {
      const { hub, remote } = startWorld()
      const head = hub.commit('main', { files: { 'a.txt': 'text\n' }, message: 'Text' })
      const entry = (await remote.readEntries(head, ['a.txt'])).get('a.txt')!
      hub.faults.push({ on: ({ url }) => /\/(?:resolve-cache|raw)\//.test(url), when: 'after', act })
      expect(Buffer.from(await remote.readContent(head, 'a.txt', entry)).toString()).toBe('text\n')
    },
  )

  it('costs one request a file in a small run, and is read where it is resolved if it cannot be had at once', async () => {
    const { hub, connect } = startWorld()
    const head = hub.commit('main', { files: { 'a.txt': 'a\n' }, message: 'Text' })
    const read = async () => {
      const remote = connect()
      const entry = (await remote.readEntries(head, ['a.txt'])).get('a.txt')!
      const before = hub.requests.length
      expect(Buffer.from(await remote.readContent(head, 'a.txt', entry)).toString()).toBe('a\n')
      return hub.requests.length - before
    }
    expect(await read()).toBe(1)
    hub.faults.push({
      on: ({ url }) => url.includes('/raw/'),
      times: 9,
      when: 'before',
      act: { status: 404, body: 'Not here' },
    })
    expect(await read()).toBe(3)
  })

  it('waits for the next five-minute window, and says why where even that does not help', async () => {
    const { hub, clock, remote } = startWorld()
    const head = hub.commit('main', { files: { 'a.txt': 'text\n' }, message: 'Text' })
    const entry = (await remote.readEntries(head, ['a.txt'])).get('a.txt')!
    hub.switches.quotas = { api: 1000, resolvers: 0, pages: 0 }
    const startMs = clock.now()
    await expect(remote.readContent(head, 'a.txt', entry)).rejects.toThrow(/429 "We had to rate limit you/)
    expect(clock.now() - startMs).toBeGreaterThanOrEqual(300_000)
    hub.switches.quotas = { api: 1000, resolvers: 5000, pages: 200 }
    expect(Buffer.from(await remote.readContent(head, 'a.txt', entry)).toString()).toBe('text\n')
  })

  it('of an object comes from storage, where the token does not go', async () => {
    const { hub, storage, remote } = startWorld()
    const content = Buffer.alloc(4000, 3)
    hub.commit('main', { files: { 'x.bin': { lfs: content } }, message: 'Object' })
    const chunks: Uint8Array[] = []
    for await (const chunk of await remote.openObject(lfsObject(content))) chunks.push(chunk)
    expect(Buffer.concat(chunks).equals(content)).toBe(true)
    expect(storage.hub.requests.every(({ authorized, url }) => !authorized && url.startsWith(storageOrigin))).toBe(true)
    expect(await remote.readMissing([lfsObject(content), lfsObject(Buffer.from('other'))])).toEqual([
      lfsObject(Buffer.from('other')),
    ])
    expect(hub.requests.every(({ url }) => url.startsWith(origin))).toBe(true)
  })
})
