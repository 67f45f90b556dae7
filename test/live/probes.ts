/** Questions to the live services whose answers nobody has promised. Each leaves its repository as it was. */
import type { NewCommit, Remote } from '../../lib/model/remote.ts'
import type { Connection } from '../contract/connection.ts'
import { commitsOf, newFile, objectOf, openWriter, streamOf, type Writer } from '../contract/writer.ts'

const lookEveryMs = 100
const lookForMs = 90_000

/** Milliseconds until it is so, `null` if that never came. */
async function measure(isSo: () => Promise<boolean>, sleep: Connection['sleep']): Promise<number | null> {
  const startMs = performance.now()
  for (;;) {
    if (await isSo().catch(() => false)) return Math.round(performance.now() - startMs)
    if (performance.now() - startMs > lookForMs) return null
    await sleep(lookEveryMs)
  }
}

/** Of one write. */
export async function probeLag(connection: Connection): Promise<string> {
  const { connect, sleep } = connection
  const writer = await openWriter(connection)
  const oid = await (
    await connect().prepare([writer.compose({ 'lag.txt': `${writer.now()}\n` })], writer.head())
  ).publish()
  const [head, history, files] = await Promise.all([
    measure(async () => (await connect().readHead()) === oid, sleep),
    measure(async () => commitsOf(await connect().readHistory())[0]?.oid === oid, sleep),
    measure(
      async () => (await connect().readEntries(oid, [writer.at('lag.txt')])).get(writer.at('lag.txt')) !== null,
      sleep,
    ),
  ])
  await writer.readHead()
  await writer.clear()
  const format = (ms: number | null) => (ms === null ? `not within ${lookForMs / 1000} s` : `${ms} ms`)
  return `${connect().service}: the head shows a write after ${format(head)}, the history after ${format(history)}, its files after ${format(files)}`
}

/** On a branch of its own, which is deleted. */
export async function onBranch<T>(
  { connect, scratch, deleteBranch }: Connection,
  name: string,
  at: string,
  work: (remote: Remote) => Promise<T>,
): Promise<T> {
  const branch = `${scratch}-${name}`
  try {
    await connect({ branch }).createBranch(at)
    return await work(connect({ branch }))
  } finally {
    await deleteBranch(branch)
  }
}

async function tell(act: () => Promise<unknown>): Promise<string> {
  try {
    await act()
    return 'no error'
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  }
}

/** Of a repository that holds something. */
async function openStarted(connection: Connection): Promise<Writer & { readonly begin: string }> {
  const writer = await openWriter(connection)
  const begin = writer.head()
  if (begin === null) throw new Error('The contract suite must have written before')
  return { ...writer, begin }
}

export async function probeDangling(connection: Connection): Promise<string> {
  const writer = await openStarted(connection)
  const { begin, at } = writer
  const object = objectOf(Buffer.from(`never uploaded ${at('')} ${writer.now()}`))
  const commit: NewCommit = {
    ...writer.compose({}),
    parents: [{ oid: begin }],
    edits: [{ path: at('dangling.bin'), file: { store: 'lfs', mode: null, object } }],
  }
  const said = await onBranch(connection, 'dangling', begin, (remote) =>
    tell(async () => (await remote.prepare([commit], begin)).publish()),
  )
  return `${connection.connect().service}: ${said === 'no error' ? 'not refused, the branch named an object that is not there' : `refused, ${said}`}`
}

const oddNames = ['quo"te.txt', 'back\\slash.txt', 'tab\there.txt', 'new\nline.txt', 'ünïcödé.txt', '日本 💀.txt']

function quoteAsGit(path: string, alsoBytes: boolean): string {
  const escaped = path.replace(/["\\]/g, '\\$&').replace(/\t/g, '\\t')
  return `"${alsoBytes ? escaped.replace(/[^\0-\x7f]+/g, (found) => [...Buffer.from(found)].map((byte) => `\\${byte.toString(8)}`).join('')) : escaped}"`
}

/** One commit a name, as one may be refused. `readCompare` gives the raw comparison of two commits. */
export async function probeQuoting(
  connection: Connection,
  readCompare: (from: string, to: string) => Promise<string>,
): Promise<string[]> {
  const writer = await openStarted(connection)
  const { begin, at } = writer
  return onBranch(connection, 'quoting', begin, async (remote) => {
    const seen: string[] = []
    let head = begin
    for (const name of oddNames) {
      const path = at(name)
      const commit: NewCommit = {
        ...writer.compose({}),
        title: `Add ${JSON.stringify(name)}`,
        parents: [{ oid: head }],
        edits: [{ path, file: newFile('odd\n') }],
      }
      const before = head
      const said = await tell(async () => {
        head = await (await remote.prepare([commit], head)).publish()
      })
      const line = said === 'no error' ? await readCompare(before, head) : ''
      const forms: [string, string][] = [
        [`\t${path}`, 'as it is'],
        [quoteAsGit(path, false), 'quoted as git does'],
        [quoteAsGit(path, true), 'quoted as git does, bytes too'],
      ]
      const form = forms.find(([text]) => line.includes(text))?.[1] ?? `otherwise: ${JSON.stringify(line)}`
      seen.push(`${JSON.stringify(name)}: ${said === 'no error' ? form : said}`)
    }
    return seen
  })
}

/** `variable` is how to bring a token that may only read. */
export async function probeWeakToken(connection: Connection, variable: string): Promise<string[]> {
  const {
    connect,
    tokens: { weak: token },
    scratch,
    deleteBranch,
  } = connection
  const name = connect().service
  if (token === null) return [`${name}: not asked, set ${variable} to a token that may only read`]
  const { begin, compose } = await openStarted(connection)
  const content = Buffer.from('sent with a token that may only read\n')
  const commit = { ...compose({ 'weak.txt': 'weak\n' }), parents: [{ oid: begin }] }
  return onBranch(connection, 'weak', begin, async ({ branch }) => {
    const remote = connect({ token, branch })
    const acts: [string, () => Promise<unknown>][] = [
      ['checkWrite', () => remote.checkWrite()],
      [
        'uploadObjects',
        () => remote.uploadObjects([{ object: objectOf(content), open: () => Promise.resolve(streamOf(content)) }]),
      ],
      ['prepare', () => remote.prepare([commit], begin)],
      ['prepare and publish', async () => (await remote.prepare([commit], begin)).publish()],
      ['createBranch', () => connect({ token, branch: `${scratch}-weaker` }).createBranch(begin)],
    ]
    const seen: string[] = []
    for (const [act, work] of acts) seen.push(`${name}, ${act}: ${await tell(work)}`)
    await deleteBranch(`${scratch}-weaker`)
    return seen
  })
}
