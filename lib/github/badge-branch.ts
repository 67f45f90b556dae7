/** A small file on a branch of its own, to which no history of the repository leads. */
import { isSuccess } from '../http/answer.ts'
import { fields, parseList } from '../http/json.ts'
import { gitBlobId } from '../model/git-object.ts'
import { ask, parseAnswer, type Answer, type Api } from './api.ts'
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
  const { ownerAndRepo, repeating, once, branch } = api
  const [name, what] = [`heads/${branch}`, 'what is on the branch of the badge']
  const expect = (answer: Answer) => {
    if (isSuccess(answer)) return answer
    throw createFailure(api, `write the badge to ${api.where}`, answer, 'write')
  }
  const read = async <T>(send: Parameters<typeof ask>[0], parse: (data: unknown) => T | null) =>
    parseAnswer(api, what, expect(await ask(send)), parse)
  const there = await ask(() => repeating.rest.git.getTree({ ...ownerAndRepo, tree_sha: branch }))
  const isNew = there.status === 404
  const base = isNew ? null : parseAnswer(api, what, expect(there), parseSha)
  const rows = isNew ? [] : parseAnswer(api, what, there, (data) => parseList(fields(data)['tree'], parseRow))
  if (rows.some((row) => row.path === path && row.sha === gitBlobId(Buffer.from(text)))) return null
  if (rows.some((row) => !/\.(?:svg|json)$/.test(row.path))) return 'it holds other files than badges'
  const head = isNew
    ? null
    : await read(
        () => repeating.rest.git.getRef({ ...ownerAndRepo, ref: name }),
        (data) => parseSha(fields(data)['object']),
      )
  const entry = { path, mode: '100644', type: 'blob', content: text } as const
  const newTree = { ...ownerAndRepo, ...(base !== null && { base_tree: base }), tree: [entry] }
  const tree = await read(() => repeating.rest.git.createTree(newTree), parseSha)
  const commit = { ...ownerAndRepo, message, tree, parents: head === null ? [] : [head] }
  const sha = await read(() => repeating.rest.git.createCommit(commit), parseSha)
  const move = () =>
    isNew
      ? once.rest.git.createRef({ ...ownerAndRepo, ref: `refs/${name}`, sha })
      : once.rest.git.updateRef({ ...ownerAndRepo, ref: name, sha, force: false })
  expect(await ask(move))
  return null
}
