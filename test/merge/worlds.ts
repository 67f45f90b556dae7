/**
 * Two worlds in memory, and the merge core run over them: what it asks is answered from them, what it decides is read
 * as lines.
 */
import { createHash } from 'node:crypto'
import { listFirstQuestions } from '../../lib/merge/first-questions.ts'
import { mergeChanges } from '../../lib/merge/merge.ts'
import type { Conflict, MergeInput, Outcome } from '../../lib/merge/outcome.ts'
import { Facts, type Question } from '../../lib/merge/questions.ts'
import { foldersAbove, isFile, type Change, type Entry, type Mode } from '../../lib/model/entry.ts'
import { formatPointer, parsePointer } from '../../lib/model/pointer.ts'
import { mapSides, type Side, type Sides } from '../../lib/model/sides.ts'
import { decodeText } from '../../lib/text/decode-text.ts'
import { objectId } from '../hubs/git.ts'

/** What a path holds: bytes (of the object for LFS, the target for a symlink), how they are stored, and git's mode. */
export interface Node {
  readonly bytes: Buffer
  readonly lfs: boolean
  readonly mode: Exclude<Mode, '040000'>
}

/** One commit's files by path. A string is a plain text file. */
export type World = Readonly<Record<string, Node | string>>

const node = (content: string | Uint8Array, lfs: boolean, mode: Node['mode']): Node => ({
  bytes: Buffer.from(content),
  lfs,
  mode,
})
export const lfs = (content: string | Uint8Array): Node => node(content, true, '100644')
export const plain = (content: string | Uint8Array): Node => node(content, false, '100644')
export const executable = (content: string): Node => node(content, false, '100755')
export const symlink = (target: string): Node => node(target, false, '120000')
export const submodule = (name = 'there'): Node => node(name, false, '160000')
/** Bytes that are no text. */
export const binary = (name: string): Buffer => Buffer.from(`\0${name}`)
export const lines = (...all: (string | number)[]): string => all.map((line) => `${line}\n`).join('')
export const numbers = (edits: Readonly<Record<number, string>> = {}, count = 9): string =>
  lines(...Array.from({ length: count }, (_, index) => edits[index + 1] ?? index + 1))

const nodeOf = (file: Node | string): Node => (typeof file === 'string' ? plain(file) : file)

export function entryOf(file: Node | string): Entry {
  const { bytes, lfs: isObject, mode } = nodeOf(file)
  if (mode === '160000') return { mode, oid: createHash('sha1').update(bytes).digest('hex'), byteLength: 0, lfs: null }
  if (!isObject) return { mode, oid: objectId('blob', bytes), byteLength: bytes.length, lfs: null }
  const object = { oid: createHash('sha256').update(bytes).digest('hex'), byteLength: bytes.length }
  return { mode, oid: objectId('blob', Buffer.from(formatPointer(object))), byteLength: bytes.length, lfs: object }
}

/** As `changes.ts` lists them: what is no file counts as absent, and a mode alone is no change. */
export function changesBetween(before: World, after: World): Map<string, Change> {
  const changes = new Map<string, Change>()
  for (const path of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[path], after[path]].map((file) => (file === undefined ? null : entryOf(file))) as [
      Entry | null,
      Entry | null,
    ]
    const [from, to] = [isFile(was) ? was : null, isFile(is) ? is : null]
    if (from?.oid !== to?.oid)
      changes.set(path, { path, before: from && { mode: from.mode, oid: from.oid }, after: to })
  }
  return changes
}

function chmodsBetween(before: World, after: World): Set<string> {
  const entry = (world: World, path: string) => (world[path] === undefined ? null : entryOf(world[path]))
  return new Set(
    Object.keys(after).filter((path) => {
      const [was, is] = [entry(before, path), entry(after, path)]
      return was && is && was.oid === is.oid && was.mode !== is.mode && isFile(was) && isFile(is)
    }),
  )
}

/** `base` is what both sides held, or each its own; null where there is none. */
export interface Case {
  readonly base: World | Sides<World> | null
  readonly github: World
  readonly huggingface: World
  readonly take?: Readonly<Record<string, Side | 'both'>>
  readonly treeProven?: boolean
  /** Sides whose entries take a symlink for a file, as the Hub's do, until they are asked for its mode. */
  readonly blind?: readonly Side[]
  readonly makesWay?: Side
  /** Answers what the merge is sure to ask before it begins, as a run does. */
  readonly asksFirst?: boolean
}

export interface Merged {
  readonly outcomes: readonly Outcome[]
  readonly conflicts: readonly Conflict[]
  readonly baseMismatches: readonly string[]
  /** `entry github head a`, in the order asked. */
  readonly asked: readonly string[]
  /** How often questions were answered: each time costs requests. */
  readonly rounds: number
  /** How often the whole merge was gone through. */
  readonly passes: number
  /** Each outcome as `to path = 'content'`, `to path = lfs 'content'` or `to path deleted`. */
  readonly written: readonly string[]
  /** What both sides hold afterwards. */
  readonly after: Sides<World>
}

const isSides = (base: World | Sides<World>): base is Sides<World> =>
  Object.keys(base).toString() === 'github,huggingface'

