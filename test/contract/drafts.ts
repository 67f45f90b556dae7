/** Files about to be stored, as a remote is asked about them, and where it gets their bytes. */
import { gitBlobId } from '../../lib/model/git-object.ts'
import type { Draft, ReadContent, Store } from '../../lib/model/remote.ts'

/** What a test says of a file. `byteLength` may be another one than that of its bytes. */
export interface Drawn {
  readonly bytes?: string | Buffer
  readonly byteLength?: number
  /** Whether the other side has it as an object. */
  readonly object?: boolean
  readonly store?: Store | null
  readonly was?: 'plain' | 'lfs' | null
}

const kept = new Map<string, Buffer>()

export function draft(path: string, drawn: Drawn = {}): Draft {
  const { bytes: content = 'text\n', object = false, store = 'plain', was = null } = drawn
  const bytes = Buffer.from(content)
  const { byteLength = bytes.byteLength } = drawn
  const oid = gitBlobId(bytes)
  kept.set(oid, bytes)
  const entry = (isObject: boolean) => ({
    mode: '100644' as const,
    oid,
    byteLength,
    lfs: isObject ? { oid: '0'.repeat(64), byteLength } : null,
  })
  return {
    path,
    content: store && { side: 'github', commit: '0'.repeat(40), path, entry: entry(object) },
    store,
    was: was && entry(was === 'lfs'),
  }
}

export const readDraft: ReadContent = async (content) => {
  const bytes = 'entry' in content ? kept.get(content.entry.oid) : undefined
  if (!bytes) throw new Error('this file was not drawn')
  return bytes
}

/** For what is decided without a look at the bytes. */
export const neverRead: ReadContent = async () => {
  throw new Error('not needed')
}

/** How each file is to be stored, by its path, as a remote's answer says it. */
export function storesOf(files: readonly Draft[], stores: ReadonlyMap<string, Store>): Record<string, Store> {
  return Object.fromEntries(files.map(({ path }) => [path, stores.get(path) ?? 'plain']))
}
