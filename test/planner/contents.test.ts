/** What was read on one side is known by its id, and is not asked of the other side. */
import { expect, test } from 'vitest'
import type { StoredFile } from '../../lib/model/content.ts'
import type { Entry } from '../../lib/model/entry.ts'
import type { Remote } from '../../lib/model/remote.ts'
import { sides } from '../../lib/model/sides.ts'
import { Contents } from '../../lib/planner/contents.ts'
import { startPair } from '../hubs/pair.ts'
import { act, beginMirror, text } from '../run/mirror-setup.ts'

test('rules that both sides had in common are read on one of them', async () => {
  const pair = await beginMirror(startPair(), { '.gitattributes': '*.zip filter=lfs -text\n', 'a.txt': 'a\n' })
  // The Hub's own rules travelled nowhere: now both have the same file.
  for (const side of sides) act(pair, side, { '.gitattributes': '*.zip filter=lfs -text\n' }, 'The same rules')
  expect((await pair.run()).exitCode).toBe(0)
  act(pair, 'huggingface', {
    '.gitattributes': `${text(pair, 'huggingface', '.gitattributes')}*.bin filter=lfs -text\n`,
  })
  const ran = await pair.run('--dry-run')
  expect([ran.exitCode, ran.out]).toEqual([0, expect.stringContaining('.gitattributes')])
  // The new rules; what they were came with GitHub's answer.
  expect(ran.log.filter((line) => line.includes('/raw/'))).toHaveLength(1)
})

test('what was read, and had to make way before it is read again, is expected again together', async () => {
  const bytes = Buffer.alloc(10_000_000)
  const expected: string[] = []
  const unexpected: string[] = []
  const remote = {
    findContent: () => null,
    expectContents: (blobs: Iterable<Entry>) => expected.push(...Array.from(blobs, ({ oid }) => oid)),
    readContent: async (_: string, path: string) => {
      if (!expected.includes(path)) unexpected.push(path)
      return bytes
    },
  } as unknown as Remote
  const contents = new Contents({ github: remote, huggingface: remote })
  const files = Array.from('abcdefgh', (oid): StoredFile => ({
    side: 'github',
    commit: 'head',
    path: oid,
    entry: { oid, mode: '100644', byteLength: bytes.length, lfs: null },
  }))
  for (const phase of ['samples', 'commit']) {
    expected.length = 0
    contents.expect(files)
    for (const file of files) await contents.read(file)
    expect([phase, unexpected]).toEqual([phase, []])
  }
})
