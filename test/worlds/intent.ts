/**
 * What people mean, as a model of a few lines: files that are somebody's, whatever they are called, each with two places that
 * are edited. The merge knows nothing of paths that look alike, lines or ids: it goes by who meant which file.
 */
import { mapSides, type Side, type Sides } from '../../lib/model/sides.ts'

/** `id` is the same under every name. `isObject`: stored by LFS, where nothing is merged. */
export interface Doc {
  readonly id: number
  readonly path: string
  readonly head: number
  readonly tail: number
  readonly isObject: boolean
}
export type Docs = ReadonlyMap<number, Doc>

/** Five lines that no other file has lie between the two places. */
export function textOf({ id, head, tail }: Doc): string {
  const kept = [0, 1, 2, 3, 4].map((line) => `file ${id} has line ${id * 5 + line}\n`).join('')
  return `head ${head} of ${id}\n${kept}tail ${tail} of ${id}\n`
}

const isSame = (a: Doc, b: Doc) => a.path === b.path && a.head === b.head && a.tail === b.tail

/** Three ways; `undefined` where both changed it. */
function choose<T>(base: T, one: T, other: T): T | undefined {
  return one === other || other === base ? one : one === base ? other : undefined
}

/** Both places of a file; `undefined` for a conflict. Nothing is merged within an object. */
function mergeContent(
  base: Doc,
  { github, huggingface }: Sides<Doc>,
  isObject: boolean,
): Pick<Doc, 'head' | 'tail'> | undefined {
  const has = (a: Doc, b: Doc) => a.head === b.head && a.tail === b.tail
  if (has(github, huggingface) || has(huggingface, base)) return github
  if (has(github, base)) return huggingface
  const head = choose(base.head, github.head, huggingface.head)
  const tail = choose(base.tail, github.tail, huggingface.tail)
  return isObject || head === undefined || tail === undefined ? undefined : { head, tail }
}

/** `undefined` for a conflict that nobody's version settles. */
function mergeDoc(base: Doc, heads: Sides<Doc>, objects: boolean, take: Side | null): Doc | undefined {
  const { github, huggingface } = heads
  const taken = take === null ? undefined : heads[take]
  const path = choose(base.path, github.path, huggingface.path) ?? taken?.path
  const content = mergeContent(base, heads, objects || github.isObject || huggingface.isObject) ?? taken
  return path === undefined || content === undefined
    ? undefined
    : { ...github, head: content.head, tail: content.tail, path }
}

/** What one file comes to: null where it is deleted, `undefined` for a conflict. */
function decide(
  base: Doc | undefined,
  heads: Sides<Doc | undefined>,
  objects: boolean,
  take: Side | null,
): Doc | null | undefined {
  const { github, huggingface } = heads
  const settled = take === null ? undefined : (heads[take] ?? null)
  if (github && huggingface) {
    if (isSame(github, huggingface)) return github
    return base ? mergeDoc(base, { github, huggingface }, objects, take) : settled
  }
  const left = github ?? huggingface
  if (!left || !base) return left ?? null
  return isSame(left, base) ? null : settled
}

export interface Meant {
  readonly docs: Docs
  /** Whether there is something that people have to settle. */
  readonly isOpen: boolean
}

/**
 * Both sides' files become one. `objects`: files that both sides stored as objects at the base. `take`: whose version settles
 * what is open; null: nobody's.
 */
export function mergeDocs(base: Docs, heads: Sides<Docs>, objects: ReadonlySet<number>, take: Side | null): Meant {
  const docs = new Map<number, Doc>()
  let isOpen = false
  for (const id of new Set([...base.keys(), ...heads.github.keys(), ...heads.huggingface.keys()])) {
    const doc = decide(
      base.get(id),
      mapSides((side) => heads[side].get(id)),
      objects.has(id),
      take,
    )
    isOpen ||= doc === undefined
    if (doc) docs.set(id, doc)
  }
  const byPath = new Map<string, Doc>()
  for (const doc of docs.values()) {
    const there = byPath.get(doc.path)
    if (!there) byPath.set(doc.path, doc)
    else if (take === null) isOpen = true
    else {
      // Two files want one name: the one that the side that is taken has there stays, as that side has it.
      const [won, lost] = heads[take].get(doc.id)?.path === doc.path ? [doc, there] : [there, doc]
      docs.set(won.id, heads[take].get(won.id)!)
      byPath.set(doc.path, won)
      // The other one stays under its old name where that side has changed it there.
      const kept = heads[take].get(lost.id)
      if (kept && base.has(lost.id) && !isSame(kept, base.get(lost.id)!)) docs.set(lost.id, kept)
      else docs.delete(lost.id)
    }
  }
  return { docs, isOpen }
}

/** The files that both sides hold alike: what only one of them has, or has otherwise, was not mirrored. */
export function shared({ github, huggingface }: Sides<Docs>): Docs {
  return new Map([...github].filter(([id, doc]) => huggingface.has(id) && isSame(doc, huggingface.get(id)!)))
}

/** Files by path, as a commit holds them. */
export const textsOf = (docs: Docs): Record<string, string> =>
  Object.fromEntries([...docs.values()].map((doc) => [doc.path, textOf(doc)]))
