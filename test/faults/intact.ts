/** Whether what two repositories hold is whole: the objects behind all pointers, and what git and git-lfs say. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parsePointer } from '../../lib/model/pointer.ts'
import { mapSides, sides, type Side, type Sides } from '../../lib/model/sides.ts'
import { hasGit, hasGitLfs } from '../git-judge.ts'
import { ObjectStore } from '../hubs/git.ts'
import type { Pair } from '../hubs/pair.ts'
import { readCommits, refsOf, storeOf } from './state.ts'

/** Whose store has the objects of each side: with `--lfs huggingface` that is the Hub's for both. */
export type Homes = Readonly<Record<Side, Side>>

/** The objects that each tree names, by its id: trees are read again and again. */
const named = new Map<string, readonly string[]>()

function readNamed(store: ObjectStore, tree: string): readonly string[] {
  const known = named.get(tree)
  if (known) return known
  const found = [...store.readFiles(tree).values()].flatMap(({ mode, oid }) => {
    const pointer = mode.startsWith('100') ? parsePointer(store.read(oid, 'blob')) : null
    return pointer && 'oid' in pointer ? [pointer.oid] : []
  })
  named.set(tree, found)
  return found
}

/** The objects that anything which a reference leads to names. */
function listObjects(pair: Pair, side: Side): Set<string> {
  const store = storeOf(pair, side)
  const trees = new Set([...readCommits(pair, side)].map((oid) => store.readCommit(oid).tree))
  return new Set([...trees].flatMap((tree) => readNamed(store, tree)))
}

const objectOf = (pair: Pair, home: Side, oid: string) =>
  pair.storages[home].objects.get(pair[home].repository.key(oid))
const sound = new WeakSet<Buffer>()

/** What is wrong with a stored object; null where nothing is. */
function judgeObject(content: Buffer | undefined, oid: string): string | null {
  if (content === undefined) return 'is in no store'
  if (sound.has(content)) return null
  if (createHash('sha256').update(content).digest('hex') !== oid) return 'holds other bytes'
  sound.add(content)
  return null
}

/** Each pointer that a reference leads to and whose object is not where it should be, or is another one. */
export function findDangling(pair: Pair, homes: Homes): string[] {
  return sides.flatMap((side) =>
    [...listObjects(pair, side)].flatMap((oid) => {
      const wrong = judgeObject(objectOf(pair, homes[side], oid), oid)
      return wrong === null ? [] : [`${side}: LFS object ${oid} ${wrong}`]
    }),
  )
}

const nobody = { name: 'Judge', email: 'judge@example.org', seconds: 0, offset: '+0000' }

/**
 * Real git and git-lfs, asked of many states at once: all commits of a side are put into one repository, whose head holds
 * the files of each state in a folder.
 */
export class Judge {
  readonly #stores: Sides<ObjectStore> = mapSides(() => new ObjectStore())
  readonly #refs = mapSides(() => new Map<string, string>())
  readonly #trees = mapSides(() => new Map<string, string>())
  readonly #objects = mapSides(() => new Map<string, Buffer>())
  #count = 0

  /** How many states it was given. */
  get count(): number {
    return this.#count
  }

  /** Keeps both repositories as they are now. */
  add(pair: Pair, homes: Homes): void {
    const number = this.#count++
    for (const side of sides) {
      const store = storeOf(pair, side)
      this.#stores[side].copy(store)
      for (const [ref, oid] of refsOf(pair, side)) {
        this.#refs[side].set(
          ref.replace(/^refs\/(heads|tags|)/, (start) => `${start}/${number}/`.replace('//', '/')),
          oid,
        )
        if (store.type(oid) === 'commit' && homes[side] === side)
          this.#trees[side].set(`${number}${ref.replaceAll('/', '-')}`, store.readCommit(oid).tree)
      }
      if (homes[side] !== side) continue
      for (const oid of listObjects(pair, side)) {
        const content = objectOf(pair, side, oid)
        if (content) this.#objects[side].set(oid, content)
      }
    }
  }

  /** What they complain of, empty where they do not, or are not there. */
  judge(): string {
    if (!hasGit || this.#count === 0) return ''
    const folder = mkdtempSync(join(tmpdir(), 'faults-'))
    try {
      return sides.map((side) => this.#judgeSide(side, join(folder, side))).join('')
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  #judgeSide(side: Side, folder: string): string {
    const store = this.#stores[side]
    const entries = [...this.#trees[side]].map(([name, oid]) => ({ name, mode: '040000' as const, oid }))
    const commit = { tree: store.writeTree(entries), parents: [], author: nobody, committer: nobody, message: 'All\n' }
    const refs = new Map([...this.#refs[side], ['refs/heads/all', store.writeCommit(commit)]])
    store.writeBareRepository(folder, refs, 'refs/heads/all')
    for (const [oid, content] of this.#objects[side]) {
      const file = join(folder, 'lfs', 'objects', oid.slice(0, 2), oid.slice(2, 4), oid)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content)
    }
    const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' }
    const asked = `{ git fsck --strict --no-dangling${hasGitLfs ? ' && git lfs fsck' : ''}; } > told 2>&1 || cat told`
    return execFileSync('sh', { cwd: folder, env, input: asked, encoding: 'utf8' })
  }
}
