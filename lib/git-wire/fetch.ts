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
 * How a request ended. `whole`: all came, but for `leftOut` objects that the reading has left out. `refused`: the server
 * does not do what was asked, and nothing came. `broken`: no answer came, or one that ends in an error; what came before
 * that is right, and the same request may bring the rest. `why` is a sentence for people.
 */
export type FetchOutcome =
  | { readonly kind: 'whole'; readonly leftOut: number }
  | { readonly kind: 'refused' | 'broken'; readonly why: string }

/** More than a pack has: the server's progress, and the lengths of lines. */
const answerOverhead = 1_000_000

/**
 * Fetches objects by their ids, in hex, with all that they lead to. Each is given to `reading.take` when it is complete, in
 * the server's order. Objects that nobody asked for may be among them, and ones that were asked for may be missing: each is
 * known by its id alone, which was computed from its bytes. Whatever does not come has to be read in another way.
 * @throws Errors of `reading.take`, and of a run that was stopped. Failures of the server are values.
 */
export async function fetchObjects(
  server: GitServer,
  wants: readonly string[],
  reading: PackReading,
): Promise<FetchOutcome> {
  try {
    const answer = await postGit(server, 'git-upload-pack', formatRequest(wants))
    if (!isSuccess(answer) || answer.body === null) {
      dropBody(answer)
      return { kind: 'refused', why: `Cannot read git's answer: its status is ${answer.status}` }
    }
    const lines = readLines(answer.body, 2 * reading.totalBytesMax + answerOverhead)
    return { kind: 'whole', ...(await readPack(readPackfile(lines), reading)) }
  } catch (error) {
    if (!(error instanceof RemoteError || error instanceof IntegrityError)) throw error
    return { kind: error instanceof RefusalError ? 'refused' : 'broken', why: error.message }
  }
}

function formatRequest(wants: readonly string[]): Buffer<ArrayBuffer> {
  return formatCommand('fetch', ['no-progress', 'ofs-delta', ...wants.map((oid) => `want ${oid}`), 'done'])
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
