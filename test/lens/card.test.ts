/** The lens over a line in memory: what it shows, what it sends, and what that costs. */
import { describe, expect, test } from 'vitest'
import { hideFrontMatter } from '../../lib/lens/card.ts'
import { splitCard } from '../../lib/model/card-lens.ts'
import { gitBlobId } from '../../lib/model/git-object.ts'
import type { Draft, Edit, NewCommit, Parent, Remote } from '../../lib/model/remote.ts'
import { createLineRemote } from '../hubs/line-remote.ts'
import { LineHub } from '../hubs/line.ts'
import fc, { runs } from '../random.ts'

const path = 'README.md'
const card = fc.constantFrom(
  null,
  '# Text\n',
  'no line break',
  '---\na: 1\n---\n',
  '---\na: 1\n---\n# Text\n',
  '---\r\nb: 2\r\n---\r\n# Text\r\n',
  '---\nb: 2\n---',
  '---\n\nprose\n\n---\n\n# Text\n',
  '\ufeff---\na: 1\n---\n# Text\n',
)
const shownOf = (text: string | null) => splitCard(text).body

function open(texts: readonly (string | null)[]) {
  const hub = new LineHub('third/corpus')
  hub.commit({ 'a.txt': 'a\n' }, 'Begin')
  const oids = texts.map((text, index) => hub.commit({ [path]: text, 'a.txt': `${index}\n` }, `Commit ${index}`))
  const asked: string[] = []
  const inner = createLineRemote(hub, { side: 'huggingface' })
  const watched: Remote = {
    ...inner,
    readEntries: (commit, paths) => {
      asked.push('entries')
      return inner.readEntries(commit, paths)
    },
    readContent: (commit, name, blob) => {
      asked.push('content')
      return inner.readContent(commit, name, blob)
    },
  }
  return { hub, oids, asked, remote: hideFrontMatter(watched) }
}

const stored = (hub: LineHub, oid: string) => {
  const entry = hub.at(oid).files.get(path)
  return entry ? Buffer.from(hub.blobs.get(entry.oid)!).toString('utf8') : null
}

async function readShown(remote: Remote, oid: string): Promise<string | null> {
  const entry = (await remote.readEntries(oid, [path])).get(path) ?? null
  if (entry === null) return null
  const bytes = await remote.readContent(oid, path, entry)
  expect([gitBlobId(bytes), bytes.length]).toEqual([entry.oid, entry.byteLength])
  expect(Buffer.from((await remote.readRange!({ side: 'huggingface', commit: oid, path, entry }, 1, 3))!)).toEqual(
    Buffer.from(bytes.subarray(1, 3)),
  )
  return Buffer.from(bytes).toString('utf8')
}

const edit = (text: string | null): Edit => {
  const bytes = Buffer.from(text ?? '')
  const { length: byteLength } = bytes
  const file = { store: 'plain', mode: null, oid: gitBlobId(bytes), byteLength, read: async () => bytes } as const
  return { path, file: text === null ? null : file }
}

const compose = (parent: Parent, edits: readonly Edit[]): NewCommit => ({
  parents: [parent],
  title: 'Change',
  body: '',
  author: null,
  date: '2026-11-01T00:00:00Z',
  mirrors: null,
  part: '',
  marks: [],
  edits,
})

test('every answer about a commit is about what its card shows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(card, { minLength: 2, maxLength: 4 }), async (texts) => {
      const { oids, remote } = open(texts)
      for (const [index, oid] of oids.entries()) {
        const shown = shownOf(texts[index]!)
        expect(await readShown(remote, oid)).toBe(shown)
        expect(await remote.countFiles(oid, () => true, 10)).toBe(shown === null ? 1 : 2)
        expect(await remote.countFiles(oid, (one) => one !== path, 10)).toBe(1)
        expect(await remote.readFrontMatter!(oid)).toBe(splitCard(texts[index]!).block)
        const listed = await remote.readChanges(null, oid, () => true)
        expect(listed.map((one) => one.path)).toEqual(shown === null ? ['a.txt'] : [path, 'a.txt'])
        const before = index === 0 ? null : shownOf(texts[index - 1]!)
        if (index === 0) continue
        const changed = (await remote.readChanges(oids[index - 1]!, oid, () => true)).find((one) => one.path === path)
        const id = (text: string | null) => text && gitBlobId(Buffer.from(text))
        expect(changed && [changed.before?.oid ?? null, changed.after?.oid ?? null]).toEqual(
          before === shown ? undefined : [id(before), id(shown)],
        )
      }
    }),
    { numRuns: runs(40) },
  )
})

