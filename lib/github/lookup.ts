/** Asks GraphQL for many paths, folders or blobs of the repository in one query. */
import { fields, isByteLength, isOid, parseList } from '../http/json.ts'
import type { Folder } from '../model/complete.ts'
import type { Mode } from '../model/entry.ts'
import { gitBlobId, gitTreeId } from '../model/git-object.ts'
import type { Api } from './api.ts'
import { queryItems, type Question } from './graphql.ts'
import { parseMode, type TreeRow } from './schema.ts'

/** The most blobs of one query. */
export const textsMax = 250

/** A path of a commit. `text`: its content is asked for too, which comes if it is a text. */
export interface Lookup {
  readonly commit: string
  readonly path: string
  readonly text: boolean
}

/** A folder of a commit; `''` is the root. */
export interface FolderLookup {
  readonly commit: string
  readonly folder: string
}

/**
 * What GraphQL has told. `rows` has a row for each path, `null` where nothing is; it is `null` as a whole where a path was
 * not told. `folders` has the folders that were told, `null` where there is no folder.
 */
interface Found {
  readonly rows: (TreeRow | null)[] | null
  readonly folders: ReadonlyMap<FolderLookup, Folder | null>
}

/**
 * Reads what is at paths, and what folders hold, in one query, for which the caller has to keep them few. Texts that have the
 * blob's id are kept in memory, where `readBlob` finds them.
 */
export async function readPathsAndFolders(
  api: Api,
  lookups: readonly Lookup[],
  folders: readonly FolderLookup[],
): Promise<Found> {
  // A query may fail because of a large folder, which can be read in other ways.
  const told = await queryItems<Lookup | FolderLookup>(api, [...lookups, ...folders], {
    itemsMax: lookups.length + folders.length,
    form: askPaths,
    isOptional: (item) => 'folder' in item,
  })
  const rows = lookups.map((lookup) => {
    const found = told.get(lookup)
    return found === null ? null : parseFile(api, lookup.path, found)
  })
  const known = folders.flatMap((lookup) => {
    const folder = told.has(lookup) ? parseFolder(api, lookup, told.get(lookup)) : undefined
    return folder === undefined ? [] : [[lookup, folder] as const]
  })
  return { rows: rows.some((row) => row === undefined) ? null : (rows as (TreeRow | null)[]), folders: new Map(known) }
}

/** What folders hold, `null` where there is none; at most `itemsMax` in a query. Folders that were not told are missing. */
export async function readFolders(
  api: Api,
  lookups: readonly FolderLookup[],
  itemsMax: number,
): Promise<ReadonlyMap<FolderLookup, Folder | null>> {
  const told = await queryItems(api, lookups, { itemsMax, form: askPaths, isNew: true })
  return new Map([...told].map(([lookup, value]) => [lookup, parseFolder(api, lookup, value) ?? null]))
}

function askPaths(items: readonly (Lookup | FolderLookup)[]): Question {
  const commits = [...new Set(items.map(({ commit }) => commit))]
  const paths = items.map((item) => ('folder' in item ? item.folder : item.path))
  // GraphQL refuses a variable that is declared and not used: the root has no path.
  const used = [...paths.entries()].filter(([, path]) => path !== '')
  const variables = Object.fromEntries([
    ...commits.map((commit, index) => [`c${index}`, commit]),
    ...used.map(([index, path]) => [`p${index}`, path]),
  ])
  const parameters = [
    ...commits.map((_, index) => `, $c${index}: GitObjectID!`),
    ...used.map(([index]) => `, $p${index}: String!`),
  ].join('')
  const selection = commits.map((commit, at) => {
    const files = items.map((item, index) => (item.commit === commit ? `p${index}: ${askItem(item, index)}` : ''))
    return `c${at}: object(oid: $c${at}) { ... on Commit { ${files.filter(Boolean).join(' ')} } }`
  })
  const answerPaths = items.map(({ commit }, index) => [`c${commits.indexOf(commit)}`, `p${index}`])
  return { parameters, selection: selection.join(' '), variables, answerPaths }
}

