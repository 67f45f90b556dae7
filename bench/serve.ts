/**
 * A process of its own: both fake hubs and their storage, so that what the command takes can be measured apart. Its argument is a JSON `Scene`;
 * it sends a `Ready`, answers each message with `ServedCounts` since the one before, and ends with its parent.
 */
import type { LfsObject } from '../lib/entry.ts'
import type { Side } from '../lib/sides.ts'
import type { FileEntry } from '../test/hubs/git.ts'
import { formatPointer } from '../test/hubs/github-repository.ts'
import { servePair } from '../test/hubs/pair.ts'
import { Bulk, nameObjects, type BulkCounts } from './bulk.ts'

/** Both sides hold `files` small texts. Then `from` changes `changed` of them, and adds `count` objects. */
export interface Scene { readonly from: Side, readonly files: number, readonly changed: number, readonly count: number, readonly byteLength: number }
export interface Ready { readonly env: Record<string, string>, readonly storage: string, readonly objects: readonly LfsObject[] }
export interface ServedCounts extends BulkCounts { readonly asked: number }

const person = { name: 'Bob', email: 'bob@example.org', seconds: 1_793_448_000, offset: '+0000' }
const { from, files, changed, count, byteLength } = JSON.parse(process.argv[2]!) as Scene

const pair = await servePair()
const { github, huggingface } = pair
const keyOf = { github: (oid: string) => github.repository.key(oid), huggingface: (oid: string) => huggingface.repository.key(oid) }
const objects = count > 0 ? nameObjects(count, byteLength) : []
// The hubs ask for nothing but an object's length.
const ofLength = (length: number) => ({ length }) as Buffer

const bulk = new Bulk(objects, (key, length) => {
  for (const storage of Object.values(pair.storages)) storage.objects.set(key, ofLength(length))
})
const storage = await bulk.listen()
for (const each of Object.values(pair.storages)) each.sign = (_, key) => ({ href: `${storage}/${key}`, header: {} })
for (const object of objects) {
  pair.storages[from].objects.set(keyOf[from](object.oid), ofLength(byteLength))
  if (from === 'github') github.repository.present.add(object.oid)
}

const store = { github: github.store, huggingface: huggingface.git }
function push(side: Side, contents: ReadonlyMap<string, string | Buffer>, parents: string[], message: string): string {
  const entries = [...contents].map(([path, content]): [string, FileEntry] => [path, { mode: '100644', oid: store[side].writeBlob(content) }])
  const oid = store[side].writeCommit({ tree: store[side].writeFiles(new Map(entries)), parents, author: person, committer: person, message })
  if (side === 'github') github.forcePush('main', oid)
  else huggingface.gitPush('main', oid)
  return oid
}

const contents = new Map<string, string | Buffer>([['.gitattributes', '*.bin filter=lfs diff=lfs merge=lfs -text\n'], ['README.md', '# Corpus\n']])
const pathOf = (index: number) => `data/${index % 400}/${index}.csv`
for (let index = 0; index < files; index++) contents.set(pathOf(index), `${index}\n`)
const base = push('github', contents, [], 'Begin\n')
push('huggingface', contents, [], 'Begin\n')
for (let index = 0; index < changed; index++) contents.set(pathOf(index * Math.floor(files / changed)), `changed ${index}\n`)
for (const [index, object] of objects.entries()) contents.set(`objects/${index}.bin`, formatPointer(object))
push(from, contents, [base], 'Change\n')

const before = { github: 0, huggingface: 0 }
process.on('message', () => {
  const asked = github.requests.length - before.github + huggingface.requests.length - before.huggingface
  before.github = github.requests.length
  before.huggingface = huggingface.requests.length
  process.send!({ ...bulk.takeCounts(), asked } satisfies ServedCounts)
})
process.on('disconnect', () => process.exit())
process.send!({ env: pair.env, storage, objects } satisfies Ready)
