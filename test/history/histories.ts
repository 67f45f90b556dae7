/** Histories drawn in one line, and the base as one line, so that a table of cases can be read. */
import { createHash } from 'node:crypto'
import { findBase, type BaseSearch, type Known } from '../../lib/history/base.ts'
import type { Listing } from '../../lib/history/topology.ts'
import { services } from '../../lib/http/services.ts'
import { emptyTreeId } from '../../lib/model/git-object.ts'
import { formatOnto } from '../../lib/model/onto.ts'
import type { Commit, Repository } from '../../lib/model/remote.ts'
import { formatCommitLink } from '../../lib/model/repository.ts'
import { mapSides, otherSide, type Side, type Sides } from '../../lib/model/sides.ts'
import { formatMessage } from '../../lib/model/trailers.ts'

export const repositories: Sides<Repository> = {
  github: { side: 'github', type: 'repository', name: 'acme/corpus' },
  huggingface: { side: 'huggingface', type: 'dataset', name: 'acme/corpus' },
}
const servers: Sides<string> = { github: 'https://github.com', huggingface: 'https://huggingface.co' }

const names = new Map<string, string>()

/** A stable 40 hex id for a name. */
export function idOf(name: string): string {
  const id = createHash('sha1').update(name).digest('hex')
  names.set(id, name)
  return id
}

export function nameOf(id: string | null): string {
  return id === null ? '-' : (names.get(id) ?? id)
}

export function linkTo(side: Side, name: string, repository = repositories[side].name): string {
  return formatCommitLink(servers[side], { ...repositories[side], name: repository }, idOf(name))
}

/** Seconds after the first commit of a world, as a date. */
export function dateAt(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString().replace('.000Z', 'Z')
}

export interface Row {
  readonly name: string
  readonly parents: readonly string[]
  readonly trailers: readonly (readonly [string, string])[]
  readonly message?: string
}

export function makeCommit(side: Side, { name, parents, trailers, message }: Row, seconds: number): Commit {
  return {
    oid: idOf(name),
    tree: side === 'github' ? idOf(`tree of ${name}`) : null,
    parents: parents.map(idOf),
    message: message ?? formatMessage(`Change ${name}`, '', trailers),
    author: { name: `Author of ${name}`, email: `${name.toLowerCase()}@example.org`, date: dateAt(seconds) },
    committerDate: dateAt(seconds),
  }
}

/**
 * What stands behind a name: `~H1` copies H1, `~!H1` did before it was amended, `%H1` is a part of a copy,
 * `~H1@acme/old` says so of another repository, `~H1+dev` of branches of this name. On Hugging Face `^` says what it
 * was made on: the row below it, or `^H0` another commit (a copied message).
 */
function parseSuffix(side: Side, name: string, suffix: string, below: string | null): [string, string][] {
  const [, mark, changed, named, repository, branch, onto] =
    /^([~%])(!?)([^@+^]+)(?:@([^+^]+))?(?:\+([^^]+))?(?:\^(.*))?$/.exec(suffix) ?? []
  if (named === undefined) return []
  return [
    ...parseName(side, name, mark!, changed!, linkTo(otherSide[side], named, repository)),
    ...(branch === undefined ? [] : [['Mirrored-Branch', branch] as [string, string]]),
    ...(onto === undefined
      ? []
      : [
          [
            'Mirrored-Onto',
            formatOnto({
              parent: onto === '' && below === null ? emptyTreeId : idOf(onto || below!),
              edits: '0'.repeat(16),
            }),
          ] as [string, string],
        ]),
  ]
}

function parseName(side: Side, name: string, mark: string, changed: string, link: string): [string, string][] {
  if (mark === '%') return [['Mirrored-Part', link]]
  return [
    ['Mirrored-From', link],
    ...(side === 'github'
      ? [['Mirrored-Tree', idOf(`tree of ${changed ? 'something else' : name}`)] as [string, string]]
      : []),
  ]
}

/**
 * A history from `G0 G1 G2<G0 G3<G1,G2~H1`: oldest first, each on the one before unless `<` gives its parents (`<-`
 * none), and what `parseSuffix` reads behind it; `I` is the commit that makes a Hub repository. Only the newest `read`
 * commits are in it. On Hugging Face parents are the next older row.
 */
export function history(side: Side, text: string, read = Infinity): Listing {
  const rows = text.split(/\s+/).filter(Boolean)
  const commits = rows
    .map((row, index) => {
      const [, name = '', parents, suffix = ''] = /^([^<~%]+)(?:<([^~%]*))?(.*)$/.exec(row) ?? []
      const before = index === 0 ? [] : [/^[^<~%]+/.exec(rows[index - 1]!)![0]]
      return makeCommit(
        side,
        {
          name,
          parents: parents === undefined ? before : parents.split(',').filter((one) => one !== '-'),
          trailers: parseSuffix(side, name, suffix, before[0] ?? null),
          ...(name === 'I' && { message: 'initial commit' }),
        },
        index,
      )
    })
    .toReversed()
  return { commits: commits.slice(0, read), complete: commits.length <= read }
}

