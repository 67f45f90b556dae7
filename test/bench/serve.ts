/**
 * A process of its own: both fake hubs and their storage, so that what the command takes can be measured apart. Its
 * argument is a JSON `Scene`; it sends a `Ready`, answers each message with `ServedCounts` since the one before, and
 * ends with its parent.
 */
import type { LfsObject } from '../../lib/model/entry.ts'
import { otherSide, type Side } from '../../lib/model/sides.ts'
import type { FileEntry } from '../hubs/git.ts'
import { formatPointer } from '../hubs/github-repository.ts'
import { servePair } from '../hubs/pair.ts'
import { Bulk, nameObjects, type BulkCounts } from './bulk.ts'

/**
 * Both sides hold `files` small texts. Then `from` does `act` to `changed` of them and adds `count` objects: `edit`
 * gives them other bytes, `rename` another folder. With `both`, the other side edits as many others. `first`: the other
 * side holds nothing yet but what the service itself puts there.
 */
export interface Scene {
  readonly from: Side
  readonly files: number
  readonly changed: number
  readonly count: number
  readonly byteLength: number
  readonly act?: 'edit' | 'delete' | 'rename' | 'first'
  readonly both?: boolean
}
export interface Ready {
  readonly env: Record<string, string>
  readonly storage: string
  readonly objects: readonly LfsObject[]
}
export interface ServedCounts extends BulkCounts {
  readonly asked: number
}

const person = { name: 'Bob', email: 'bob@example.org', seconds: 1_793_448_000, offset: '+0000' }
const { from, files, changed, count, byteLength, act = 'edit', both = false } = JSON.parse(process.argv[2]!) as Scene

const pair = await servePair()
const { github, huggingface } = pair
const keyOf = {
  github: (oid: string) => github.repository.key(oid),
  huggingface: (oid: string) => huggingface.repository.key(oid),
}
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
  const entries = [...contents].map(([path, content]): [string, FileEntry] => [
    path,
    { mode: '100644', oid: store[side].writeBlob(content) },
  ])
  const oid = store[side].writeCommit({
    tree: store[side].writeFiles(new Map(entries)),
    parents,
    author: person,
    committer: person,
    message,
  })
  if (side === 'github') github.forcePush('main', oid)
  else huggingface.gitPush('main', oid)
  return oid
}

const pathOf = (index: number, folder = 'data') => `${folder}/${index % 400}/${index}.csv`
const textOf = (index: number) => `${index}\n`
const start = new Map<string, string | Buffer>([
  ['.gitattributes', '*.bin filter=lfs diff=lfs merge=lfs -text\n'],
  ['README.md', '# Corpus\n'],
])
for (let index = 0; index < files; index++) start.set(pathOf(index), textOf(index))

function change(
  side: Side,
  base: string,
  what: NonNullable<Scene['act']>,
  offset: number,
  more: ReadonlyMap<string, string | Buffer>,
): void {
  const contents = new Map([...start, ...more])
  for (let nth = 0; nth < changed; nth++) {
    const index = nth * Math.floor(files / changed) + offset
    if (what === 'edit') contents.set(pathOf(index), `changed ${index}\n`)
    else contents.delete(pathOf(index))
    if (what === 'rename') contents.set(pathOf(index, 'moved'), textOf(index))
  }
  push(side, contents, [base], 'Change\n')
}

const pointers = new Map(objects.map((object, index) => [`objects/${index}.bin`, formatPointer(object)]))
if (act === 'first') {
  push(from, new Map([...start, ...pointers]), [], 'Begin\n')
} else {
  const base = push('github', start, [], 'Begin\n')
  push('huggingface', start, [], 'Begin\n')
  if (changed > 0 || count > 0) change(from, base, act, 0, pointers)
  if (both) change(otherSide[from], base, 'edit', 1, new Map())
}

const before = { github: 0, huggingface: 0 }
process.on('message', () => {
  const asked = github.requests.length - before.github + huggingface.requests.length - before.huggingface
  before.github = github.requests.length
  before.huggingface = huggingface.requests.length
  process.send!({ ...bulk.takeCounts(), asked } satisfies ServedCounts)
})
process.on('disconnect', () => process.exit())
process.send!({ env: pair.env, storage, objects } satisfies Ready)
