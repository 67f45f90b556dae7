/** What people do to the files of one side, drawn and done. */
import { sides, type Side } from '../../lib/model/sides.ts'
import type { Doc, Docs } from './intent.ts'

const changes = ['edit', 'edit', 'edit', 'edit', 'add', 'delete', 'rename', 'revert', 'copy', 'store'] as const
const rewrites = ['amend', 'paste', 'rewind'] as const
/** What somebody does, or a run. Numbers choose among what there is then. */
export interface Step {
  readonly kind: (typeof changes)[number] | (typeof rewrites)[number] | 'run'
  readonly side: Side
  readonly file: number
  readonly which: number
}

type Below = (count: number) => number
const drawStep = (kind: Step['kind'], below: Below): Step => ({
  kind,
  side: sides[below(2)]!,
  file: below(60),
  which: below(24),
})

/** Changes of both sides, and nothing else. */
export function drawChanges(below: Below): Step[] {
  return Array.from({ length: 1 + below(6) }, () => drawStep(changes[below(changes.length)]!, below))
}

/** Steps of a world with one run or two; a run ends it. */
export function drawSteps(below: Below): Step[] {
  const kinds = [...changes, ...rewrites]
  const drawn: Step[] = []
  for (let runs = 1 + (below(3) >> 1); runs > 0; runs--) {
    for (let count = 2 + below(4); count > 0; count--) drawn.push(drawStep(kinds[below(kinds.length)]!, below))
    drawn.push(drawStep('run', below))
  }
  return drawn
}

/** Files as both sides have them in the beginning: `x` can be left out by a filter, `l` be stored as an object. */
export const beginning: Docs = new Map(
  ['a', 'b', 'c', 'd/e', 'x0', 'x1', 'l0'].map((path, id) => [id, { id, path, head: 0, tail: 0, isObject: false }]),
)

/** What whoever changes files knows: what both sides held when they were equal, what the other one holds, names that are taken. */
export interface Seen {
  readonly synced: Docs
  readonly there: Docs
  readonly used: ReadonlySet<string>
}

const pick = (docs: Docs, number: number): Doc | undefined => [...docs.values()][number % Math.max(1, docs.size)]
const isTaken = (docs: Docs, path: string, id: number) =>
  [...docs.values()].some((doc) => doc.path === path && doc.id !== id)

/** What a side holds then; null where there is nothing to do. `next`: a number that nobody had before. */
export function changeDocs(
  now: Docs,
  { kind, file, which }: Step,
  { synced, there, used }: Seen,
  next: () => number,
): Docs | null {
  const doc = pick(now, file)
  const put = (one: Doc): Docs => new Map([...now, [one.id, one]])
  const edit = (one: Doc): Doc => {
    const value = next()
    return { ...one, ...(which % 3 > 0 && { head: value }), ...(which % 3 !== 1 && { tail: value }) }
  }
  // A name that was never used when both sides were last equal: a file that takes the place of another one is that file to git.
  const free = (name: string, number: number) => {
    const path = `${name}${number % 3}`
    return used.has(path) || isTaken(now, path, -1) ? null : path
  }
  if (kind === 'add') {
    const path = free(which % 4 === 0 ? 'x9' : 'n', file)
    return path === null ? null : put({ id: next(), path, head: 0, tail: 0, isObject: false })
  }
  if (kind === 'revert' || kind === 'copy') {
    const one = pick(kind === 'revert' ? synced : there, file)
    if (!one || isTaken(now, one.path, one.id)) return null
    return put({ ...one, isObject: now.get(one.id)?.isObject ?? false })
  }
  if (!doc) return null
  if (kind === 'delete') return now.size > 2 ? new Map([...now].filter(([id]) => id !== doc.id)) : null
  if (kind === 'store') return doc.path.startsWith('l') ? put({ ...doc, isObject: !doc.isObject }) : null
  if (kind !== 'rename') return put(edit(doc))
  // What was never on both sides has no name that it could be known by under another one.
  const path = !synced.has(doc.id) || /^[xl]|\//.test(doc.path) ? null : free('m', which)
  return path === null ? null : put(which % 2 === 0 ? { ...doc, path } : edit({ ...doc, path }))
}
