/** `--subdirectory` and `--map`: which of GitHub's paths stand for which of the Hub's. */
import type { Take } from '../merge/take.ts'
import { UsageError } from '../model/errors.ts'
import { isWithin, PathMapping, type Paths, type Place } from '../view/paths.ts'
import { ignorePath, mayBeMirrored } from '../view/view.ts'
import type { ReadVariable } from './token.ts'

/** What was given with flags. */
interface Given {
  readonly 'subdirectory'?: string
  readonly 'map'?: readonly string[]
  readonly 'dot-github'?: boolean
}

/** A path, and the option that names it as messages repeat it. */
interface Named {
  readonly name: string
  readonly path: string
}

const fail = (name: string, why: string) => new UsageError(`Cannot use ${name}: ${why}`)

/** A path as git has it, without the slash at its end. Throws a `UsageError` for what is none. */
function parsePath({ name, path: text }: Named): string {
  const path = text.replace(/\/$/, '')
  if (/[\p{Cc}\\]/u.test(path)) throw fail(name, 'it holds a backslash or a control character')
  for (const part of path.split('/')) {
    if (/^(?:\.{0,2}|\.git)$/i.test(part))
      throw fail(name, `${JSON.stringify(part)} is no part of a path in git; write it like data/corpus`)
    if (/^\.gitattributes$/i.test(part))
      throw fail(name, 'the rules in .gitattributes are for the folder that the file stands in; map the folder')
  }
  return path
}

/** Throws a `UsageError` where files of that path are never mirrored, or not without another option. */
function requireMirrored({ name, path }: Named, dotGithub: boolean): void {
  if (mayBeMirrored(path, dotGithub)) return
  const why = mayBeMirrored(path, true)
    ? `${JSON.stringify(path)} is mirrored with --dot-github alone`
    : `${JSON.stringify(path)} is never mirrored, since it says what runs on GitHub or where a clone fetches from`
  throw fail(name, why)
}

/**
 * Both halves of `<GitHub's path>=<the Hub's>`. Names may hold `=`, as those of partitions do: then a slash before it
 * tells which one is meant.
 */
function splitMap(text: string): readonly [inner: string, shown: string] {
  const name = `--map ${JSON.stringify(text)}`
  const all = [...text.matchAll(/=/g)].map(({ index }) => index)
  const behindSlash = all.filter((at) => text[at - 1] === '/')
  const [at, ...others] = all.length === 1 ? all : behindSlash
  if (at === undefined && all.length === 0)
    throw fail(name, "write <GitHub's path>=<the Hub's path>, such as docs/HF.md=README.md")
  if (at === undefined || others.length > 0)
    throw fail(name, 'several = could be the one between the two paths; end the first path, of a folder, in a slash')
  const halves = [text.slice(0, at), text.slice(at + 1)] as const
  if (all.length === 1 && new Set(halves.map((half) => half.endsWith('/'))).size > 1)
    throw fail(name, 'a folder is mapped to a folder, and a file to a file: end both in a slash, or none')
  return halves
}

function parsePlace(text: string, dotGithub: boolean): Place {
  const name = `--map ${JSON.stringify(text)}`
  const [inner, shown] = splitMap(text).map((half) => parsePath({ name, path: half })) as [string, string]
  for (const path of [inner, shown]) requireMirrored({ name, path }, dotGithub)
  return { inner, shown }
}

/** The same for names that many a file system, or a reader, takes for one. */
const fold = (path: string) => path.normalize('NFC').toLowerCase()

/** Throws a `UsageError` where two maps are about the same files. */
function requireApart(moved: readonly Place[], root: string): void {
  for (const [index, { inner, shown }] of moved.entries()) {
    const name = `--map ${JSON.stringify(`${inner}=${shown}`)}`
    if (inner === root) throw fail(name, 'that folder is the one of --subdirectory')
    for (const other of moved.slice(index + 1)) {
      const beside = `beside ${JSON.stringify(`${other.inner}=${other.shown}`)}`
      if (fold(inner) === fold(other.inner)) throw fail(name, `${beside}: both are about the same of GitHub's paths`)
      const [one, two] = [fold(shown), fold(other.shown)]
      if (isWithin(one, two) || isWithin(two, one))
        throw fail(name, `${beside}: both lead to the same of the Hub's paths`)
    }
  }
}

/** Throws a `UsageError` for a mapping that is none, or would lead where nothing is mirrored. */
export function parsePaths(values: Given, set: ReadVariable): Paths | null {
  const dotGithub = values['dot-github'] ?? false
  const folder = values.subdirectory ?? set('MIRROR_SUBDIRECTORY')
  const root = folder === null ? '' : parsePath({ name: `--subdirectory ${JSON.stringify(folder)}`, path: folder })
  if (root !== '') requireMirrored({ name: `--subdirectory ${JSON.stringify(folder)}`, path: root }, dotGithub)
  const lines = (set('MIRROR_MAP') ?? '').split(/\r?\n/).filter((line) => line.trim() !== '')
  const moved = [...lines, ...(values.map ?? [])].map((text) => parsePlace(text, dotGithub))
  requireApart(moved, root)
  if (root === '' && moved.length === 0) return null
  const paths: Paths = { side: 'github', root, moved }
  if (new PathMapping(paths).toInner(ignorePath) === null)
    throw new UsageError(`Cannot use --map: it leaves no place for ${ignorePath}, on which both sides have to agree`)
  return paths
}

/** The same take for shown paths, where its pattern begins with what is shown from elsewhere; null where it does not. */
function findShown<C>({ pattern, side }: Take<C>, { root, moved }: Paths): Take<C> | null {
  const places = [...moved, { inner: root, shown: '' }].toSorted((a, b) => b.inner.length - a.inner.length)
  const place = places.find(({ inner }) => inner !== '' && (pattern === inner || pattern.startsWith(`${inner}/`)))
  if (!place) return null
  // Below the root it begins with a slash, so that a glob stays anchored where it was.
  return { pattern: place.shown + pattern.slice(place.inner.length), side }
}

/** Throws a `UsageError` for a pattern that names a path below a place as GitHub has it: it would leave nothing out. */
export function requireShown(flag: string, patterns: readonly string[], paths: Paths | null): void {
  for (const text of paths === null ? [] : patterns) {
    const pattern = text.replace(/^!/, '')
    const shown = findShown({ pattern, side: null }, paths!)?.pattern
    // A name alone fits in any folder.
    if (shown !== undefined && /\/./.test(pattern) && !pattern.startsWith(shown))
      throw fail(
        `${flag} ${JSON.stringify(text)}`,
        `filters name the Hub's paths, where that is ${JSON.stringify(shown)}; or begin it with a slash, if it is there`,
      )
  }
}

/**
 * Takes for shown paths, of takes that name either. A glob counts for GitHub's paths only if all of them are below what is
 * shown: else `data/**` would be for every file where `data/corpus` is the root.
 */
export function nameShown<C>(takes: readonly Take<C>[], paths: Paths | null): readonly Take<C>[] {
  return paths === null ? takes : takes.flatMap((take) => [take, findShown(take, paths) ?? []].flat())
}
