/** A planned file in the form in which a remote writes it. */
import { nameContent, objectOf, type Content } from '../model/content.ts'
import { gitBlobId } from '../model/git-object.ts'
import type { NewFile } from '../model/remote.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import type { RunWatch } from '../plan/phases.ts'
import type { Contents } from '../planner/contents.ts'

/** What a file is read from, and who is told of it. */
interface Reading {
  readonly contents: Contents
  readonly watch: Pick<Partial<RunWatch>, 'read'>
}

/** The file as it will be stored, null for a deletion; undefined where an object has to be made of it first. */
export function describeFile({ content, store, mode }: PlannedEdit, reading: Reading): NewFile | null | undefined {
  if (content === null) return null
  const object = objectOf(content)
  if (store !== 'plain') return object ? { store: 'lfs', mode, object } : undefined
  if ('text' in content) {
    const bytes = Buffer.from(content.text)
    const { length: byteLength } = bytes
    return { store, mode, oid: gitBlobId(bytes), byteLength, read: async () => bytes }
  }
  return new ReadFile(content, mode, reading)
}

/** A version of a file that one side has. */
type ReadContent = Extract<Content, { readonly entry: unknown }>

/** A plain file that is read when it is sent. There may be 100,000: a class takes a tenth of what functions of their own do. */
class ReadFile {
  readonly store = 'plain'
  readonly mode: PlannedEdit['mode']
  readonly #content: ReadContent
  readonly #reading: Reading

  constructor(content: ReadContent, mode: PlannedEdit['mode'], reading: Reading) {
    this.mode = mode
    this.#content = content
    this.#reading = reading
  }

  get byteLength(): number {
    return this.#content.entry.byteLength
  }

  /** The git id of an object's bytes is known once they were read. */
  get oid(): string | null {
    const object = objectOf(this.#content)
    return object ? this.#reading.contents.findBlobId(object) : this.#content.entry.oid
  }

  async read(): Promise<Uint8Array> {
    const bytes = await this.#reading.contents.read(this.#content)
    this.#reading.watch.read?.(nameContent(this.#content)!)
    return bytes
  }
}
