/**
 * What two repositories come to, whatever ids and times it has there: two states are equal where both sides hold the same
 * files, by the same commits of the same people, and each copy names the same original.
 */
import { createHash } from 'node:crypto'
import { sides, type Side } from '../../lib/model/sides.ts'
import type { ObjectStore } from '../hubs/git.ts'
import { readPulls } from '../hubs/github-pulls.ts'
import type { Pair } from '../hubs/pair.ts'

const hash = (value: unknown) => createHash('sha1').update(JSON.stringify(value)).digest('hex')
const idForm = /\b[0-9a-f]{40}\b/g
/** In the title of a pull request: it comes from ids, and is left out where the title may not be changed. */
const digestForm = / \([0-9a-f]{16}\)/g

export const storeOf = (pair: Pair, side: Side): ObjectStore =>
  side === 'github' ? pair.github.store : pair.huggingface.git

/** All references of a side by their full names. */
export function refsOf(pair: Pair, side: Side): ReadonlyMap<string, string> {
  if (side === 'github') return pair.github.refs
  const { branches, tagRefs } = pair.huggingface.repository
  const heads = [...branches].map(
    ([name, oid]) => [name.startsWith('refs/') ? name : `refs/heads/${name}`, oid] as const,
  )
  return new Map([...heads, ...[...tagRefs].map(([name, oid]) => [`refs/tags/${name}`, oid] as const)])
}

/** All commits that references of a side lead to, or those of them that are wanted. */
export function readCommits(pair: Pair, side: Side, isWanted: (ref: string) => boolean = () => true): Set<string> {
  const store = storeOf(pair, side)
  const found = new Set<string>()
  for (const [ref, oid] of refsOf(pair, side))
    if (isWanted(ref) && store.type(oid) === 'commit') for (const one of store.readAncestors(oid)) found.add(one)
  return found
}

/**
 * Names objects by what they say, so that the time of a try and the ids that follow from it make no difference. What a
 * commit of the mirror's is called depends on nothing but what it and its original hold.
 */
export class Namer {
  readonly #names = new Map<string, string>()

  /** A name for whatever has this id; null where neither side knows it. */
  name(pair: Pair, oid: string): string | null {
    const known = this.#names.get(oid)
    if (known !== undefined) return known
    const side = sides.find((one) => storeOf(pair, one).type(oid) !== null)
    if (side === undefined) return null
    // While an object is being named, its own id in its text is just an id.
    this.#names.set(oid, 'itself')
    const name = this.#describe(pair, side, oid)
    this.#names.set(oid, name)
    return name
  }

  /** A text whose ids are names. */
  text(pair: Pair, text: string): string {
    return text.replace(idForm, (oid) => this.name(pair, oid) ?? oid)
  }

  #describe(pair: Pair, side: Side, oid: string): string {
    const store = storeOf(pair, side)
    const type = store.type(oid)!
    if (type === 'tree') return oid
    if (type !== 'commit')
      return hash([
        type,
        this.text(
          pair,
          store
            .read(oid, type)
            .toString('latin1')
            .replace(/ \d+ [+-]\d{4}$/m, ''),
        ),
      ])
    const { tree, parents, author, committer, message } = store.readCommit(oid)
    // The Hub dates what it is given by its own clock, and so does the mirror what it takes back.
    const own = side === 'github' ? /^Mirrored-Undo: /m : /^Mirrored-[A-Z][a-z]+: |^initial commit$/m
    const isDated = !own.test(message)
    const person = ({ name, email, seconds }: typeof author) => (isDated ? [name, email, seconds] : [name, email])
    return hash([
      tree,
      parents.map((parent) => this.name(pair, parent)),
      person(author),
      [committer.name, committer.email],
      this.text(pair, message),
    ])
  }
}

/** One line for each thing that either service has, as it is named. */
export function describeState(pair: Pair, namer: Namer): string {
  const lines = sides.flatMap((side) =>
    [...refsOf(pair, side)].map(([ref, oid]) => `${side} ${ref} ${namer.name(pair, oid)}`),
  )
  const isMade = pair.huggingface.server.repositories.size > 0
  const pulls = [
    ...readPulls(pair.github.repository).map(({ title, body, state, branch, target, merged }) => [
      'github',
      title,
      body,
      state,
      branch,
      target,
      merged,
    ]),
    ...pair.huggingface.repository.pulls.map(({ num, title, description, status, merged }) => [
      'huggingface',
      num,
      title,
      description,
      status,
      merged,
    ]),
  ]
  const issues = pair.github.repository.issues.map(({ title, body, state, comments }) => [title, body, state, comments])
  return [
    ...lines.toSorted(),
    `github ${pair.github.repository.isMissing ? 'missing' : 'made'} ${pair.github.repository.private}`,
    `huggingface ${isMade ? 'made' : 'missing'} ${pair.huggingface.repository.private}`,
    ...[...pulls, ...issues].map((one) => namer.text(pair, JSON.stringify(one)).replace(digestForm, '')),
  ].join('\n')
}
