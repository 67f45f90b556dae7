/** Two mirrored repositories, people who change them, and what every mirrored change has to come to. */
import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { emptyTreeId } from '../../lib/model/git-object.ts'
import { digestEdits, type Onto } from '../../lib/model/onto.ts'
import { otherSide, sides, type Side } from '../../lib/model/sides.ts'
import { parseTrailers } from '../../lib/model/trailers.ts'
import type { NewContent } from '../hubs/github.ts'
import { copyPair, startPair, type Pair, type PairOptions, type Ran } from '../hubs/pair.ts'

export const bob = { name: 'Bob', email: 'bob@example.org', date: '2026-10-31T12:34:56Z' }
export type Files = Record<string, NewContent>

/** Small pictures, each another one, in folders of their own. */
export function pictures(count: number, folder = 'img'): Files {
  const content = (index: number) =>
    Buffer.concat([
      Buffer.from('\x89PNG\r\n\x1a\n\0', 'latin1'),
      ...Array.from({ length: 10 }, (_, at) => createHash('sha256').update(`${index} ${at}`).digest()),
    ])
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${folder}/${index % 10}/${index}.png`, content(index)]),
  )
}

/** Somebody's own commit: Bob's with git on GitHub, Alice's in the browser on Hugging Face. Returns its id. */
export function act(pair: Pair, side: Side, files: Files, message = 'Change the corpus'): string {
  return side === 'github'
    ? pair.github.commit('main', { files, message, author: bob })
    : pair.huggingface.commit('main', { files, message, user: 'alice' })
}

/**
 * Mirrored content by path, one character a byte. Rules for storing are each side's own, links and submodules stay on
 * GitHub.
 */
export function contents(pair: Pair, side: Side): Record<string, string> {
  const files = [...pair[side].files('main')].filter(
    ([path, { mode }]) => !path.endsWith('.gitattributes') && !path.startsWith('.github/') && mode.startsWith('100'),
  )
  return Object.fromEntries(files.map(([path, { content }]) => [path, content.toString('latin1')] as const).toSorted())
}

export function text(pair: Pair, side: Side, path: string): string | undefined {
  return pair[side].files('main').get(path)?.content.toString('utf8')
}

export function heads(pair: Pair): Record<Side, string | null> {
  return { github: pair.github.head('main'), huggingface: pair.huggingface.head('main') }
}

const gitOf = (pair: Pair, side: Side) => (side === 'github' ? pair.github.store : pair.huggingface.git)

function mirroredFiles(pair: Pair, side: Side, oid: string): Record<string, string> {
  const git = gitOf(pair, side)
  const files = [...git.readFiles(git.readCommit(oid).tree)].filter(
    ([path, { mode }]) => !path.endsWith('.gitattributes') && !path.startsWith('.github/') && mode.startsWith('100'),
  )
  return Object.fromEntries(files.map(([path, { oid: blob }]) => [path, blob]))
}

/** What a commit of the Hub's was made on, and the digest of what it changed. */
function readOnto({ huggingface: { git } }: Pair, oid: string): Onto {
  const { parents, tree } = git.readCommit(oid)
  const [before, after] = [
    parents[0] === undefined ? new Map() : git.readFiles(git.readCommit(parents[0]).tree),
    git.readFiles(tree),
  ]
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path)?.oid !== after.get(path)?.oid,
  )
  return {
    parent: parents[0] ?? emptyTreeId,
    edits: digestEdits(new Map(changed.map((path) => [path, after.get(path)?.oid ?? null]))),
  }
}

/**
 * Every copy that can be reached from a head holds what its original holds, where nothing is stored in LFS. Returns how
 * many there are. `rewritten`: GitHub may have made other commits of copies, whose recorded trees are not theirs.
 */
export function expectSyncPoints(pair: Pair, rewritten = false): number {
  let count = 0
  for (const side of sides) {
    const head = pair[side].head('main')
    for (const oid of head === null ? [] : gitOf(pair, side).readLog(head)) {
      const { message, tree } = gitOf(pair, side).readCommit(oid)
      if (rewritten && side === 'github' && !message.includes(`Mirrored-Tree: ${tree}`)) continue
      const original = /^Mirrored-From: \S+\/commit\/(\S+)$/m.exec(message)?.[1]
      if (original === undefined) continue
      count++
      if (side === 'huggingface') expect(parseTrailers(message).mirroredOnto, message).toEqual(readOnto(pair, oid))
      expect(mirroredFiles(pair, side, oid), message).toEqual(mirroredFiles(pair, otherSide[side], original))
    }
  }
  return count
}

/** Both sides hold the same files, and another run finds nothing to do. */
export async function expectInSync(pair: Pair): Promise<void> {
  expect(contents(pair, 'github')).toEqual(contents(pair, 'huggingface'))
  const again = await pair.run()
  expect([again.exitCode, again.requests], again.out + again.err).toEqual([0, 2])
}

/** A dry run that writes nothing, a run with the same plan, equal content, and nothing left to do. */
export async function mirror(pair: Pair, ...argv: string[]): Promise<Ran> {
  const before = heads(pair)
  const dry = await pair.run('--dry-run', '--json', ...argv)
  expect(heads(pair)).toEqual(before)
  const ran = await pair.run('--json', ...argv)
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  expect([JSON.parse(ran.out).status, JSON.parse(ran.out).digest]).toEqual(['mirrored', JSON.parse(dry.out).digest])
  await expectInSync(pair)
  return ran
}

/** The run ends with this code, and both heads are where they were. */
export async function expectStopped(pair: Pair, exitCode: number, ...argv: string[]): Promise<string> {
  const before = heads(pair)
  const ran = await pair.run(...argv)
  expect([ran.exitCode, heads(pair)], ran.out + ran.err).toEqual([exitCode, before])
  return ran.out
}

/** Begun on GitHub and mirrored once. */
export async function beginMirror(pair: Pair, files: Files, ...argv: string[]): Promise<Pair> {
  act(pair, 'github', files, 'Begin')
  const ran = await pair.run(...argv)
  expect(ran.exitCode, ran.out + ran.err).toBe(0)
  return pair
}

/** Mirrored pairs, by the options of the services and the files that they hold: nobody is given one of these, but a copy. */
const mirrored = new WeakMap<PairOptions, Map<string, Promise<Pair>>>()
const asTheyAre: PairOptions = {}

/** In this process, for everything but objects that go up. */
export async function startMirrored(files: Files, options: PairOptions = asTheyAre): Promise<Pair> {
  const made = mirrored.get(options) ?? new Map<string, Promise<Pair>>()
  mirrored.set(options, made)
  const key = JSON.stringify(files)
  const pair = made.get(key) ?? beginMirror(startPair(options), files)
  made.set(key, pair)
  return copyPair(await pair, options)
}

/** Mirrored, and then each of these sides has got a text of its own. */
export async function startMoved(...moved: Side[]): Promise<Pair> {
  const pair = await startMirrored({ 'README.md': '# Corpus\n', 'a.txt': 'a\n' })
  for (const side of moved) act(pair, side, { [`${side}.txt`]: 'x\n' })
  return pair
}

/** The same commit on both sides, as if one person had pushed it with git to both. Returns its id. */
export function pushToBoth(pair: Pair, files: Files): string {
  const oid = act(pair, 'github', files, 'Begin')
  const { store } = pair.github
  const { git } = pair.huggingface
  const commit = store.readCommit(oid)
  const entries = store.readFiles(commit.tree)
  for (const { oid: blob } of entries.values()) git.writeBlob(store.read(blob, 'blob'))
  git.writeFiles(entries)
  pair.huggingface.gitPush('main', git.writeCommit(commit))
  return oid
}

/** Last commit of a side: message, author and tree. */
export function lastCommit(pair: Pair, side: Side) {
  return gitOf(pair, side).readCommit(pair[side].head('main')!)
}

export const directions = sides.map((from) => ({ from, to: otherSide[from] }))
