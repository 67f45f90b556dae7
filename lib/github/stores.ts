/** How GitHub's side stores files: git has no opinion, so its `.gitattributes` and one limit decide. */
import { isAttributes, isLfsPath } from '../attributes.ts'
import { foldersAbove, isFile } from '../entry.ts'
import type { Candidate, Store } from '../remote.ts'
import type { Api } from './api.ts'
import { readBlob } from './content.ts'
import { readEntries } from './entries.ts'

/** A larger object stays one: plain, it would be in everybody's clone for ever. */
const plainByteLengthMax = 10_000_000

export type Attributes = ReadonlyMap<string, string>

/** `attributes`: those that the commit to come changes. An empty file is its own pointer, and rules themselves are read by git as they are. */
export async function readStores(api: Api, head: string | null, files: readonly Candidate[], attributes: Attributes): Promise<Map<string, Store>> {
  const rules = await readRules(api, head, files, attributes)
  return new Map(files.map((file) => [file.path, chooseStore(file, rules)]))
}

function chooseStore({ path, byteLength, object, was }: Candidate, rules: Attributes): Store {
  if (byteLength === 0 || isAttributes(path)) return 'plain'
  if (isLfsPath(rules, path)) return 'lfs'
  if (!object) return 'plain'
  if (was === 'lfs') return 'lfs'
  return byteLength > plainByteLengthMax ? 'lfs without a rule' : 'plain'
}

/** The texts of `.gitattributes` by folder as the commit to come will have them. */
async function readRules(api: Api, head: string | null, files: readonly Candidate[], attributes: Attributes): Promise<Attributes> {
  const rules = new Map(attributes)
  if (head === null) return rules
  const folders = new Set(['', ...files.flatMap(({ path }) => foldersAbove(path))])
  const paths = new Map([...folders].filter((folder) => !rules.has(folder)).map((folder) => [folder === '' ? '.gitattributes' : `${folder}/.gitattributes`, folder]))
  for (const [path, entry] of await readEntries(api, head, [...paths.keys()])) {
    // git follows no symlink here.
    if (isFile(entry)) rules.set(paths.get(path)!, Buffer.from(await readBlob(api, entry!.oid, path)).toString('utf8'))
  }
  return rules
}
