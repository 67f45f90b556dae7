/**
 * A process of its own: both fake hubs and their storage, so that what the command takes can be measured apart. Its
 * argument is a JSON `Scene`; it sends a `Ready`, answers each message with `ServedCounts` since the one before, and
 * ends with its parent.
 */
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import { Generated } from '../hubs/generated.ts'
import type { FileEntry } from '../hubs/git.ts'
import { formatPointer } from '../hubs/github-repository.ts'
import type { Hub } from '../hubs/hub.ts'
import { servePair } from '../hubs/pair.ts'
import type { BareCopy } from '../lfs/streaming-copy.ts'

/**
 * Both sides hold `files` small texts. Then `from` does `act` to `changed` of them and adds `count` objects: `edit`
 * gives them other bytes, `rename` another folder. With `both`, the other side edits as many others. `first`: the other
 * side holds nothing yet but what the service itself puts there. `commits`: `from` tells its change by so many more, each
 * of which edits one text; `before`: as many stand before what both sides hold.
 */
export interface Scene {
  readonly from: Side
  readonly files: number
  readonly changed: number
  readonly count: number
  readonly byteLength: number
  readonly act?: 'edit' | 'delete' | 'rename' | 'first'
  readonly both?: boolean
  readonly commits?: number
  readonly before?: number
}
/** `bare`: the addresses of each object and of a place where no hub looks for it. */
export interface Ready {
  readonly env: Record<string, string>
  readonly bare: readonly BareCopy[]
}
/**
 * Bytes that storage gave and took, how long it was from the first request for them to the end of the last answer, and
 * what the hubs were asked.
 */
export interface ServedCounts {
  readonly given: number
  readonly taken: number
  readonly spanMs: number
  readonly asked: number
}

const person = { name: 'Bob', email: 'bob@example.org', seconds: 1_793_448_000, offset: '+0000' }
const {
  from,
  files,
  changed,
  count,
  byteLength,
  act = 'edit',
  both = false,
  commits = 0,
  before = 0,
} = JSON.parse(process.argv[2]!) as Scene

const pair = await servePair()
const { github, huggingface } = pair
const keyOf = {
  github: (oid: string) => github.repository.key(oid),
  huggingface: (oid: string) => huggingface.repository.key(oid),
}
const generated = count > 0 ? new Generated(count, byteLength) : null
const objects = generated?.objects ?? []
// Limits of a minute or five would be all that is measured of many objects.
github.switches.limits = { core: 1e9, graphql: 1e9, lfs: 1e9 }
huggingface.switches.quotas = { api: 1e9, resolvers: 1e9, pages: 1e9 }
const dayMs = 86_400_000
for (const side of sides) pair.storages[side].generated = generated
for (const { oid } of objects) {
  pair.storages[from].addGenerated(keyOf[from](oid), byteLength)
  if (from === 'github') github.repository.present.add(oid)
}
const bare = objects.map(({ oid }): BareCopy => ({
  byteLength,
  from: pair.storages[from].sign('GET', keyOf[from](oid), { expiresMs: dayMs }),
  to: pair.storages[otherSide[from]].sign('PUT', `bare/${oid}`, { expiresMs: dayMs }),
}))

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
  return move(side, oid)
}

function move(side: Side, oid: string): string {
  if (side === 'github') github.forcePush('main', oid)
  else huggingface.gitPush('main', oid)
  return oid
}

/** More commits, a second apart, each of which edits `log.txt`. Returns the last one. */
function lengthen(side: Side, head: string | null, more: number, seconds: number): string {
  const git = store[side]
  const root = head === null ? [] : git.readTree(git.readCommit(head).tree)
  let parents = head === null ? [] : [head]
  for (let nth = 1; nth <= more; nth++) {
    const made = { ...person, seconds: seconds + nth }
    const log = { name: 'log.txt', mode: '100644', oid: git.writeBlob(`${nth}\n`) } as const
    const tree = git.writeTree([...root, log])
    parents = [git.writeCommit({ tree, parents, author: made, committer: made, message: `Change ${nth}\n` })]
  }
  return move(side, parents[0]!)
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

const pointers = new Map(
  objects.map((object, index) => [`objects/${Math.floor(index / 1000)}/${index}.bin`, formatPointer(object)]),
)
if (act === 'first') {
  push(from, new Map([...start, ...pointers]), [], 'Begin\n')
} else {
  const [base] = sides.map((side) => {
    const parents = before > 0 ? [lengthen(side, null, before, person.seconds - before)] : []
    return push(side, start, parents, 'Begin\n')
  })
  if (changed > 0 || count > 0) change(from, base!, act, 0, pointers)
  if (commits > 0) lengthen(from, pair[from].head('main'), commits, person.seconds)
  if (both) change(otherSide[from], base!, 'edit', 1, new Map())
}

const takeFrom = (hub: Hub) => hub.requests.splice(0)
process.on('message', () => {
  const asked = takeFrom(github).length + takeFrom(huggingface).length
  const records = sides.flatMap((side) => takeFrom(pair.storages[side].hub))
  const sum = (field: 'downloadedBytes' | 'uploadedBytes') =>
    records.reduce((total, record) => total + record[field], 0)
  const spanMs = Math.max(...records.map(({ endedMs }) => endedMs)) - Math.min(...records.map(({ beganMs }) => beganMs))
  process.send!({ given: sum('downloadedBytes'), taken: sum('uploadedBytes'), spanMs, asked } satisfies ServedCounts)
})
process.on('disconnect', () => process.exit())
process.send!({ env: pair.env, bare } satisfies Ready)
