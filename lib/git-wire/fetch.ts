/** Fetches objects as git does, by version 2 of its protocol (`command=fetch` of gitprotocol-v2(5)). */
import { isSuccess } from '../http/answer.ts'
import { dropBody } from '../http/body.ts'
import { IntegrityError, RemoteError } from '../model/errors.ts'
import { broken, RefusalError, saidByServer } from './failure.ts'
import type { PackReading } from './pack.ts'
import { formatCommand, readLines } from './pkt-line.ts'
import { readPack } from './read-pack.ts'
import { postGit, type GitServer } from './server.ts'
import { readBand } from './side-band.ts'

/**
 * What to ask for: `wants` and what they lead to, without what `haves` lead to. All are ids, in hex; wants may be of any
 * type, and haves are commits, which the server need not know.
 */
export interface FetchRequest {
  readonly wants: readonly string[]
  readonly haves?: readonly string[]
  /** Blobs that are not sent unless they are wants: all, or those of so many bytes and more. */
  readonly without?: 'blobs' | { readonly blobsFrom: number }
  /** How many commits of the history of each want are sent. By default all. */
  readonly depth?: number
}

/**
 * How a request ended. `whole`: all came. `refused`: the server does not do what was asked, and nothing came.
 * `unfiltered`: the same, and it may be that `without` alone is what it does not know. `broken`: no answer came, or one
 * that ends in an error; what came before that is right, and the same request may bring the rest. `why` is a sentence for
 * people.
 */
export type FetchOutcome =
  | { readonly kind: 'whole'; readonly leftOut: number }
  | { readonly kind: 'refused' | 'unfiltered' | 'broken'; readonly why: string }

/** More than a pack has: the server's progress, and the lengths of lines. */
const answerOverhead = 1_000_000

/**
 * Fetches objects, each of which is given to `reading.take` when it is complete, in the server's order. Objects that nobody
 * asked for may be among them, and ones that were asked for may be missing: each is known by its id alone, which was
 * computed from its bytes. Whatever does not come has to be read in another way. Bases outside of the pack are only asked
 * for where `reading.findBase` is given.
 * @throws Errors of `reading.take`, and of a run that was stopped. Failures of the server are values.
 */
export async function fetchObjects(
  server: GitServer,
  request: FetchRequest,
  reading: PackReading,
): Promise<FetchOutcome> {
  try {
    const answer = await postGit(server, 'git-upload-pack', formatRequest(request, reading.findBase !== undefined))
    if (!isSuccess(answer) || answer.body === null) {
      dropBody(answer)
      return { kind: 'refused', why: `Cannot read git's answer: its status is ${answer.status}` }
    }
    const lines = readLines(answer.body, 2 * reading.totalBytesMax + answerOverhead)
    return { kind: 'whole', ...(await readPack(readPackfile(lines), reading)) }
  } catch (error) {
    if (!(error instanceof RemoteError || error instanceof IntegrityError)) throw error
    const kind = !(error instanceof RefusalError) ? 'broken' : request.without ? 'unfiltered' : 'refused'
    return { kind, why: error.message }
  }
}

function formatRequest({ wants, haves = [], without, depth }: FetchRequest, thin: boolean): Buffer<ArrayBuffer> {
  const filter = without === 'blobs' ? 'blob:none' : without && `blob:limit=${without.blobsFrom}`
  return formatCommand('fetch', [
    ...(thin ? ['thin-pack'] : []),
    'no-progress',
    'ofs-delta',
    ...(depth === undefined ? [] : [`deepen ${depth}`]),
    ...(filter ? [`filter ${filter}`] : []),
    ...wants.map((oid) => `want ${oid}`),
    ...haves.map((oid) => `have ${oid}`),
    'done',
  ])
}

/** The pack, which is the last section of an answer. What the sections before it say is not needed. */
async function* readPackfile(lines: AsyncGenerator<Buffer | null, void>): AsyncGenerator<Buffer, void> {
  for await (const line of lines) {
    const text = line?.toString('utf8').trimEnd()
    if (text?.startsWith('ERR ')) throw saidByServer(text.slice('ERR '.length), RefusalError)
    if (text !== 'packfile') continue
    yield* readBand(lines)
    return
  }
  throw broken('it has no pack')
}