test('what is sent is shown, below the block of the commit that it is made on', async () => {
  const body = fc.constantFrom(null, '# New\n', 'one line', '\r\n', '---\nnot: ours\n---\nx\n')
  await fc.assert(
    fc.asyncProperty(card, fc.array(body, { minLength: 1, maxLength: 3 }), async (text, bodies) => {
      const { hub, oids, remote } = open([text])
      const { block } = splitCard(text)
      fc.pre(bodies.every((one) => block !== '' || splitCard(one).block === ''))
      const present = [text, ...bodies].map(shownOf)
      const commits = bodies.map((one, index) =>
        compose(
          index === 0 ? { oid: oids[0]! } : { index: index - 1 },
          // What is not there is not deleted.
          one === null && present[index] === null ? [] : [edit(one)],
        ),
      )
      const head = await (await remote.prepare(commits, oids[0]!)).publish()
      expect(await readShown(remote, head)).toBe(bodies.at(-1))
      expect(splitCard(stored(hub, head)).block.trimEnd()).toBe(block.trimEnd())
    }),
    { numRuns: runs(60) },
  )
})

describe('requests', () => {
  test('are none where the card is not among what is read', async () => {
    const { oids, asked, remote } = open(['---\na: 1\n---\nx\n', '---\na: 1\n---\nx\n'])
    await remote.readChanges(oids[0]!, oids[1]!, () => true)
    await remote.readChanges(null, oids[1]!, (one) => one !== path)
    await remote.countFiles(oids[1]!, () => true, 1)
    await remote.prepare([compose({ oid: oids[1]! }, [{ path: 'a.txt', file: null }])], oids[1]!)
    expect(asked).toEqual([])
  })

  test('are one for each version of the card, whatever is asked of it', async () => {
    const { oids, asked, remote } = open(['---\na: 1\n---\nx\n', '---\na: 1\n---\ny\n'])
    for (let times = 0; times < 3; times += 1) {
      await remote.readChanges(oids[0]!, oids[1]!, () => true)
      await readShown(remote, oids[1]!)
      await remote.readFrontMatter!(oids[1]!)
    }
    expect(asked.filter((what) => what === 'content')).toHaveLength(2)
  })
})

test('bytes that are no longer kept are read again', async () => {
  const body = 'x'.repeat(9_000_000)
  const { oids, remote } = open([`---\na: 1\n---\n${body}`])
  expect(await readShown(remote, oids[0]!)).toBe(body)
})

test('a block of another parent is not put above the text: each commit has that of its own', async () => {
  const { hub, oids, remote } = open(['---\na: 1\n---\nx\n', '---\nb: 2\n---\nx\n'])
  const head = await (await remote.prepare([compose({ oid: oids[1]! }, [edit('y\n')])], oids[1]!)).publish()
  expect(stored(hub, head)).toBe('---\nb: 2\n---\ny\n')
})

test('what is asked of a draft is asked of the whole card', async () => {
  const seen: string[] = []
  const note = <T>(drafts: readonly Draft[], answer: T) => {
    for (const { content, store } of drafts) seen.push(`${store} ${content && 'text' in content ? content.text : ''}`)
    return answer
  }
  const hub = new LineHub('third/corpus')
  const head = hub.commit({ [path]: '---\na: 1\n---\nx\n' }, 'Begin')
  const remote = hideFrontMatter({
    ...createLineRemote(hub, { side: 'huggingface' }),
    readRefusals: async (drafts) => note(drafts, []),
    readStores: async (_, drafts) => note(drafts, new Map()),
  })
  const read = (content: NonNullable<Draft['content']>) => Buffer.from('text' in content ? content.text : '')
  const drafts: Draft[] = [{ path, content: { text: 'y\n' }, store: 'plain', was: null }]
  await remote.readStores(head, drafts, new Map(), read)
  await remote.readRefusals(drafts, read, { head, earlier: [] })
  await remote.readRefusals([{ path, content: null, store: null, was: null }], read, { head, earlier: [] })
  expect(seen).toEqual(['plain ---\na: 1\n---\ny\n', 'plain ---\na: 1\n---\ny\n', 'plain ---\na: 1\n---\n'])
})
