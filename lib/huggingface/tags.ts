/**
 * Tags on the Hub. Its list names the commit of each, and tells neither messages nor objects of annotated tags. It makes an
 * annotated tag where a message is given. A tag is never moved: to make one that is there is refused.
 */
import { isSuccess, isUnclear } from '../http/answer.ts'
import { fields, isOid, parseList } from '../http/json.ts'
import { RemoteError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import type { Tag, TagEdit, TagList, TagStore, ToldTags } from '../model/tags.ts'
import { apiUrl } from './address.ts'
import { ask, askJson, parseAnswer, type Api, type Answer } from './api.ts'
import { createFailure, isRevisionMissing, parseRefusal } from './failure.ts'

/** The tags of the repository. Makes no request by itself. */
export function createTagStore(api: Api): TagStore {
  return {
    records: null,
    read: async () => ({ ...(await readRefs(api)), record: null }),
    isThere: (name) => isThere(api, name),
    readMessage: () => Promise.resolve(null),
    readUsed: () => Promise.resolve([]),
    write: (edits) => writeTags(api, edits),
  }
}

async function readTags(api: Api): Promise<TagList> {
  return (await readRefs(api)).tags
}

async function readRefs(api: Api): Promise<Pick<ToldTags, 'tags' | 'branches'>> {
  const answer = await ask(api, { what: 'the tags', url: apiUrl(api, 'refs') })
  if (!isSuccess(answer)) throw await createFailure(api, `read the tags of ${api.where}`, answer, 'read')
  // A list that is cut or missing would look as if people had deleted tags.
  return parseAnswer(api, 'the tags', answer, (value) => {
    const lists = ['tags', 'branches'].map((kind) =>
      parseList(fields(value)[kind], (row): readonly [string, Tag] | null => {
        const { name, targetCommit } = fields(row)
        return typeof name === 'string' && name !== '' && isOid(targetCommit)
          ? [name, { oid: targetCommit, commit: targetCommit }]
          : null
      }),
    )
    const [tags, branches] = lists
    return tags && branches ? { tags: new Map(tags), branches: new Set(branches.map(([name]) => name)) } : null
  })
}

async function isThere(api: Api, name: string): Promise<boolean> {
  const what = `tag "${quote(name)}"`
  const answer = await ask(api, { what, url: `${apiUrl(api, 'commits', `refs/tags/${name}`)}?limit=1` })
  if (isSuccess(answer)) return true
  // Should the Hub not know full names of tags here, a second look at the list is all that is left.
  if (isRevisionMissing(parseRefusal(answer))) return (await readTags(api)).has(name)
  throw await createFailure(api, `read ${what} of ${api.where}`, answer, 'read')
}

/** The Hub compares nothing when it deletes, so the list is read right before. One after the other, as people would. */
async function writeTags(api: Api, edits: readonly TagEdit[]): Promise<ReadonlyMap<string, string>> {
  const before = edits.some(({ commit }) => commit === null) ? await readTags(api) : null
  const failed = new Map<string, string>()
  for (const edit of edits) {
    const now = before?.get(edit.name)?.oid
    const hasMoved = edit.commit === null && now !== undefined && now !== edit.before?.oid
    const reason = hasMoved ? 'it was moved meanwhile; run again' : await writeTag(api, edit)
    if (reason !== null) failed.set(edit.name, reason)
  }
  await proveDeleted(
    api,
    edits.filter(({ name, commit }) => commit === null && !failed.has(name)),
  )
  return failed
}

/** A deletion that is believed and was none would come back as a new tag. */
async function proveDeleted(api: Api, edits: readonly TagEdit[]): Promise<void> {
  const now = edits.length > 0 ? await readTags(api) : null
  for (const { name } of edits) if (now?.has(name)) throw unclear(`delete tag "${quote(name)}" of ${api.where}`)
}

const unclear = (action: string, status: number | null = null) =>
  new RemoteError(`Cannot ${action}: no clear answer; run again, it goes on from there`, status)

/** Why the tag is not as it is to be; null where it is. */
async function writeTag(api: Api, { name, commit, message }: TagEdit): Promise<string | null> {
  const what = `tag "${quote(name)}"`
  const action = `${commit === null ? 'delete' : 'make'} ${what} of ${api.where}`
  const answer =
    commit === null
      ? await ask(api, { what, url: apiUrl(api, 'tag', name), repeat: false, method: 'DELETE' })
      : await askJson(api, {
          what,
          url: apiUrl(api, 'tag', commit),
          repeat: false,
          json: { tag: name, ...(message !== null && message !== '' && { message }) },
        })
  if (isSuccess(answer)) return null
  const { status } = answer
  if (isUnclear(answer) || status === 409 || (commit === null && status === 404)) {
    if (((await readTags(api)).get(name)?.commit ?? null) === commit) return null
    if (status !== 409) throw unclear(action, status)
  }
  if (status === 401 || status === 403 || status === 404 || status === 429)
    throw await createFailure(api, action, answer, 'write')
  return formatReason(answer)
}

function formatReason(answer: Answer): string {
  const { status, text } = parseRefusal(answer)
  return `Hugging Face answered ${status}${text === '' ? '' : ` "${quote(text)}"`}`
}
