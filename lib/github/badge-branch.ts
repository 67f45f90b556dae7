/** A small file on a branch of its own, to which no history of the repository leads. */
import { isSuccess } from '../http/answer.ts'
import { fields, parseList } from '../http/json.ts'
import { gitBlobId } from '../model/git-object.ts'
import { ask, once, parseAnswer, type Answer, type Api } from './api.ts'
import { createFailure } from './failure.ts'
import { parseSha } from './schema.ts'

/** What is to stand there, and what its commit says. */
export interface Published {
  readonly path: string
  readonly text: string
  readonly message: string
}

interface Row {
  readonly path: string
  readonly sha: string
}

const parseRow = (row: unknown): Row | null => {
  const { path, sha } = fields(row)
  return typeof path === 'string' && typeof sha === 'string' ? { path, sha } : null
}

/**
 * Puts the file there by a commit on top, on the branch of the Api; one request where it is there already. Returns why it
 * does not where other files are on the branch, else null. Throws where GitHub refuses, and where somebody was faster.
 */
export async function publishFile(api: Api, { path, text, message }: Published): Promise<string | null> {
  const { branch } = api
  const [name, what] = [`heads/${branch}`, 'what is on the branch of the badge']
  const expect = (answer: Answer) => {
    if (isSuccess(answer)) return answer
    throw createFailure(api, `write the badge to ${api.where}`, answer, 'write')
  }
  const read = async <T>(answer: Promise<Answer>, parse: (data: unknown) => T | null) =>
    parseAnswer(api, what, expect(await answer), parse)
  const there = await ask(api, 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}', { tree_sha: branch })
  const isNew = there.status === 404
  const base = isNew ? null : parseAnswer(api, what, expect(there), parseSha)
  const rows = isNew ? [] : parseAnswer(api, what, there, (data) => parseList(fields(data)['tree'], parseRow))
  if (rows.some((row) => row.path === path && row.sha === gitBlobId(Buffer.from(text)))) return null
  if (rows.some((row) => !/\.(?:svg|json)$/.test(row.path))) return 'it holds other files than badges'
  const head = isNew
    ? null
    : await read(ask(api, 'GET /repos/{owner}/{repo}/git/ref/{ref}', { ref: name }), (data) =>
        parseSha(fields(data)['object']),
      )
  const entry = { path, mode: '100644', type: 'blob', content: text } as const
  const newTree = { ...(base !== null && { base_tree: base }), tree: [entry] }
  const tree = await read(ask(api, 'POST /repos/{owner}/{repo}/git/trees', newTree), parseSha)
  const commit = { message, tree, parents: head === null ? [] : [head] }
  const sha = await read(ask(api, 'POST /repos/{owner}/{repo}/git/commits', commit), parseSha)
  expect(
    isNew
      ? await ask(api, 'POST /repos/{owner}/{repo}/git/refs', { ref: `refs/${name}`, sha }, once)
      : await ask(api, 'PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ref: name, sha, force: false }, once),
  )
  return null
}
