/**
 * Two repositories in memory (`hubs/line.ts`), people who work on both, and runs of the real decision code and of the real
 * runner between them, each held against what people meant (`intent.ts`).
 */
import { createHash } from 'node:crypto'
import { RemoteError } from '../../lib/model/errors.ts'
import { gitBlobId } from '../../lib/model/git-object.ts'
import { formatPointer } from '../../lib/model/pointer.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../../lib/model/sides.ts'
import { parseTrailers } from '../../lib/model/trailers.ts'
import { runMirror } from '../../lib/run/mirror.ts'
import { InterruptedError } from '../../lib/run/written.ts'
import { noFilters } from '../../lib/view/filters.ts'
import { createLineRemote } from '../hubs/line-remote.ts'
import { LineHub, type Stored } from '../hubs/line.ts'
import { usualOptions } from '../planner/drawn-remotes.ts'
import { beginning, changeDocs, type Step } from './changes.ts'
import { mergeDocs, shared, textOf, textsOf, type Doc, type Docs } from './intent.ts'

/** A pair of commits that both held the same of what was mirrored, and what each held. */
interface SyncPoint {
  readonly commits: Sides<string>
  readonly docs: Sides<Docs>
}

const soon = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve)
  })
const isOutside = ({ path }: Doc) => path.startsWith('x')
const only = (docs: Docs, has: (doc: Doc) => boolean): Docs => new Map([...docs].filter(([, doc]) => has(doc)))
const audience = { warn: () => {}, note: () => {} }
const about = {
  author: { name: 'Carol', email: 'carol@example.org', date: '2026-10-31T12:34:56Z' },
  committerDate: '2026-10-31T12:34:56Z',
}

export class MemoryWorld {
  readonly told: string[] = []
  /** How runs ended. */
  readonly ends: string[] = []
  readonly #hubs = { github: new LineHub('acme/corpus'), huggingface: new LineHub('acme/mirror') }
  /** What each commit that people know holds. */
  readonly #docs = mapSides(() => new Map<string, Docs>())
  readonly #syncs: SyncPoint[] = []
  readonly #used = new Set<string>()
  #next = 10
  /** Whether somebody took commits back that the other side knows. */
  #isRewound = false

  constructor() {
    const docs = beginning
    // One commit that both have is where they begin.
    for (const side of sides) this.#commit(side, docs, 'Begin')
    for (const { path } of docs.values()) this.#used.add(path)
    this.#syncs.push({ commits: this.#heads(), docs: { github: docs, huggingface: docs } })
  }

