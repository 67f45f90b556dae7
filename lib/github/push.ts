/**
 * Sends many objects in one request, as `git push` does. By the API each blob is a request, and a token may make 500 of those
 * in an hour. `pushHead` moves the branch to commits that it brings with all that they need. What is too much for one request
 * goes before it: a push needs a ref, so blobs and trees are the files and folders of a commit that a ref outside of branches
 * and tags names, until the next push removes the ref. GitHub keeps them then, as it keeps what the API has written.
 */
import type { PackedObject } from '../git-wire/pack.ts'
import { flush, formatLine, parseLines } from '../git-wire/pkt-line.ts'
import { postGit } from '../git-wire/server.ts'
import { joinBand } from '../git-wire/side-band.ts'
import { formatPack } from '../git-wire/write-pack.ts'
import { catchRemoteError, isSuccess, isUnclear } from '../http/answer.ts'
import { dropBody, readAll, readText } from '../http/body.ts'
import { saysRateLimit } from '../http/rate-limit.ts'
import { limitStatuses } from '../http/retryable.ts'
import type { Mode } from '../model/entry.ts'
import { RemoteError } from '../model/errors.ts'
import { formatTree, gitObjectId } from '../model/git-object.ts'
import { mirrorIdentity } from '../model/mirror-identity.ts'
import { ask, type Api } from './api.ts'
import { formatCommit } from './commit-id.ts'
import { createFailure, refusePushes } from './failure.ts'
import { readPresence } from './lookup.ts'
import { parseRefs } from './schema.ts'

/** Stands for no object, where a ref is made or removed. */
export const nothing = '0'.repeat(40)
const transitRefs = 'refs/hubmirror/'
const transitMessage = 'Files on their way\n\nhubmirror takes this away again when they have arrived.\n'

/** By ref, null where it was changed as asked, else why it was not; `refused`: none was; `unclear`: any may have been. */
type Outcome = ReadonlyMap<string, string | null> | 'refused' | 'unclear'

/** `roots`: the ids of trees that GitHub shall have with all that is below them; `made`: those that it may lack, by id. */
export interface NewTrees {
  readonly roots: ReadonlySet<string>
  readonly made: ReadonlyMap<string, Uint8Array>
}

export const noTrees: NewTrees = { roots: new Set(), made: new Map() }

/**
 * Pushes blobs and trees, and keeps in memory which blobs have arrived. Where not all has, another push would not do better:
 * `memory.pushRefused` is set.
 * @throws {RemoteError} Where this run may not wait until the next push: one by one it would have to wait longer.
 */
export async function pushObjects(api: Api, blobs: ReadonlyMap<string, Uint8Array>, trees: NewTrees): Promise<void> {
  const { memory } = api
  const transit = await findTransit(api)
  const { ref, oid, objects } = formatTransit(blobs, trees)
  const commands = [...takeRemovals(transit), { before: nothing, after: oid, ref }]
  const outcome = await sendNow(api, commands, await formatPack(objects))
  const isDone = typeof outcome === 'object' && outcome.get(ref) === null
  // If a first answer was lost, the ref may have been made and is then refused: only the blobs themselves tell. To remove a
  // ref that is not there does no harm.
  if (outcome !== 'refused') transit.set(ref, oid)
  const oids = [...trees.roots, ...blobs.keys()]
  // What GitHub cannot be asked for is written once more, which does no harm.
  const arrived = isDone ? oids : outcome === 'refused' ? [] : await catchRemoteError(readPresence(api, oids), [])
  for (const each of arrived) if (blobs.has(each)) memory.blobs.add(each)
  if (arrived.length < oids.length) refusePushes(api)
}

/**
 * Moves the branch from the commit `before` to `after`, if it is there, and removes the refs of pushes before. `pack` brings
 * `after` and all that GitHub lacks of it. `declined`: the branch was not moved by this request. `refused`: GitHub takes no push.
 * @throws {RemoteError} Where this run may not wait until the next push.
 */
export async function pushHead(
  api: Api,
  { before, after }: Omit<Command, 'ref'>,
  pack: Buffer,
): Promise<'done' | 'declined' | 'refused' | 'unclear'> {
  const command = { before, after, ref: `refs/heads/${api.branch}` }
  const outcome = await sendNow(api, [...takeRemovals(await findTransit(api)), command], pack)
  if (typeof outcome === 'string') return outcome
  return outcome.get(command.ref) === null ? 'done' : 'declined'
}

/**
 * Removes the refs that this run has pushed to: by REST, which is no push, of which GitHub takes six in a minute, else by one.
 * A ref that is still there then is removed by the next run that pushes.
 */
export async function clearTransit(api: Api): Promise<void> {
  const transit = (await api.memory.transit) ?? new Map<string, string>()
  for (const name of transit.keys()) {
    const ref = name.slice('refs/'.length)
    const answer = await catchRemoteError(ask(api, 'DELETE /repos/{owner}/{repo}/git/refs/{ref}', { ref }), null)
    if (answer && isSuccess(answer)) transit.delete(name)
  }
  if (transit.size > 0) await push(api, takeRemovals(transit), null)
}