function answer(question: Question, world: World, facts: Facts, isBlind: boolean): void {
  const { path } = question
  const entryAt = (): Entry | null => (world[path] === undefined ? null : entryOf(world[path]))
  const guess = (entry: Entry | null) =>
    entry?.mode === '120000' && isBlind ? { ...entry, mode: '100644' as const } : entry
  if (question.about === 'entry') {
    const isFolder = Object.keys(world).some((file) => file.startsWith(`${path}/`))
    const entry: Entry | null = isFolder
      ? { mode: '040000', oid: objectId('tree', Buffer.from(path)), byteLength: 0, lfs: null }
      : guess(entryAt())
    facts.learnEntries(question.side, question.commit, new Map([[path, entry]]))
  } else if (question.about === 'mode') {
    facts.learnMode(question, entryAt()?.mode ?? null)
  } else if (question.about === 'below')
    facts.learnBelow(
      question,
      Object.keys(world).filter((file) => file.startsWith(`${path}/`)),
    )
  else {
    const file = nodeOf(world[path]!)
    if (entryOf(file).oid !== question.blob.oid)
      throw new Error(`asked ${question.side} for another blob at ${path} than it holds`)
    if (question.about === 'bytes')
      facts.learnBytes(question.blob.oid, file.lfs ? Buffer.from(formatPointer(entryOf(file).lfs!)) : file.bytes)
    else if (question.about === 'sha256') {
      if (file.lfs) throw new Error(`asked for the hash of a pointer at ${path}`)
      facts.learnSha256(question.blob.oid, createHash('sha256').update(file.bytes).digest('hex'))
    } else facts.learnText(question.blob.oid, file.lfs || parsePointer(file.bytes) ? null : decodeText(file.bytes))
  }
}

/** The node that an outcome stands for; throws when it names a place that does not hold it. */
function resolve({ content, path, to }: Outcome, heads: Sides<World>): Node | null {
  if (content === null) return null
  if ('text' in content) return plain(content.text)
  const file = heads[content.side][content.path]
  if (file === undefined || entryOf(file).oid !== content.entry.oid)
    throw new Error(`${to} is to get at ${path} what ${content.side} does not hold at ${content.path}`)
  return nodeOf(file)
}

/**
 * Applies a side's outcomes as one commit; throws when that would put aside anything that the commit does not delete
 * itself.
 */
export function applyOutcomes(world: World, outcomes: readonly (readonly [string, Node | null])[]): World {
  const files = new Map(Object.entries(world))
  const paths = outcomes.map(([path]) => path)
  if (new Set(paths).size < paths.length) throw new Error(`two outcomes for one path among ${paths.join(', ')}`)
  for (const [path, file] of outcomes) {
    if (file === null && !files.delete(path)) throw new Error(`${path} is deleted where it does not exist`)
  }
  for (const [path, file] of outcomes) if (file) files.set(path, { ...file, mode: '100644' })
  for (const path of files.keys())
    for (const folder of foldersAbove(path))
      if (files.has(folder)) throw new Error(`${folder} is a file and the folder of ${path}`)
  return Object.fromEntries(files)
}

function format(file: Node | null): string {
  return file === null
    ? 'deleted'
    : `= ${file.lfs ? 'lfs ' : ''}${JSON.stringify(file.bytes.toString('latin1')).replaceAll('"', "'")}`
}

export function merge(world: Case): Merged {
  const { base, github, huggingface, take = {}, treeProven = true, blind = [], makesWay, asksFirst = false } = world
  const before: Sides<World> =
    base === null ? { github: {}, huggingface: {} } : isSides(base) ? base : { github: base, huggingface: base }
  const heads: Sides<World> = { github, huggingface }
  const commits = mapSides((side) => (base === null ? null : `${side} base`))
  const input: MergeInput = {
    heads: mapSides((side) => `${side} head`),
    baseOf: () => commits,
    changes: mapSides((side) => changesBetween(before[side], heads[side])),
    chmods: mapSides((side) => chmodsBetween(before[side], heads[side])),
    treeProven,
    take: (path) => take[path] ?? null,
    ...(makesWay && { makesWay }),
  }
  const facts = new Facts()
  const asked: string[] = []
  let rounds = 0
  const answerAll = (questions: readonly Question[]) => {
    if (questions.length > 0) rounds += 1
    for (const question of questions) {
      const line = `${question.about} ${question.commit} ${question.path}`
      if (asked.includes(line)) throw new Error(`asked twice: ${line}`)
      asked.push(line)
      const held = question.commit.endsWith('base') ? before : heads
      answer(question, held[question.side], facts, blind.includes(question.side))
    }
  }
  if (asksFirst) answerAll(listFirstQuestions(input, facts))
  for (let passes = 1; ; passes++) {
    const result = mergeChanges(input, facts)
    const questions = facts.takeQuestions()
    if (questions.length > 0) {
      answerAll(questions)
      continue
    }
    const files = result.outcomes.map((outcome) => ({ outcome, file: resolve(outcome, heads) }))
    const stopped = result.conflicts.length > 0 || result.baseMismatches.length > 0
    return {
      ...result,
      asked,
      rounds,
      passes,
      written: files.map(({ outcome, file }) => `${outcome.to} ${outcome.path} ${format(file)}`),
      after: mapSides((side) =>
        stopped
          ? heads[side]
          : applyOutcomes(
              heads[side],
              files.flatMap(({ outcome, file }) => (outcome.to === side ? [[outcome.path, file] as const] : [])),
            ),
      ),
    }
  }
}

/** A merge in one list: what is written, then conflicts as `conflict path kind`, then `base mismatch path`. */
export function verdict(world: Case): string[] {
  const { written, conflicts, baseMismatches } = merge(world)
  return [
    ...written,
    ...conflicts.map(({ path, kind }) => `conflict ${path} ${kind}`),
    ...baseMismatches.map((path) => `base mismatch ${path}`),
  ]
}
