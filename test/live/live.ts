/**
 * Both remotes and the whole mirror against the services that `LIVE_GITHUB` and `LIVE_HF` name, and what was observed
 * there.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { sync } from '../../lib/cli/command.ts'
import { parseHuggingFaceId } from '../../lib/cli/repository-id.ts'
import { sides, type Side } from '../../lib/model/sides.ts'
import { openConnections } from '../contract/connection.ts'
import { describeRemote } from '../contract/contract.ts'
import { openWriter, type Writer } from '../contract/writer.ts'
import { Observations, watchMoves } from './observations.ts'
import { probeDangling, probeLag, probeQuoting, probeWeakToken } from './probes.ts'
import { commandEnvironment, waitMaxMs } from './setting.ts'

const env = commandEnvironment(process.env)
const observations = new Observations()
const network = watchMoves(globalThis.fetch, observations)
const run = `contract-${new Date().toISOString().slice(0, 19).replace(/\D/g, '')}-${Math.random().toString(36).slice(2, 8)}`
const sleep = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, Math.min(ms, waitMaxMs(process.env)))
  })
const connections = openConnections(env, run, { fetch: network, sleep })

afterAll(() => {
  process.stdout.write(observations.format())
})

for (const side of sides) describeRemote(`the live ${side}`, () => Promise.resolve(connections[side]))

/** What the command itself never looks at: the comparison as it is sent. */
async function readCompare(from: string, to: string): Promise<string> {
  const { type, name } = parseHuggingFaceId(env['HF_REPO']!, 'dataset').repository
  const endpoint = (env['HF_ENDPOINT'] ?? 'https://huggingface.co').replace(/\/+$/, '')
  const answer = await network(`${endpoint}/api/${type}s/${name}/compare/${from}..${to}?raw=true`, {
    headers: { authorization: `Bearer ${env['HF_TOKEN']}` },
  })
  observations.add(
    'tags',
    answer.headers.has('etag')
      ? `it has: ${answer.headers.get('etag')!.replace(/[0-9A-Za-z+/]{27}/, '<SHA-1>')}`
      : 'it has none',
  )
  return answer.text()
}

/** As many objects as the command ever asks for at once. */
async function askMany(count: number): Promise<string> {
  const [owner, name] = env['GITHUB_REPOSITORY']!.split('/')
  const selection = Array.from({ length: count }, (_, index) => `b${index}: object(expression: "HEAD:") { oid }`).join(
    ' ',
  )
  const headers = {
    'authorization': `Bearer ${env['GITHUB_TOKEN']}`,
    'content-type': 'application/json',
    'user-agent': 'hubmirror',
  }
  const body = JSON.stringify({ query: `{ repository(owner: "${owner}", name: "${name}") { ${selection} } }` })
  const answer = await network(env['GITHUB_GRAPHQL_URL'] ?? 'https://api.github.com/graphql', {
    method: 'POST',
    headers,
    body,
  })
  const { data, errors = [] } = (await answer.json().catch(() => ({}))) as {
    data?: { repository?: Record<string, unknown> }
    errors?: { type?: string }[]
  }
  const told = Object.values(data?.repository ?? {}).filter((object) => object !== null).length
  return `${told} of ${count}, answered ${answer.status}${errors.length > 0 ? `, ${[...new Set(errors.map(({ type }) => type ?? 'no type'))].join(', ')}` : ''}`
}

