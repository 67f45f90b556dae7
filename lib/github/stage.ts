/** Files on their way into a tree: those that git/trees takes as text go along with it, others are blobs first. */
import { DeniedError, IntegrityError } from '../errors.ts'
import { gitBlobId } from '../git-object.ts'
import { formatPointer } from '../pointer.ts'
import { quote } from '../quote.ts'
import type { Edit, NewFile } from '../remote.ts'
import { askUntil, isSuccess, parseAnswer, type Answer, type Api } from './api.ts'
import { createFailure, createRefusal, parseText } from './failure.ts'
import { fields, isOid } from './row.ts'

const textByteLengthMax = 100_000

/** One entry of a git/trees request: by id, by text, or deleted (`sha` null). `byteLength` is what its text adds to the request. */
export interface StagedEntry {
  readonly entry: { path: string, mode: '100644' | '100755' | '120000' | '160000' | '040000', type: 'blob', sha?: string | null, content?: string }
  readonly byteLength: number
  readonly oid: string | null
}

export async function stageEdit(api: Api, { path, file }: Edit): Promise<StagedEntry> {
  const entry = { path, mode: file?.mode ?? '100644' as const, type: 'blob' as const }
  const byId = (oid: string | null) => ({ entry: { ...entry, sha: oid }, byteLength: 0, oid })
  if (file === null) return byId(null)
  if (file.store === 'plain' && file.oid !== null && api.memory.blobs.has(file.oid)) return byId(file.oid)
  const content = await readFile(api, path, file)
  const oid = gitBlobId(content)
  if (api.memory.blobs.has(oid)) return byId(oid)
  const text = content.byteLength <= textByteLengthMax ? parseUtf8(content) : null
  if (text !== null) return { entry: { ...entry, content: text }, byteLength: content.byteLength, oid }
  await writeBlob(api, path, content, oid)
  return byId(oid)
}

/** The bytes that git stores, proven before anything names them. */
async function readFile(api: Api, path: string, file: NewFile): Promise<Buffer> {
  if (file.store === 'lfs') return Buffer.from(formatPointer(file.object))
  const content = Buffer.from(await file.read())
  const oid = gitBlobId(content)
  if (oid !== (file.oid ?? oid) || content.byteLength !== file.byteLength) {
    throw new IntegrityError(`Cannot commit "${quote(path)}" to ${api.where}: its ${content.byteLength} bytes are blob ${oid}, not the ${file.byteLength} bytes that were planned; run again`)
  }
  return content
}

/** `null` for what is not valid UTF-8, and for NUL, which JSON can say and text cannot hold. */
function parseUtf8(content: Buffer): string | null {
  const text = content.toString('utf8')
  return !content.includes(0) && Buffer.from(text).equals(content) ? text : null
}

async function writeBlob(api: Api, path: string, content: Buffer, oid: string): Promise<void> {
  const answer = await askUntil(api, [409], () => api.repeating.rest.git.createBlob({ ...api.place, content: content.toString('base64'), encoding: 'base64' }))
  const action = `write "${quote(path)}" to ${api.where}`
  if (!isSuccess(answer)) throw createWriteFailure(api, action, answer, [path])
  const found = parseOid(api, `blob of "${quote(path)}"`, answer)
  if (found !== oid) throw new IntegrityError(`Cannot ${action}: GitHub stored blob ${found}, the bytes that were sent are ${oid}; run again`)
  api.memory.blobs.add(oid)
}

/** The id that a write is answered with. */
export function parseOid(api: Api, what: string, answer: Answer): string {
  return parseAnswer(api, `the new ${what}`, answer, (data) => {
    const { sha } = fields(data)
    return isOid(sha) ? sha : null
  })
}

/** Tokens that may not touch workflows are told so in no other way than with 403 or 404. */
export function createWriteFailure(api: Api, action: string, answer: Answer, paths: readonly string[]): Error {
  const failure = createFailure(api, action, answer, 'write')
  const workflow = paths.find((path) => path.startsWith('.github/workflows/'))
  if (workflow === undefined || !(failure instanceof DeniedError) || answer.status === 401) return failure
  return createRefusal(action, answer.status, `${parseText(answer.data)}: it would change the workflow ${workflow}`) ?? failure
}
