/**
 * Tags, and the mirror's record of them, read and written as git does: one request tells all tags with the commits that they
 * come to, and one request makes and deletes any number of them, each only while it is where it was. Those that it makes are
 * plain ones: no other service tells messages of tags.
 */
import { mapConcurrent } from '../async/concurrent.ts'
import { formatCommand, parseLines } from '../git-wire/pkt-line.ts'
import { postGit } from '../git-wire/server.ts'
import { isSuccess } from '../http/answer.ts'
import { readWhole } from '../http/body.ts'
import { fields, isOid } from '../http/json.ts'
import { DeniedError, MovedError, RefusedError, RemoteError } from '../model/errors.ts'
import { gitBlobId } from '../model/git-object.ts'
import { quote } from '../model/quote.ts'
import type { Records, TagEdit, TagList, TagStore, ToldTags } from '../model/tags.ts'
import { ask, parseAnswer, requireToken, type Api } from './api.ts'
import { readBlob } from './content.ts'
import { createFailure } from './failure.ts'
import { nothing, push, type Command } from './push.ts'

const tagRefs = 'refs/tags/'
const branchRefs = 'refs/heads/'
/** Apart from those of `push`, which are removed when they are found. */
const recordRefs = 'refs/hubmirror-tags/'
const requestsMax = 4
const listByteLengthMax = 64_000_000

/** The tags of the repository. Makes no request by itself. */
export function createTagStore(api: Api): TagStore {
  return {
    records: createRecords(api),
    read: (key) => readTags(api, key),
    isThere: (name) => isThere(api, name),
    readMessage: async ({ oid, commit }) => (oid === commit ? null : readMessage(api, oid)),
    readUsed: async (names) => {
      const used = await mapConcurrent(names, requestsMax, (name) => hasRelease(api, name))
      return names.filter((_, index) => used[index])
    },
    write: (edits) => writeTags(api, edits),
  }
}

function createRecords(api: Api): Records {
  return {
    read: async (oid) => Buffer.from(await readBlob(api, oid, "the mirror's record of tags")).toString('utf8'),
    write: async (key, before, text) => {
      const body = text === null ? null : Buffer.from(text)
      const after = body && gitBlobId(body)
      const command = { ref: recordRefs + key, before: before ?? nothing, after: after ?? nothing }
      requireToken(api, `write tags of ${api.where}`)
      const outcome = await push(api, [command], body && [{ type: 'blob', body }])
      if (typeof outcome === 'object' && outcome.get(command.ref) === null) return
      if ((await readTags(api, key)).record === command.after) return
      if (outcome === 'refused') throw refusedPush(api)
      const reason = (typeof outcome === 'object' && outcome.get(command.ref)) || ''
      if (isRule(reason)) throw new RefusedError(`Cannot keep the record of tags in ${api.where}: ${explain(reason)}`)
      throw new MovedError(
        `Cannot keep the record of tags in ${api.where}: another run has changed it, or it is locked`,
      )
    },
  }
}

/** Reads references by `ls-refs` of gitprotocol-v2(5). */
async function readTags(api: Api, key: string): Promise<ToldTags> {
  const record = recordRefs + key
  const prefixes = [tagRefs, branchRefs, record].map((prefix) => `ref-prefix ${prefix}`)
  const body = formatCommand('ls-refs', ['peel', ...prefixes])
  const action = `read the tags of ${api.where}`
  const response = await postGit(api.git, 'git-upload-pack', body)
  const bytes = await readWhole(response, listByteLengthMax, `the tags of ${api.where}`)
  const { status, headers } = response
  if (status > 300 && status < 400)
    throw new RefusedError(`Cannot ${action}: it has another name now; give that one with --github`)
  if (status !== 200) throw createFailure(api, action, { status, headers, data: bytes.toString('utf8') }, 'read')
  const refs = parseRefs(bytes)
  if (refs === null)
    throw new RemoteError(`Cannot ${action}: the answer is not what git's protocol promises; run again`)
  const told = [...refs].flatMap(([ref, tag]) =>
    ref.startsWith(tagRefs) ? [[ref.slice(tagRefs.length), tag] as const] : [],
  )
  const branches = [...refs.keys()].filter((ref) => ref.startsWith(branchRefs))
  return {
    tags: new Map(told),
    branches: new Set(branches.map((ref) => ref.slice(branchRefs.length))),
    record: refs.get(record)?.oid ?? null,
  }
}