export function formatSearch(search: BaseSearch): string {
  if (search.state === 'more') return `more of ${search.side}`
  if (search.state === 'prove') return `prove ${nameOf(search.commit)} on ${nameOf(search.onto.parent)}`
  if (search.state === 'order') return `whether ${nameOf(search.newer)} descends from ${nameOf(search.older)}`
  if (search.state === 'crossed')
    return `crossed: ${search.pairs.map(({ github, huggingface }) => `${nameOf(github)} ${nameOf(huggingface)}`).join(', ')}`
  const rewritten = search.rewritten.map(({ commit, named, why }) => `${nameOf(commit)} names ${nameOf(named)}, ${why}`)
  if (search.state === 'none') return ['none', ...rewritten].join('; ')
  const { commits, by, parts, emptySide, beside } = search.base
  const pieces = parts.map(
    ({ side, part, parent, original }) =>
      `${services[side].name} ${nameOf(part)} on ${nameOf(parent)} is a part of ${nameOf(original)}`,
  )
  return [
    `${nameOf(commits.github)} ${nameOf(commits.huggingface)} by ${by}${emptySide ? ` (${emptySide})` : ''}`,
    ...(beside
      ? [`beside ${nameOf(beside.commits.github)} ${nameOf(beside.commits.huggingface)} from ${nameOf(beside.fork)}`]
      : []),
    ...pieces,
    ...rewritten,
  ].join('; ')
}

/**
 * `proofs`: whether the commits of Hugging Face's changed what they say; what is not told is not known. `descents`: which of its
 * commits descend from which (`H2 H1`); where it is left out, none of those that are asked for does.
 */
export interface Told {
  readonly branch?: string
  readonly proofs?: Readonly<Record<string, boolean | null>>
  readonly descents?: Readonly<Record<string, boolean>>
  readonly sharesPaths?: boolean
}

/** None that is asked for descends from another. */
export const noDescents: Known['descents'] = Object.assign(new Map<string, boolean>(), { get: () => false })

export const roles = { first: 'github', second: 'huggingface' } as const

function knownOf({ branch = 'main', proofs = {}, descents, sharesPaths = true }: Told): Known {
  return {
    branches: mapSides(() => branch),
    roles,
    sharesPaths,
    proofs: new Map(Object.entries(proofs).map(([name, proof]) => [idOf(name), proof])),
    descents: descents
      ? new Map(Object.entries(descents).map(([both, is]) => [both.split(' ').map(idOf).join(' '), is]))
      : noDescents,
  }
}

/** What the histories of the drawn repositories tell of their base. */
export function searchBase(listings: Sides<Listing>, told: Told = {}): BaseSearch {
  return findBase(listings, repositories, knownOf(told))
}

/** The base of two drawn histories. */
export function baseOf(
  github: string,
  huggingface: string,
  read: Partial<Sides<number>> = {},
  told: Told = {},
): string {
  return formatSearch(
    searchBase(
      {
        github: history('github', github, read.github),
        huggingface: history('huggingface', huggingface, read.huggingface),
      },
      told,
    ),
  )
}

/** The same, where everything that is asked to be proven is answered: true but for the commits named. */
export function baseWith(
  listings: Sides<Listing>,
  copied: ReadonlySet<string> = new Set(),
  branch = 'main',
): { readonly search: BaseSearch; readonly asked: number } {
  const proofs: Record<string, boolean> = {}
  for (let asked = 0; ; asked++) {
    const search = searchBase(listings, { branch, proofs })
    if (search.state !== 'prove') return { search, asked }
    const name = nameOf(search.commit)
    if (name in proofs) throw new Error(`asked twice about ${name}`)
    proofs[name] = !copied.has(name)
  }
}

/** Reads one more commit wherever the search asks for it, as a run does page by page. `read`: how much it took. */
export function searchByPages(
  listings: Sides<Listing>,
  page: number,
): { readonly search: BaseSearch; readonly read: Sides<number> } {
  const read: Record<Side, number> = { github: page, huggingface: page }
  for (;;) {
    const search = searchBase(
      mapSides((side) => ({
        commits: listings[side].commits.slice(0, read[side]),
        complete: listings[side].commits.length <= read[side],
      })),
    )
    if (search.state !== 'more') return { search, read }
    if (listings[search.side].commits.length <= read[search.side])
      throw new Error(`asked for more of ${search.side}, which was read to its end`)
    read[search.side] += page
  }
}
