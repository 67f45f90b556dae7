/**
 * Many blobs in one request, as git pushes them: through the API each would be a request, and a token may make 500 of
 * those in an hour. A push needs a ref, so the blobs come as the files of a commit that a ref outside of branches and
 * tags names until the next request takes it away. Like a blob that the API has written, they stay then, named by their
 * content.
 */
import { isSuccess } from '../http/answer.ts'
import { RemoteError } from '../model/errors.ts'
import { formatTree, gitObjectId } from '../model/git-object.ts'
import { mirrorIdentity } from '../model/mirror-identity.ts'
import { ask, type Api } from './api.ts'
import { formatCommit } from './commit-id.ts'
import { readPresence } from './lookup.ts'
import { flush, formatLine, formatPack, joinBand, parseLines, type PackedObject } from './pack.ts'
import { parseRefs } from './schema.ts'

const nothing = '0'.repeat(40)
const transitRefs = 'refs/hubmirror/'
const transitMessage = 'Files on their way\n\nhubmirror takes this away again when they have arrived.\n'

/** Which refs are where they were to be; `refused`: nobody looked at them; `unclear`: nobody knows. */
type Outcome = ReadonlySet<string> | 'refused' | 'unclear'

/**
 * Pushes blobs, and notes which have arrived. Where not all have, another push would not do better, and
 * `memory.pushRefused` says so.
 */
export async function pushBlobs(api: Api, blobs: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const { memory } = api
  memory.transit ??= await readTransit(api)
  const { ref, oid, objects } = formatTransit(blobs)
  const outcome = await push(api, [...formatRemovals(memory.transit), { before: nothing, after: oid, ref }], objects)
  const isDone = typeof outcome === 'object' && outcome.has(ref)
  // A ref that was not made may be there all the same, made by a request whose answer was lost: only the blobs
  // themselves tell. To take away what is not there does no harm.
  if (outcome !== 'refused') memory.transit.set(ref, oid)
  const arrived = isDone ? [...blobs.keys()] : outcome === 'refused' ? [] : await askForBlobs(api, [...blobs.keys()])
  for (const blob of arrived) memory.blobs.add(blob)
  memory.pushRefused = arrived.length < blobs.size
}

async function askForBlobs(api: Api, oids: readonly string[]): Promise<string[]> {
  try {
    return await readPresence(api, oids)
  } catch (error) {
    // They are written once more, which does no harm.
    if (!(error instanceof RemoteError)) throw error
    return []
  }
}

/**
 * Takes away the refs that this run has pushed to. What cannot be taken away now, the next run that pushes takes away.
 */
export async function clearTransit(api: Api): Promise<void> {
  const { transit } = api.memory
  if (transit === null || transit.size === 0) return
  await push(api, formatRemovals(transit), null)
  transit.clear()
}

/** The refs that earlier runs have left behind, and their commits. */
async function readTransit(api: Api): Promise<Map<string, string>> {
  const answer = await ask(() =>
    api.repeating.rest.git.listMatchingRefs({ ...api.ownerAndRepo, ref: transitRefs.slice('refs/'.length) }),
  )
  const refs = isSuccess(answer) ? parseRefs(answer.data) : null
  return new Map([...(refs ?? [])].filter(([ref]) => ref.startsWith(transitRefs)))
}

/** A commit that holds blobs as its files. The same blobs make the same commit, whenever they are pushed. */
function formatTransit(blobs: ReadonlyMap<string, Uint8Array>) {
  const tree = formatTree([...blobs.keys()].map((oid) => ({ name: oid, mode: '100644', oid })))
  const mirror = { ...mirrorIdentity, date: '1970-01-01T00:00:00Z' }
  const commit = formatCommit({
    tree: gitObjectId('tree', tree),
    parents: [],
    author: mirror,
    committer: mirror,
    message: transitMessage,
  })
  const oid = gitObjectId('commit', commit)
  const objects: PackedObject[] = [
    { type: 'commit', body: commit },
    { type: 'tree', body: tree },
    ...[...blobs.values()].map((body) => ({ type: 'blob' as const, body })),
  ]
  return { ref: transitRefs + oid, oid, objects }
}

interface Command {
  readonly before: string
  readonly after: string
  readonly ref: string
}

function formatRemovals(transit: Map<string, string>): Command[] {
  const commands = [...transit].map(([ref, before]) => ({ ref, before, after: nothing }))
  transit.clear()
  return commands
}

/**
 * Pushes. `objects` null: commands that only take refs away need no pack. To send it twice does no harm, as what comes
 * second is refused.
 */
async function push(api: Api, commands: readonly Command[], objects: readonly PackedObject[] | null): Promise<Outcome> {
  const lines = commands.map(({ before, after, ref }, index) =>
    formatLine(`${before} ${after} ${ref}${index === 0 ? '\0 report-status side-band-64k agent=hubmirror' : ''}`),
  )
  const body = Buffer.concat([...lines, flush, ...(objects === null ? [] : [await formatPack(objects)])])
  const send = api.http.fetch('github', { repeat: true, failuresMax: 2 })
  try {
    const response = await send(`${api.gitUrl}/git-receive-pack`, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: {
        'content-type': 'application/x-git-receive-pack-request',
        'accept': 'application/x-git-receive-pack-result',
        ...(api.gitAuthorization !== null && { authorization: api.gitAuthorization }),
      },
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      return response.status >= 500 || response.status === 408 ? 'unclear' : 'refused'
    }
    return parseReport(Buffer.from(await response.arrayBuffer()))
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error
    return 'unclear'
  }
}

function parseReport(answer: Buffer): Outcome {
  const packets = parseLines(answer)
  if (packets === null) return 'unclear'
  const [unpacked, ...report] = parseLines(joinBand(packets))?.map((line) => line.toString().trimEnd()) ?? []
  if (!unpacked?.startsWith('unpack ')) return 'unclear'
  const done = unpacked === 'unpack ok' ? report.filter((line) => line.startsWith('ok ')) : []
  return new Set(done.map((line) => line.slice('ok '.length)))
}