  #head(side: Side): string {
    return this.#hubs[side].branches.get('main')!
  }
  #heads(): Sides<string> {
    return mapSides((side) => this.#head(side))
  }
  #now(side: Side): Docs {
    return this.#docs[side].get(this.#head(side))!
  }

  #commit(side: Side, docs: Docs, message: string): void {
    const hub = this.#hubs[side]
    const files = new Map([...docs.values()].map((doc) => [doc.path, this.#store(hub, doc)]))
    const { oid } = hub.add(hub.branches.get('main') ?? null, files, about, () => `${message}\n`)
    hub.branches.set('main', oid)
    this.#docs[side].set(oid, docs)
  }

  #store(hub: LineHub, doc: Doc) {
    const bytes = Buffer.from(textOf(doc))
    if (!doc.isObject) return hub.keep(bytes)
    const oid = createHash('sha256').update(bytes).digest('hex')
    hub.objects.set(oid, bytes)
    const object = { oid, byteLength: bytes.length }
    return {
      mode: '100644' as const,
      oid: gitBlobId(Buffer.from(formatPointer(object))),
      byteLength: bytes.length,
      lfs: object,
    }
  }

  act(step: Step): void {
    const { kind, side, which } = step
    const now = this.#now(side)
    const seen = { synced: this.#syncs.at(-1)!.docs[side], there: this.#now(otherSide[side]), used: this.#used }
    this.told.push(`${side} ${kind} ${step.file} ${which}`)
    if (kind === 'rewind') return this.#rewind(side, which)
    if (kind === 'amend' && this.#syncs.some(({ commits }) => commits[side] === this.#head(side))) return
    const changed = changeDocs(now, step, seen, () => this.#next++)
    if (changed === null) return
    const hub = this.#hubs[side]
    if (kind === 'amend') hub.branches.set('main', hub.at(this.#head(side)).parents[0]!)
    const from = this.#hubs[which % 2 === 0 ? side : otherSide[side]]
    const log = kind === 'paste' ? from.log(from.branches.get('main')) : []
    // No two people make one commit.
    const message = log[which % log.length]?.message.trimEnd() ?? `Change ${this.told.length} on ${side}`
    this.#commit(side, changed, message)
  }

  /** Back to where both sides were equal once. */
  #rewind(side: Side, which: number): void {
    if (which % 3 !== 0) return
    const { commits } = this.#syncs[which % this.#syncs.length]!
    const log = this.#log(side)
    if (!log.some(({ oid }) => oid === commits[side])) return
    if (commits[side] !== this.#head(side)) this.#isRewound = true
    this.#hubs[side].branches.set('main', commits[side])
  }

  #log(side: Side): Stored[] {
    return this.#hubs[side].log(this.#head(side))
  }

  /** The latest commits of both histories that were equal. */
  #findBase(): SyncPoint {
    const ids = mapSides((side) => new Set(this.#log(side).map(({ oid }) => oid)))
    return this.#syncs.findLast(({ commits }) => sides.every((side) => ids[side].has(commits[side])))!
  }

  async run({ which, side }: Step): Promise<void> {
    const isNarrow = which % 4 === 1
    const take = which % 3 === 2 ? side : null
    const isShown = (doc: Doc) => !isNarrow || !isOutside(doc)
    const base = this.#findBase()
    const before = this.#heads()
    const stood = mapSides((one) => this.#now(one))
    const objects = new Set(
      [...base.docs.github.values()]
        .filter(({ id, isObject }) => isObject && base.docs.huggingface.get(id)?.isObject)
        .map(({ id }) => id),
    )
    const meant = mergeDocs(
      only(shared(base.docs), isShown),
      mapSides((one) => only(stood[one], isShown)),
      objects,
      take,
    )
    const isKilled = which % 8 === 7
    if (isKilled) this.#hubs[sides[which % 2]!].failure = new RemoteError('killed')
    const status = await this.#call({ isNarrow, take, isSquashed: which % 5 === 0 })
    for (const one of sides) this.#hubs[one].failure = null
    this.ends.push(status)
    this.told.push(`run${isNarrow ? ' narrow' : ''}${take ? ` take ${take}` : ''}: ${status}`)
    if (status === 'refused' && this.#isRewound) return this.#expectUnmoved(before)
    if (meant.isOpen ? status !== 'conflict' : !['mirrored', 'in-sync', 'killed'].includes(status))
      throw new Error(
        `${status}, and people meant ${meant.isOpen ? 'different things' : JSON.stringify(textsOf(meant.docs))}`,
      )
    if (meant.isOpen) return this.#expectUnmoved(before)
    for (const one of sides)
      this.#learn(one, before[one], new Map([...only(stood[one], (doc) => !isShown(doc)), ...meant.docs]), status)
    this.#recordSync(isShown)
    if (status !== 'killed') await this.#expectQuiet(isNarrow)
  }

  async #call({
    isNarrow,
    take,
    isSquashed,
  }: {
    isNarrow: boolean
    take: Side | null
    isSquashed: boolean
  }): Promise<string> {
    const remotes = mapSides((side) => createLineRemote(this.#hubs[side], { side }))
    const filters = isNarrow ? { ...noFilters, exclude: ['x*'] } : noFilters
    const options = {
      ...usualOptions,
      filters,
      take: () => take,
      squash: isSquashed,
      allowDelete: true,
      historyMax: 5_000,
      inspect: false,
    }
    try {
      return (await runMirror(remotes, { ...options, sleep: soon, audience })).status
    } catch (error) {
      const cause = error instanceof InterruptedError ? error.cause : error
      if (cause instanceof RemoteError && cause.message === 'killed') return 'killed'
      throw error
    }
  }

  #expectUnmoved(before: Sides<string>): void {
    const now = this.#heads()
    if (sides.some((side) => now[side] !== before[side])) throw new Error('a run that settled nothing wrote something')
  }

  /** What a side holds now is what people meant, or what stood there where the run was killed; and its commits tell the truth. */
  #learn(side: Side, before: string, meant: Docs, status: string): void {
    const head = this.#head(side)
    const log = this.#log(side)
    const added = log.slice(
      0,
      log.findIndex(({ oid }) => oid === before),
    )
    if (!log.some(({ oid }) => oid === before)) throw new Error(`${side} was forced`)
    for (const commit of added) this.#expectTrue(side, commit)
    if (head === before && status === 'killed') return
    const held = this.#hubs[side].texts()
    const wanted = textsOf(meant)
    const paths = [...new Set([...Object.keys(held), ...Object.keys(wanted)])].filter(
      (path) => held[path] !== wanted[path],
    )
    if (paths.length > 0)
      throw new Error(
        `${side} holds ${JSON.stringify(paths.map((path) => [path, held[path]]))}, and people meant ${JSON.stringify(paths.map((path) => [path, wanted[path]]))}`,
      )
    const { files } = this.#hubs[side].at(head)
    const stored = [...meant].map(([id, doc]): [number, Doc] => [
      id,
      { ...doc, isObject: files.get(doc.path)!.lfs !== null },
    ])
    this.#docs[side].set(head, new Map(stored))
  }

  #expectTrue(side: Side, { oid, files, message }: Stored): void {
    const { mirroredFrom, mirroredTree } = parseTrailers(message)
    const { tree } = this.#hubs[side].at(oid)
    // What both sides changed is a copy of nothing until the other side has it, too.
    if (mirroredFrom === null) return
    const named = this.#hubs[otherSide[side]].commits.get(mirroredFrom.oid)
    if (!named || mirroredTree !== tree) throw new Error(`${side} ${oid} names nothing that is there:\n${message}`)
    const differs = [...new Set([...files.keys(), ...named.files.keys()])].filter((path) => {
      const [one, other] = [files.get(path), named.files.get(path)]
      return (
        !path.startsWith('x') &&
        (one?.byteLength !== other?.byteLength || (!one?.lfs && !other?.lfs && one?.oid !== other?.oid))
      )
    })
    if (differs.length > 0)
      throw new Error(`${side} ${oid} says that it mirrors ${named.oid}, which differs at ${differs.join(', ')}`)
  }

  #recordSync(isShown: (doc: Doc) => boolean): void {
    const heads = this.#heads()
    const isNamed = sides.some(
      (side) => parseTrailers(this.#hubs[side].at(heads[side]).message).mirroredFrom?.oid === heads[otherSide[side]],
    )
    if (!isNamed || sides.every((side) => this.#syncs.at(-1)!.commits[side] === heads[side])) return
    const docs = mapSides((side) => only(this.#now(side), isShown))
    const [one, other] = sides.map((side) => JSON.stringify(Object.entries(textsOf(docs[side])).toSorted()))
    if (one !== other) return
    this.#syncs.push({ commits: heads, docs: mapSides((side) => this.#now(side)) })
    for (const side of sides) for (const { path } of this.#now(side).values()) this.#used.add(path)
  }

  async #expectQuiet(isNarrow: boolean): Promise<void> {
    const before = this.#heads()
    const again = await this.#call({ isNarrow, take: null, isSquashed: false })
    if (again !== 'in-sync') throw new Error(`a second run was ${again}`)
    this.#expectUnmoved(before)
  }
}
