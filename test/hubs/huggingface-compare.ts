/** `compare/{base}..{head}?raw=true`: a line for each path, with modes and ids of both sides. */
import { createHash } from 'node:crypto'
import type { FileEntry } from './git.ts'
import { noRevision, Refusal, text } from './huggingface-answer.ts'
import type { Call } from './huggingface-call.ts'
import type { HubRepository } from './huggingface-repository.ts'

interface Difference {
  path: string
  before: FileEntry | null
  after: FileEntry | null
  from?: string
}

const absent = '0'.repeat(40)

/** The tree that a revision names in git's own syntax, `^` and `~n` after it; or a tree's id. */
function readTreeish(repository: HubRepository, revision: string): string {
  if (repository.git.has(revision, 'tree')) return revision
  const [, name, steps] = /^(.*?)((?:\^\d*|~\d*)*)$/s.exec(revision)!
  let commit = repository.readRevision(name!)
  for (const [step] of steps!.matchAll(/[\^~]\d*/g)) {
    const count = step.length === 1 ? 1 : Number(step.slice(1))
    for (let left = step[0] === '~' ? count : 1; left > 0; left -= 1) {
      const parent = repository.git.readCommit(commit).parents[step[0] === '~' ? 0 : count - 1]
      if (parent === undefined) throw noRevision(revision)
      commit = parent
    }
  }
  return repository.tree(commit)
}

/** Equal folders are passed over. */
function* diffTrees(
  repository: HubRepository,
  before: string | null,
  after: string | null,
  prefix: string,
): Generator<Difference> {
  if (before === after) return
  const entries = (tree: string | null) =>
    new Map(tree === null ? [] : repository.git.readTree(tree).map((entry) => [entry.name, entry]))
  const [old, now] = [entries(before), entries(after)]
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [left, right] = [old.get(name) ?? null, now.get(name) ?? null]
    if (left?.oid === right?.oid && left?.mode === right?.mode) continue
    const folder = (entry: typeof left) => (entry?.mode === '040000' ? entry.oid : null)
    const file = (entry: typeof left) =>
      entry !== null && entry.mode !== '040000' ? { mode: entry.mode, oid: entry.oid } : null
    if (file(left) ?? file(right)) yield { path: prefix + name, before: file(left), after: file(right) }
    yield* diffTrees(repository, folder(left), folder(right), `${prefix}${name}/`)
  }
}

/** Files that went away and came back under another name with the same content, one row each. */
function joinRenames(differences: Difference[]): Difference[] {
  const gone = new Map(differences.filter(({ after }) => after === null).map(({ path, before }) => [before!.oid, path]))
  const used = new Set<string>()
  const joined = differences.map((difference) => {
    const from = difference.before === null ? gone.get(difference.after!.oid) : undefined
    if (from === undefined || used.has(from)) return difference
    used.add(from)
    return { ...difference, before: differences.find(({ path }) => path === from)!.before, from }
  })
  return joined.filter(({ path }) => !used.has(path))
}

function isBinaryBlob(repository: HubRepository, { mode, oid }: FileEntry): boolean {
  return mode !== '160000' && repository.git.read(oid, 'blob').subarray(0, 8000).includes(0)
}

function quote(path: string): string {
  if (!/["\\\p{Cc}]/u.test(path)) return path
  const short: Record<string, string> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r' }
  return `"${path.replaceAll(/["\\\p{Cc}]/gu, (character) => short[character] ?? `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`
}

function statusLetter({ before, after, from }: Difference): string {
  if (from !== undefined) return 'R100'
  if (before === null) return 'A'
  if (after === null) return 'D'
  const kind = ({ mode }: FileEntry) => mode.slice(0, 3)
  return kind(before) === kind(after) ? 'M' : 'T'
}

function formatDifference(repository: HubRepository, difference: Difference): string {
  const { compareQuoting, compareRenames } = repository.switches
  const { path, before, after, from } = difference
  const shown = (after ?? before)!
  const names = (from === undefined ? [path] : [from, path]).map((name) =>
    compareQuoting === 'git' ? quote(name) : name,
  )
  return (
    `${isBinaryBlob(repository, shown) ? 'B' : 'T'} ${repository.byteLength(shown)}\t` +
    `:${before?.mode ?? '000000'} ${after?.mode ?? '000000'} ${before?.oid ?? absent}... ${after?.oid ?? absent}... ${statusLetter(difference)}` +
    `\t${names.join(compareRenames === 'space' ? ' ' : '\t')}\n`
  )
}

/** A single revision is compared with its parent. Unified diffs, the answer without `raw`, are not faked. */
export function readCompare({ repository, url, rest }: Call): Response {
  const { compareStatus, compareRenames } = repository.switches
  if (compareStatus !== null) throw new Refusal(compareStatus, 'Comparison is not available')
  if (url.searchParams.get('raw') !== 'true') throw new Refusal(501, 'The fake has no unified diffs')
  const range = rest.join('/')
  const dots = range.indexOf('..')
  const head = readTreeish(repository, dots < 0 ? range : range.slice(dots + 2))
  const base = readTreeish(repository, dots < 0 ? `${range}^` : range.slice(0, dots))
  const order = (difference: Difference) => Buffer.from(difference.path)
  const found = [...diffTrees(repository, base, head, '')]
    .map((difference) => ({ difference, key: order(difference) }))
    .toSorted((a, b) => Buffer.compare(a.key, b.key))
    .map(({ difference }) => difference)
  const lines = (compareRenames === 'none' ? found : joinRenames(found)).map((difference) =>
    formatDifference(repository, difference),
  )
  const body = Buffer.from(lines.slice(0, repository.switches.compareLinesMax).join(''))
  // As Express tags an answer: its length and the start of its SHA-1.
  const tag = `W/"${body.length.toString(16)}-${createHash('sha1').update(body).digest('base64').slice(0, 27)}"`
  return text(body.toString(), 200, repository.switches.compareTags ? { ETag: tag } : {})
}
