/** Commits and files as a remote takes them. */
import { createHash } from 'node:crypto'
import type { Mode } from '../../lib/model/entry.ts'
import type { Edit, NewCommit } from '../../lib/model/remote.ts'
import { objectId } from './git.ts'

type Parent = string | number

/**
 * Makes commits of plain files; `null` deletes. A parent is a commit's id, or the index of an earlier commit. `link`: to
 * a commit of the other side, by the digit that its id consists of.
 */
export function commitMaker(link: (digit: string) => string) {
  return (
    parents: Parent | readonly Parent[],
    files: Record<string, string | Buffer | null>,
    more: Partial<NewCommit> = {},
  ): NewCommit => {
    const edits = Object.entries(files).map(([path, content]): Edit => ({
      path,
      file: content === null ? null : plainFile(Buffer.from(content)),
    }))
    return {
      parents: [parents].flat().map((one) => (typeof one === 'number' ? { index: one } : { oid: one })),
      title: 'Update data',
      body: '',
      author: null,
      date: '2026-11-01T00:00:00Z',
      mirrors: link('a'),
      part: link('b'),
      marks: [],
      edits,
      ...more,
    }
  }
}

export function plainFile(content: Buffer, mode: Mode | null = null): NonNullable<Edit['file']> {
  const read = () => Promise.resolve(content)
  return { store: 'plain', mode, oid: objectId('blob', content), byteLength: content.byteLength, read }
}

export function lfsObject(content: Uint8Array): { oid: string; byteLength: number } {
  return { oid: createHash('sha256').update(content).digest('hex'), byteLength: content.byteLength }
}