/** Lines such as `<oid> refs/tags/v1 peeled:<oid>`; null where one is none, or the last one is missing. */
function parseRefs(bytes: Buffer): TagList | null {
  const refs = parseLines(bytes)?.map((line) => {
    const [oid, ref, ...more] = line.toString('utf8').replace(/\n$/, '').split(' ')
    const peeled = more.find((one) => one.startsWith('peeled:'))?.slice('peeled:'.length)
    return isOid(oid) && ref?.startsWith('refs/') ? ([ref, { oid, commit: peeled ?? oid }] as const) : null
  })
  return refs && refs.every((one) => one !== null) ? new Map(refs) : null
}

async function isThere(api: Api, name: string): Promise<boolean> {
  const answer = await ask(api, 'GET /repos/{owner}/{repo}/git/ref/{ref}', { ref: `tags/${name}` })
  if (answer.status === 404) return false
  if (!isSuccess(answer)) throw createFailure(api, `read tag "${quote(name)}" of ${api.where}`, answer, 'read')
  return fields(answer.data)['ref'] === tagRefs + name
}

async function readMessage(api: Api, oid: string): Promise<string> {
  const what = `tag ${oid.slice(0, 7)}`
  const answer = await ask(api, 'GET /repos/{owner}/{repo}/git/tags/{tag_sha}', { tag_sha: oid })
  if (!isSuccess(answer)) throw createFailure(api, `read ${what} of ${api.where}`, answer, 'read')
  const message = parseAnswer(api, what, answer, (data) => {
    const { message: text } = fields(data)
    return typeof text === 'string' ? text : null
  })
  // A signature is of this object alone.
  return message.replace(/^-----BEGIN (?:PGP SIGNATURE|SSH SIGNATURE|SIGNED MESSAGE)-----[^]*$/m, '').trim()
}

/** A release becomes a draft when its tag is deleted. */
async function hasRelease(api: Api, name: string): Promise<boolean> {
  const answer = await ask(api, 'GET /repos/{owner}/{repo}/releases/tags/{tag}', { tag: name })
  if (answer.status === 404) return false
  if (!isSuccess(answer)) throw createFailure(api, `read the release of tag "${quote(name)}"`, answer, 'read')
  return true
}

const refusedPush = (api: Api) =>
  new DeniedError(
    `Cannot write tags of ${api.where}: GitHub takes no push with ${api.tokenName}; it has to be a token that may write ` +
      'contents, and the repository must not be archived',
  )

async function writeTags(api: Api, edits: readonly TagEdit[]): Promise<ReadonlyMap<string, string>> {
  requireToken(api, `write tags of ${api.where}`)
  const commands = edits.map(({ name, before, commit }): Command => ({
    ref: tagRefs + name,
    before: before?.oid ?? nothing,
    after: commit ?? nothing,
  }))
  const outcome = await push(api, commands, edits.some(({ commit }) => commit !== null) ? [] : null)
  const reasons = typeof outcome === 'object' ? outcome : new Map<string, string | null>()
  const open = edits.filter(({ name }) => reasons.get(tagRefs + name) !== null)
  if (open.length === 0) return new Map()
  // A push whose answer was lost is sent again, and then refused for what it has done itself.
  const { tags } = await readTags(api, '')
  const left = open.filter(({ name, commit }) => (tags.get(name)?.oid ?? null) !== commit)
  if (left.length > 0 && outcome === 'refused') throw refusedPush(api)
  if (left.length > 0 && outcome === 'unclear')
    throw new RemoteError(`Cannot write tags of ${api.where}: no clear answer; run again, it goes on from there`)
  return new Map(left.map(({ name }) => [name, explain(reasons.get(tagRefs + name) ?? '')]))
}

const isRule = (reason: string) => /rule|protected|declined|denied/i.test(reason)

/** The reason in git's report, with what to do about it. */
function explain(reason: string): string {
  const said = reason === '' ? 'GitHub did not say why' : `GitHub says "${quote(reason)}"`
  if (/workflow/i.test(reason))
    return `${said}; a workflow's own token may not make a tag on a commit with other workflows: use a personal one that may`
  return isRule(reason)
    ? `${said}; a rule of the repository is against it: allow the mirror's user to bypass it`
    : `${said}; run again`
}
