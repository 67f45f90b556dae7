/** What can be fetched from the Hub with git, where large files are pointers. It counts as a request to the API. */
import type { ObjectStore } from './git.ts'
import { answerUploadPack, type Fetches } from './upload-pack.ts'

interface Source {
  readonly git: ObjectStore
  readonly branches: ReadonlyMap<string, string>
  readonly tagRefs: ReadonlyMap<string, string>
}

/** Branches and tags by their full names, as git has them. */
export function refsOf({ branches, tagRefs }: Source): ReadonlyMap<string, string> {
  return new Map([
    ...[...branches].map(([name, oid]) => [`refs/heads/${name}`, oid] as const),
    ...[...tagRefs].map(([name, oid]) => [`refs/tags/${name}`, oid] as const),
  ])
}

export function fetchObjects(source: Source, request: Request, fetches: Fetches): Promise<Response> {
  const refs = refsOf(source)
  const listRefs = () => [...refs].map(([name, oid]) => `${oid} ${name}\n`)
  return answerUploadPack({ store: source.git, refs, listRefs }, request, fetches)
}