describe('what nobody promises is observed', () => {
  it('of how long reads lag behind writes, three times', async () => {
    for (const side of [...sides, ...sides, ...sides]) observations.add('lag', await probeLag(connections[side]))
    expect(observations.list('lag')).not.toHaveLength(0)
  })

  it('of `updateRefs`, by what was answered so far', () => {
    expect(observations.list('updateRefs')).not.toHaveLength(0)
  })

  it('of pointers without objects', async () => {
    for (const side of sides) observations.add('dangling', await probeDangling(connections[side]))
    expect(observations.list('dangling')).toHaveLength(2)
  })

  it('of odd names in a comparison', async () => {
    for (const seen of await probeQuoting(connections.huggingface, readCompare)) observations.add('quoting', seen)
    expect(observations.list('quoting')).not.toHaveLength(0)
  })

  it('of an ETag, by the comparisons so far', () => {
    expect(observations.list('tags')).not.toHaveLength(0)
  })

  it('of large queries', async () => {
    for (const count of [100, 250]) observations.add('queries', await askMany(count))
    expect(observations.list('queries')).toHaveLength(2)
  })

  it('of tokens without write permission', async () => {
    const variables: Record<Side, string> = { github: 'LIVE_GITHUB_READ_TOKEN', huggingface: 'LIVE_HF_READ_TOKEN' }
    for (const side of sides)
      for (const seen of await probeWeakToken(connections[side], variables[side])) observations.add('weak', seen)
    expect(observations.list('weak')).not.toHaveLength(0)
  })
})

describe('the mirror', () => {
  /**
   * `--init union` joins what earlier runs left on one side alone; the files of both sides' own first pages may differ.
   */
  const mirror = async (...argv: string[]) => {
    let said = ''
    const say = (text: string) => {
      said += text
    }
    const exitCode = await sync(
      [
        '--init',
        'union',
        '--take',
        'README.md=github',
        '--take',
        '.gitignore=github',
        '--take',
        'LICENSE=github',
        ...argv,
      ],
      { env, out: say, err: say, fetch: network, sleep },
    )
    return { exitCode, said }
  }
  const folders = {
    github: { ...connections.github, scratch: `${run}-mirror` },
    huggingface: { ...connections.huggingface, scratch: `${run}-mirror` },
  }
  const object = { lfs: Buffer.alloc(300_000, `${run}\0`) }

  const readOids = async ({ connect, head, at, readHead }: Writer, names: readonly string[]) => {
    await readHead()
    const entries = await connect().readEntries(head()!, names.map(at))
    return names.map((name) => entries.get(at(name))?.lfs?.oid ?? entries.get(at(name))?.oid ?? null)
  }

  it('brings a few files both ways, then an edit and deletions, and then finds nothing to do', async () => {
    const [github, huggingface] = [await openWriter(folders.github), await openWriter(folders.huggingface)]
    await github.write(
      { 'from github.txt': 'github\n', 'both.txt': 'one\ntwo\nthree\nfour\n' },
      { title: 'Add files on GitHub' },
    )
    await huggingface.write(
      { 'from the hub.txt': 'hub\n', 'object.bin': object, 'gone.txt': 'soon\n' },
      { title: 'Add files on Hugging Face' },
    )
    expect(await mirror()).toMatchObject({ exitCode: 0 })
    const names = ['from github.txt', 'both.txt', 'from the hub.txt', 'gone.txt']
    const first = await readOids(github, names)
    expect(first).toEqual(await readOids(huggingface, names))
    expect(first).not.toContain(null)
    await github.write({ 'both.txt': 'ONE\ntwo\nthree\nfour\n' }, { title: 'Change the first line' })
    await huggingface.write(
      { 'both.txt': 'one\ntwo\nthree\nFOUR\n', 'gone.txt': null },
      { title: 'Change the last line' },
    )
    expect(await mirror()).toMatchObject({ exitCode: 0, said: expect.stringContaining('merged') })
    const second = await readOids(github, names)
    expect(second).toEqual([first[0], expect.any(String), first[2], null])
    expect(second[1]).not.toBe(first[1])
    expect(await readOids(huggingface, names)).toEqual(second)
    expect(await mirror('--verify')).toMatchObject({ exitCode: 0 })
    const { exitCode, said } = await mirror()
    expect([exitCode, said]).toEqual([0, expect.stringMatching(/in sync/i)])
    await github.readHead()
    await github.clear()
    expect(await mirror('--allow-delete')).toMatchObject({ exitCode: 0 })
    expect(await readOids(huggingface, names)).toEqual([null, null, null, null])
  })
})
