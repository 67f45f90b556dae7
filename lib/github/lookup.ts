/** What stands at paths of commits, many in one GraphQL query. */
import type { Mode } from '../entry.ts'
import { gitBlobId } from '../git-object.ts'
import type { Api } from './api.ts'
import { textsMax } from './expected.ts'
import { queryItems, type Question } from './graphql.ts'
import { fields, isByteLength, isOid, parseMode, type TreeRow } from './row.ts'

/** `text`: its content too, where that is text. */
export interface Lookup { readonly commit: string, readonly path: string, readonly text: boolean }

/**
 * One row or `null` per lookup, all in one request as far as the service answers it at once: the caller keeps them few. `null` for all: GraphQL
 * does not tell. Texts are kept, if they have the blob's id, to be found when the content is read.
 */
export async function readPaths(api: Api, lookups: readonly Lookup[]): Promise<(TreeRow | null)[] | null> {
  const told = await queryItems(api, lookups, lookups.length, askPaths)
  const rows = lookups.map((lookup) => {
    const found = told.get(lookup)
    return found === null ? null : parseFile(api, lookup.path, found)
  })
  return rows.some((row) => row === undefined) ? null : rows as (TreeRow | null)[]
}

function askPaths(lookups: readonly Lookup[]): Question {
  const commits = [...new Set(lookups.map(({ commit }) => commit))]
  const variables = Object.fromEntries([...commits.map((commit, index) => [`c${index}`, commit]), ...lookups.map(({ path }, index) => [`p${index}`, path])])
  const parameters = [...commits.map((_, index) => `, $c${index}: GitObjectID!`), ...lookups.map((_, index) => `, $p${index}: String!`)].join('')
  const selection = commits.map((commit, at) => {
    const files = lookups.map((lookup, index) => lookup.commit === commit ? `p${index}: file(path: $p${index}) { mode oid object { ... on Blob { byteSize${lookup.text ? ' text isTruncated' : ''} } } }` : '')
    return `c${at}: object(oid: $c${at}) { ... on Commit { ${files.filter(Boolean).join(' ')} } }`
  })
  const places = lookups.map(({ commit }, index) => [`c${commits.indexOf(commit)}`, `p${index}`])
  return { parameters, selection: selection.join(' '), variables, places }
}

/** `undefined`: not what was asked for, as when the commit has not reached the server that answered. */
function parseFile(api: Api, path: string, value: unknown): TreeRow | undefined {
  const { mode: number, oid, object } = fields(value)
  const mode = typeof number === 'number' ? parseMode(number.toString(8).padStart(6, '0')) : null
  if (mode === null || !isOid(oid)) return undefined
  if (isFolder(mode)) return { path, mode, oid, byteLength: 0 }
  const { byteSize } = fields(object)
  if (!isByteLength(byteSize)) return undefined
  api.memory.blobs.add(oid)
  keepText(api, oid, object)
  return { path, mode, oid, byteLength: byteSize }
}

function isFolder(mode: Mode): boolean {
  return mode === '040000' || mode === '160000'
}

/** A text that was decoded, cut or changed on its way does not have the blob's id. */
function keepText({ memory }: Api, oid: string, blob: unknown): void {
  const { text, isTruncated } = fields(blob)
  if (typeof text !== 'string' || isTruncated === true) return
  const content = Buffer.from(text)
  if (gitBlobId(content) === oid) memory.keepContent(oid, content)
}

/** Keeps the contents of blobs that are text, 250 a request, as far as GraphQL tells them; returns those that it has told of at all. */
export async function readTexts(api: Api, oids: readonly string[]): Promise<ReadonlySet<string>> {
  const told = await queryItems(api, oids, textsMax, (batch) => askBlobs(batch, 'text isTruncated'))
  for (const [oid, blob] of told) keepText(api, oid, blob)
  return new Set(told.keys())
}

/** Which of these blobs the repository has, whether or not anything in it names them; 250 a request, as far as GraphQL tells. */
export async function readPresence(api: Api, oids: readonly string[]): Promise<string[]> {
  const told = await queryItems(api, oids, textsMax, (batch) => askBlobs(batch, 'oid'))
  return oids.filter((oid) => fields(told.get(oid))['oid'] === oid)
}

function askBlobs(oids: readonly string[], selection: string): Question {
  return {
    parameters: oids.map((_, index) => `, $b${index}: GitObjectID!`).join(''),
    selection: oids.map((_, index) => `b${index}: object(oid: $b${index}) { ... on Blob { ${selection} } }`).join(' '),
    variables: Object.fromEntries(oids.map((oid, index) => [`b${index}`, oid])),
    places: oids.map((_, index) => [`b${index}`]),
  }
}
