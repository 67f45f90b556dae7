/** What is asked of GitHub. Each leaves the repository as it was. */
import { createHash, randomBytes } from 'node:crypto'
import { openWriter } from '../contract/writer.ts'
import { askBatch, findLargest, listAbsent, type Answered, type Scene } from './ask.ts'
import { field, probe, unanswered, type Found, type Probe } from './probe.ts'
import { onBranch } from './probes.ts'

const text = (value: unknown) => (typeof value === 'string' ? value : '')

async function readBegin({ connections }: Scene): Promise<string> {
  const { head } = await openWriter(connections.github)
  if (head() === null) throw new Error('The contract suite must have written before')
  return head()!
}

/** A commit with the files of its parent, made and not yet named. */
async function makeCommit({ ask, api }: Scene, parent: string): Promise<string> {
  const { json } = await ask.github('GET', `${api.github}/git/commits/${parent}`)
  const made = await ask.github('POST', `${api.github}/git/commits`, {
    body: {
      message: `Ask what nobody says ${randomBytes(4).toString('hex')}`,
      tree: field(json, 'tree', 'sha'),
      parents: [parent],
    },
  })
  return text(field(made.json, 'sha'))
}

async function moveRef({ ask, api, graphql }: Scene, branch: string, before: string, after: string): Promise<Answered> {
  const { json } = await ask.github('GET', api.github)
  const update = { name: `refs/heads/${branch}`, beforeOid: before, afterOid: after, force: false }
  return ask.github('POST', graphql, {
    body: {
      query: 'mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }',
      variables: { input: { repositoryId: field(json, 'node_id'), refUpdates: [update] } },
    },
  })
}

const errorOf = ({ status, json }: Answered) => ({
  type: text(field(json, 'errors', 0, 'type')) || null,
  message: text(field(json, 'errors', 0, 'message')) || (status === 200 ? '' : `answered ${status}`),
})
const told = ({ type, message }: ReturnType<typeof errorOf>) =>
  message === ''
    ? 'done'
    : `${type ?? 'no type'}: ${message.replaceAll(/[0-9a-f]{40}/g, '<oid>').replaceAll(/contract-[\w-]+/g, '<branch>')}`

/** First a move from where the branch is, then one from where it no longer is. */
async function lookAtMoves(scene: Scene): Promise<Found> {
  const begin = await readBegin(scene)
  return onBranch(scene.connections.github, 'moves', begin, async ({ branch }) => {
    const next = await makeCommit(scene, begin)
    const moved = errorOf(await moveRef(scene, branch, begin, next))
    if (moved.message !== '') {
      const isClosed = moved.type === 'FORBIDDEN' || /not accessible/i.test(moved.message)
      return { values: isClosed ? { updateRefs: 'forbidden' } : {}, seen: told(moved) }
    }
    const late = errorOf(await moveRef(scene, branch, begin, await makeCommit(scene, next)))
    if (late.message === '') return { values: { updateRefs: 'allowed' }, seen: 'moved from where it no longer was' }
    return { values: { updateRefs: 'allowed', refConflictType: late.type }, seen: told(late) }
  })
}

async function lookAtRule(scene: Scene): Promise<Found> {
  const branch = scene.env['LIVE_GITHUB_RULED_BRANCH']
  if (!branch)
    return unanswered('not asked: set LIVE_GITHUB_RULED_BRANCH to a branch that a rule keeps from this token')
  const { json } = await scene.ask.github('GET', `${scene.api.github}/git/ref/heads/${branch}`)
  const head = text(field(json, 'object', 'sha'))
  const refused = errorOf(await moveRef(scene, branch, head, await makeCommit(scene, head)))
  if (refused.message === '' || refused.type === 'FORBIDDEN') return unanswered(`no rule refused it: ${told(refused)}`)
  return { values: { hidesRules: /something went wrong/i.test(refused.message) }, seen: told(refused) }
}

/** By REST, whose refusals say what they refuse. */
async function lookAtPointers(scene: Scene) {
  const { ask, api, connections } = scene
  const begin = await readBegin(scene)
  return onBranch(connections.github, 'pointer', begin, async ({ branch }) => {
    const content = `version https://git-lfs.github.com/spec/v1\noid sha256:${randomBytes(32).toString('hex')}\nsize 42\n`
    const rule = '*.bin filter=lfs diff=lfs merge=lfs -text\n'
    const tree = await ask.github('POST', `${api.github}/git/trees`, {
      body: {
        tree: [
          { path: '.gitattributes', mode: '100644', type: 'blob', content: rule },
          { path: 'asked.bin', mode: '100644', type: 'blob', content },
        ],
      },
    })
    const made = await ask.github('POST', `${api.github}/git/commits`, {
      body: { message: 'Ask for a pointer', tree: field(tree.json, 'sha'), parents: [begin] },
    })
    const { status, json } = await ask.github('PATCH', `${api.github}/git/refs/heads/${branch}`, {
      body: { sha: field(made.json, 'sha'), force: false },
    })
    const words = text(field(json, 'message')).split('\n')[0]!
    return [status < 300 ? false : status === 422 ? true : undefined, `${status} ${words}`.trim()] as const
  })
}

/** The command asks for 250 at most; 18, 50 and 76 are what was measured of mutations. */
const queried = [1_000, 250, 100, 76, 50, 18]

