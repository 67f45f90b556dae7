/** Commits in a folder of the suite's own, each waited for until the branch shows it. */
import { createHash } from 'node:crypto'
import type { LfsObject } from '../../lib/model/entry.ts'
import { gitBlobId } from '../../lib/model/git-object.ts'
import type { Commit, Edit, History, NewCommit, NewFile, Prepared, Remote } from '../../lib/model/remote.ts'
import type { Connection } from './connection.ts'
import type { Content, Contents } from './files.ts'

/** Of a repository that no mirror knows: what is written here must join nothing. */
export const elsewhere = 'https://github.com/contract/elsewhere/commit'

export interface Writer {
  /** Remembers nothing, so that it has to read. */
  readonly connect: Connection['connect']
  /** Commit before the first that is written; `null` where the repository was empty. */
  readonly start: string | null
  readonly head: () => string | null
  /** After others have written. */
  readonly readHead: () => Promise<void>
  readonly now: () => string
  readonly at: (path: string) => string
  readonly includes: (path: string) => boolean
  /** On top of the head. */
  readonly compose: (contents: Contents, more?: Partial<NewCommit>) => NewCommit
  readonly publish: (prepared: Prepared) => Promise<string>
  /** Objects included. */
  readonly write: (contents: Contents, more?: Partial<NewCommit>) => Promise<string>
  readonly eventually: <T>(read: () => Promise<T>, isThere: (value: T) => boolean) => Promise<T>
  /** Deletes everything in the folder. */
  readonly clear: () => Promise<void>
}

/** A service may show a write half a minute later. */
const waitsMs = [0, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 16_000]

export function objectOf(content: Uint8Array): LfsObject {
  return { oid: createHash('sha256').update(content).digest('hex'), byteLength: content.byteLength }
}

export function streamOf(content: Uint8Array): ReadableStream<Uint8Array> {
  return new Blob([new Uint8Array(content)]).stream() as ReadableStream<Uint8Array>
}

export function newFile(content: NonNullable<Content>): NewFile {
  if (typeof content === 'object' && 'lfs' in content)
    return { store: 'lfs', mode: null, object: objectOf(content.lfs) }
  const [mode, text] =
    typeof content === 'object' && 'mode' in content ? [content.mode, content.content] : [null, content]
  const bytes = Buffer.from(text as string)
  return {
    store: 'plain',
    mode,
    oid: gitBlobId(bytes),
    byteLength: bytes.byteLength,
    read: () => Promise.resolve(bytes),
  }
}

export function commitsOf(history: History): readonly Commit[] {
  return history.state === 'branch' ? history.commits : []
}

function listObjects(contents: Contents): Buffer[] {
  return Object.values(contents).flatMap((content) =>
    content !== null && typeof content === 'object' && 'lfs' in content ? [content.lfs] : [],
  )
}

async function readStart(remote: Remote): Promise<string | null> {
  const history = await remote.readHistory()
  if (history.state === 'no branch')
    throw new Error(
      `The contract suite needs the branch ${remote.branch} of ${remote.repository.name}, or an empty repository`,
    )
  return commitsOf(history)[0]?.oid ?? null
}

/** To the second, as commits keep them; each later than the one before. */
function createClock(): () => string {
  let seconds = Math.floor(Date.now() / 1000)
  return () => new Date(1000 * seconds++).toISOString().replace('.000Z', 'Z')
}

export async function openWriter({ connect, scratch, sleep }: Connection): Promise<Writer> {
  const at = (path: string) => `${scratch}/${path}`
  const includes = (path: string) => path.startsWith(`${scratch}/`)
  const now = createClock()
  const start = await readStart(connect())
  let head = start

  const eventually: Writer['eventually'] = async (read, isThere) => {
    let value = await read()
    for (const waitMs of waitsMs) {
      if (isThere(value)) break
      await sleep(waitMs)
      value = await read()
    }
    return value
  }
  const compose: Writer['compose'] = (contents, more = {}) => ({
    parents: head === null ? [] : [{ oid: head }],
    title: 'Test the contract',
    body: '',
    author: null,
    date: now(),
    mirrors: null,
    marks: [],
    part: `${elsewhere}/${'0'.repeat(40)}`,
    edits: Object.entries(contents).map(([path, content]): Edit => ({
      path: at(path),
      file: content === null ? null : newFile(content),
    })),
    ...more,
  })
  const publish: Writer['publish'] = async (prepared) => {
    const oid = await prepared.publish()
    head = oid
    await eventually(
      () => connect().containsCommit(null, oid),
      (has) => has,
    )
    await eventually(
      () => connect().readHead(),
      (found) => found === oid,
    )
    await eventually(
      () => connect().readHistory(),
      (history) => commitsOf(history)[0]?.oid === oid,
    )
    return oid
  }
  const write: Writer['write'] = async (contents, more) => {
    const uploads = listObjects(contents).map((content) => ({
      object: objectOf(content),
      open: () => Promise.resolve(streamOf(content)),
    }))
    if (uploads.length > 0) await connect().uploadObjects(uploads)
    return publish(await connect().prepare([compose(contents, more)], head))
  }
  const clear = async () => {
    const left = head === null ? [] : await connect().readChanges(null, head, includes)
    if (left.length > 0)
      await write(Object.fromEntries(left.map(({ path }) => [path.slice(scratch.length + 1), null])), {
        title: 'Clean up',
      })
  }
  const readHead = async () => {
    head = await connect().readHead()
  }
  return { connect, start, head: () => head, readHead, now, at, includes, compose, publish, write, eventually, clear }
}