/** The refs that are still to be removed. The first time GitHub is asked for those that earlier runs have left. */
export function findTransit(api: Api): Promise<Map<string, string>> {
  return (api.memory.transit ??= readTransit(api))
}

async function readTransit(api: Api): Promise<Map<string, string>> {
  const asked = { ref: transitRefs.slice('refs/'.length) }
  // To leave them for another run does no harm.
  const answer = await catchRemoteError(ask(api, 'GET /repos/{owner}/{repo}/git/matching-refs/{ref}', asked), null)
  const refs = answer && isSuccess(answer) ? parseRefs(answer.data) : null
  return new Map([...(refs ?? [])].filter(([ref]) => ref.startsWith(transitRefs)))
}

/**
 * A commit whose files are the blobs and whose folders are the roots, and the ref for it. The same objects always make the
 * same commit. git takes it only where all that is below it is there.
 */
function formatTransit(blobs: ReadonlyMap<string, Uint8Array>, { roots, made }: NewTrees) {
  const name = (oids: Iterable<string>, mode: Mode) => Array.from(oids, (oid) => ({ name: oid, mode, oid }))
  const tree = formatTree([...name(blobs.keys(), '100644'), ...name(roots, '040000')])
  const mirror = { ...mirrorIdentity, date: '1970-01-01T00:00:00Z' }
  const commit = formatCommit({
    tree: gitObjectId('tree', tree),
    parents: [],
    author: mirror,
    committer: mirror,
    message: transitMessage,
  })
  const oid = gitObjectId('commit', commit)
  const objects = listObjects(blobs.values(), [tree, ...made.values()])
  return { ref: transitRefs + oid, oid, objects: [...objects, { type: 'commit' as const, body: commit }] }
}

/** Files and trees as objects of a pack. */
export function listObjects(files: Iterable<Uint8Array>, trees: Iterable<Uint8Array>): PackedObject[] {
  const list = (type: 'blob' | 'tree', bodies: Iterable<Uint8Array>) => Array.from(bodies, (body) => ({ type, body }))
  return [...list('tree', trees), ...list('blob', files)]
}

/** A change of a ref, from one object to another, made only while the ref is at the first one. */
export interface Command {
  readonly before: string
  readonly after: string
  readonly ref: string
}

/** The commands that remove the refs, which are forgotten. */
function takeRemovals(transit: Map<string, string>): Command[] {
  const commands = [...transit].map(([ref, before]) => ({ ref, before, after: nothing }))
  transit.clear()
  return commands
}

/** Pushes; `objects` null: a removal of refs needs no pack. Sent twice, the second request is refused, which does no harm. */
export async function push(
  api: Api,
  commands: readonly Command[],
  objects: readonly PackedObject[] | null,
): Promise<Outcome> {
  return catchRemoteError(send(api, commands, objects && (await formatPack(objects))), 'unclear')
}

/** Pushes. The error for a limit, for which this run may not wait, is thrown. */
function sendNow(api: Api, commands: readonly Command[], pack: Buffer): Promise<Outcome> {
  return send(api, commands, pack).catch((error: unknown): Outcome => {
    if (error instanceof RemoteError && error.status === null) return 'unclear'
    throw error
  })
}

async function send(api: Api, commands: readonly Command[], pack: Buffer | null): Promise<Outcome> {
  const lines = commands.map(({ before, after, ref }, index) =>
    formatLine(`${before} ${after} ${ref}${index === 0 ? '\0 report-status side-band-64k agent=hubmirror' : ''}`),
  )
  const body = Buffer.concat([...lines, flush, ...(pack === null ? [] : [pack])])
  const response = await postGit(api.git, 'git-receive-pack', body)
  const { status, headers } = response
  if (status === 200) return parseReport(await readAll(response.body))
  const text = limitStatuses.has(status) ? await readText(response.body).catch(() => '') : dropBody(response)
  if (saysRateLimit(status, headers, text ?? ''))
    throw createFailure(api, `push to ${api.where}`, { status, headers, data: text }, 'write')
  return isUnclear(response) ? 'unclear' : 'refused'
}

function parseReport(answer: Buffer): Outcome {
  const packets = parseLines(answer)
  if (packets === null) return 'unclear'
  const [unpacked, ...report] = parseLines(joinBand(packets))?.map((line) => line.toString().trimEnd()) ?? []
  if (!unpacked?.startsWith('unpack ')) return 'unclear'
  return new Map(
    (unpacked === 'unpack ok' ? report : []).flatMap((line) => {
      const [, word, ref, why] = /^(ok|ng) (\S+) ?(.*)$/.exec(line) ?? []
      return ref === undefined ? [] : [[ref, word === 'ok' ? null : (why ?? '')] as const]
    }),
  )
}