async function lookAtQueries({ ask, env, graphql }: Scene): Promise<Found> {
  const [owner, name] = env['GITHUB_REPOSITORY']!.split('/')
  const seen: string[] = []
  const values: Record<string, number | string> = {}
  for (const count of queried) {
    const rows = Array.from({ length: count }, (_, index) => `b${index}: object(expression: "HEAD:") { oid }`)
    const query = `{ repository(owner: "${owner}", name: "${name}") { ${rows.join(' ')} } }`
    const { status, json } = await ask.github('POST', graphql, { body: { query } })
    const answered = Object.values((field(json, 'data', 'repository') ?? {}) as object).filter((one) => one !== null)
    seen.push(`${count}: ${status}, ${answered.length}`)
    if (answered.length === count) return { values: { queryObjectsMax: count, ...values }, seen: seen.join('; ') }
    if (status === 502) values['queryOverload'] = 502
    else if (answered.length > 0)
      return { values: { queryObjectsMax: answered.length, queryOverload: 'partial' }, seen: seen.join('; ') }
  }
  return unanswered(seen.join('; '))
}

async function lookAtWorkflows(scene: Scene) {
  const { ask, api, connections } = scene
  const begin = await readBegin(scene)
  return onBranch(connections.github, 'workflow', begin, async ({ branch }) => {
    const content = `name: scratch ${branch}\non: workflow_dispatch\npermissions: {}\njobs: {}\n`
    const { status, json } = await ask.github('PUT', `${api.github}/contents/.github/workflows/${branch}.yml`, {
      body: { message: 'Ask for workflows', branch, content: Buffer.from(content).toString('base64') },
    })
    const isKnown = status < 300 || [403, 404, 422].includes(status)
    return [isKnown ? status < 300 : undefined, `${status} ${text(field(json, 'message'))}`.trim()] as const
  })
}

const mebibyte = 1_048_576

async function lookAtBlobs({ ask, api, scale }: Scene) {
  const sizes = [61, 60, 45, 41, 39].map((size) => Math.floor((size * mebibyte) / scale))
  const { largest, seen } = await findLargest(sizes, (size) =>
    ask.github('POST', `${api.github}/git/blobs`, {
      body: { content: randomBytes(size).toString('base64'), encoding: 'base64' },
    }),
  )
  return [largest ?? undefined, seen] as const
}

async function lookAtUnnamed({ ask, api, env, graphql }: Scene) {
  const made = await ask.github('POST', `${api.github}/git/blobs`, {
    body: { content: `named by nothing ${randomBytes(8).toString('hex')}` },
  })
  const [owner, name] = env['GITHUB_REPOSITORY']!.split('/')
  const query = `{ repository(owner: "${owner}", name: "${name}") { object(oid: "${text(field(made.json, 'sha'))}") { oid } } }`
  const { status, json } = await ask.github('POST', graphql, { body: { query } })
  const object = field(json, 'data', 'repository', 'object')
  return [status === 200 ? Boolean(object) : undefined, `answered ${status}`] as const
}

/** Sends an object, and asks for it before `verify` is. */
async function lookAtPresence(scene: Scene) {
  const content = randomBytes(64)
  const object = { oid: createHash('sha256').update(content).digest('hex'), size: content.length }
  const batch = await askBatch(scene, 'github', 'upload', [object])
  const upload = field(batch.json, 'objects', 0, 'actions', 'upload')
  const { status } = await scene.ask.github('PUT', text(field(upload, 'href')), {
    body: new Uint8Array(content),
    token: null,
    headers: { ...(field(upload, 'header') as Record<string, string>), 'content-length': `${content.length}` },
  })
  if (status >= 300) return [undefined, `the upload was answered ${status}`] as const
  const again = await askBatch(scene, 'github', 'upload', [object])
  const isThere = field(again.json, 'objects', 0, 'actions', 'upload') === undefined
  return [isThere ? 'upload' : 'verify', `batch answered ${batch.status}, then ${again.status}`] as const
}

export const githubProbes: readonly Probe[] = [
  { answers: ['updateRefs', 'refConflictType'], look: lookAtMoves },
  { answers: ['hidesRules'], look: lookAtRule },
  { answers: ['queryObjectsMax', 'queryOverload'], look: lookAtQueries },
  probe('refusesDanglingPointers', lookAtPointers),
  probe('allowsWorkflows', lookAtWorkflows),
  probe('listingSha', async (scene) => {
    const begin = await readBegin(scene)
    const { status, json } = await scene.ask.github('GET', `${scene.api.github}/git/trees/${begin}`)
    return [status < 300 ? (field(json, 'sha') === begin ? 'commit' : 'tree') : undefined, `answered ${status}`]
  }),
  probe('blobMax', lookAtBlobs),
  probe('tellsUnnamed', lookAtUnnamed),
  probe('lfsBatchMax', async (scene) => {
    const { largest, seen } = await findLargest([1_000, 256, 100], (count) =>
      askBatch(scene, 'github', 'download', listAbsent(count)),
    )
    return [largest ?? undefined, seen]
  }),
  probe('lfsAnonymous', async (scene) => {
    const { json } = await scene.ask.github('GET', scene.api.github)
    if (field(json, 'private') !== false) return [undefined, 'not asked: the repository is not public']
    const { status } = await askBatch(scene, 'github', 'download', listAbsent(1), { token: null })
    return [status < 300 ? true : status === 401 || status === 403 ? false : undefined, `answered ${status}`]
  }),
  probe('lfsPresentAfter', lookAtPresence),
]