function askItem(item: Lookup | FolderLookup, index: number): string {
  const entries = 'entries { nameRaw mode oid }'
  if (!('folder' in item))
    return `file(path: $p${index}) { mode oid object { ... on Blob { byteSize${item.text ? ' text isTruncated' : ''} } } }`
  return item.folder === ''
    ? `tree { oid ${entries} }`
    : `file(path: $p${index}) { mode oid object { ... on Tree { ${entries} } } }`
}

/** A folder; `null` where there is none; `undefined` where the answer has another shape, or the entries do not make its id. */
function parseFolder({ memory }: Api, { commit, folder }: FolderLookup, value: unknown): Folder | null | undefined {
  if (value === null) return null
  const { oid, mode, object, entries } = fields(value)
  if (!isOid(oid)) return undefined
  if (folder !== '' && parseNumber(mode) !== '040000') return parseNumber(mode) === null ? undefined : null
  const list = parseList(folder === '' ? entries : fields(object)['entries'], parseName)
  if (list === null || gitTreeId(list) !== oid || (folder === '' && (memory.trees.get(commit) ?? oid) !== oid))
    return undefined
  return { oid, entries: new Map(list.map((entry) => [Buffer.from(entry.name).toString(), entry])) }
}

function parseName(value: unknown): { readonly name: Uint8Array; readonly mode: Mode; readonly oid: string } | null {
  const { nameRaw, mode: number, oid } = fields(value)
  const mode = parseNumber(number)
  return typeof nameRaw === 'string' && mode !== null && isOid(oid)
    ? { name: Buffer.from(nameRaw, 'base64'), mode, oid }
    : null
}

function parseNumber(mode: unknown): Mode | null {
  return typeof mode === 'number' ? parseMode(mode.toString(8).padStart(6, '0')) : null
}

/** The row of a path; `undefined` for an answer of another shape, as when the server does not know the commit yet. */
function parseFile(api: Api, path: string, value: unknown): TreeRow | undefined {
  const { mode: number, oid, object } = fields(value)
  const mode = parseNumber(number)
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

/** Keeps the text of a blob, if it has the blob's id: it has not where it was cut, or decoded from another encoding. */
function keepText({ memory }: Api, oid: string, blob: unknown): void {
  const { text, isTruncated } = fields(blob)
  if (typeof text !== 'string' || isTruncated === true) return
  const content = Buffer.from(text)
  if (gitBlobId(content) === oid) memory.keepContent(oid, content)
}

/** Reads blobs, 250 a request, and keeps those that are texts in memory. Returns the ids for which there was an answer. */
export async function readTexts(api: Api, oids: readonly string[]): Promise<ReadonlySet<string>> {
  const told = await queryItems(api, oids, {
    itemsMax: textsMax,
    form: (batch) => askObjects(batch, '... on Blob { text isTruncated }'),
  })
  for (const [oid, blob] of told) keepText(api, oid, blob)
  return new Set(told.keys())
}

/** Which of these objects the repository has, 250 a request, as far as GraphQL tells. They need not be in any commit. */
export async function readPresence(api: Api, oids: readonly string[]): Promise<string[]> {
  const told = await queryItems(api, oids, { itemsMax: textsMax, form: (batch) => askObjects(batch, 'oid') })
  return oids.filter((oid) => fields(told.get(oid))['oid'] === oid)
}

function askObjects(oids: readonly string[], selection: string): Question {
  return {
    parameters: oids.map((_, index) => `, $b${index}: GitObjectID!`).join(''),
    selection: oids.map((_, index) => `b${index}: object(oid: $b${index}) { ${selection} }`).join(' '),
    variables: Object.fromEntries(oids.map((oid, index) => [`b${index}`, oid])),
    answerPaths: oids.map((_, index) => [`b${index}`]),
  }
}
