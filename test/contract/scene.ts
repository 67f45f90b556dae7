/** What the contract suite works on: two commits in a folder of its own, on top of what the repository holds. */
import { expect } from 'vitest'
import { hideSecrets } from '../../lib/http/redact.ts'
import { comparePaths, type Change, type Entry } from '../../lib/model/entry.ts'
import { DeniedError, IntegrityError, MovedError, RefusedError, RemoteError } from '../../lib/model/errors.ts'
import { gitBlobId } from '../../lib/model/git-object.ts'
import { formatPointer } from '../../lib/model/pointer.ts'
import type { Connection } from './connection.ts'
import { first, second, type Content, type Contents } from './files.ts'
import { elsewhere, newFile, openWriter, type Writer } from './writer.ts'

export const links = { first: `${elsewhere}/${'1'.repeat(40)}`, second: `${elsewhere}/${'2'.repeat(40)}` }

const kinds = [DeniedError, IntegrityError, MovedError, RefusedError, RemoteError]

export interface Scene extends Writer {
  readonly connection: Connection
  readonly first: string
  readonly second: string
  readonly dates: { readonly first: string; readonly second: string }
  /**
   * That it fails with an error of these kinds, any of `errors.ts` by default, whose message is a sentence without a
   * token.
   */
  readonly expectFailure: (
    act: () => Promise<unknown>,
    ...expected: readonly (new (message: string) => Error)[]
  ) => Promise<void>
}

export async function readBytes(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** What a commit has to hold for it. */
export function entryOf(content: Content, keepsModes: boolean): Entry | null {
  if (content === null) return null
  const file = newFile(content)
  const mode = (keepsModes ? file.mode : null) ?? '100644'
  if (file.store === 'plain') return { mode, oid: file.oid!, byteLength: file.byteLength, lfs: null }
  return {
    mode,
    oid: gitBlobId(Buffer.from(formatPointer(file.object))),
    byteLength: file.object.byteLength,
    lfs: file.object,
  }
}

/** The changes that turn one state of the suite's folder into another, as `readChanges` has to tell them. */
export function changesBetween({ connect, at }: Scene, before: Contents, after: Contents): Change[] {
  const { modes } = connect().capabilities
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const changes = paths.map((path): Change => {
    const [was, is] = [entryOf(before[path] ?? null, modes), entryOf(after[path] ?? null, modes)]
    return { path: at(path), before: was && { mode: was.mode, oid: was.oid }, after: is }
  })
  const changed = changes.filter(({ before: was, after: is }) => was?.oid !== is?.oid || was?.mode !== is?.mode)
  return changed.toSorted((a, b) => comparePaths(a.path, b.path))
}

export async function openScene(connection: Connection): Promise<Scene> {
  const writer = await openWriter(connection)
  const { good, wrong, weak } = connection.tokens
  const expectFailure: Scene['expectFailure'] = async (act, ...expected) => {
    const error = await act().then(
      () => null,
      (reason: unknown) => reason,
    )
    if (!(error instanceof Error)) throw new Error('What must fail did not')
    expect(
      (expected.length === 0 ? kinds : expected).some((kind) => error instanceof kind),
      `${error.name}: ${error.message}`,
    ).toBe(true)
    expect(hideSecrets(error.message, [good, wrong, weak ?? ''])).toBe(error.message)
    expect(error.message).toMatch(/^Cannot /)
  }
  const dates = { first: writer.now(), second: writer.now() }
  const about = (date: string, mirrors: string) => ({
    author: { name: 'Ada Lovelace', email: 'ada@example.org', date },
    date,
    mirrors,
  })
  const commits = {
    first: await writer.write(first(connection.traits), { title: 'Add files', ...about(dates.first, links.first) }),
    second: await writer.write(second, {
      title: 'Change files',
      body: 'Why it was done.\n\n- in two\n- paragraphs',
      ...about(dates.second, links.second),
    }),
  }
  return { ...writer, connection, ...commits, dates, expectFailure }
}
