/** What a path is to hold, wherever its bytes come from. Pure. */
import type { Entry, LfsObject } from './entry.ts'
import { gitBlobId } from './git-object.ts'
import type { Side } from './sides.ts'

/** Where something stands. Contents have ids, but Hugging Face reads them by commit and path. */
export interface Place {
  readonly side: Side
  readonly commit: string
  readonly path: string
}

/** A file as a commit holds it. */
export interface StoredFile extends Place {
  readonly entry: Entry
}

/** A file of a commit, or a text that is in no commit yet. */
export type Content = StoredFile | { readonly text: string }

/** The length in bytes of what the content stands for, an object's own where it is one; 0 for a deletion (null). */
export function contentByteLength(content: Content | null): number {
  if (content === null) return 0
  return 'text' in content ? Buffer.byteLength(content.text) : content.entry.byteLength
}

/** The LFS object that the content is on the side that it comes from; null for plain files, texts and deletions. */
export function objectOf(content: Content | null): LfsObject | null {
  return content !== null && 'entry' in content ? content.entry.lfs : null
}

/**
 * A name that equal contents share: the SHA-256 of an object, else the git id of the bytes. The same bytes as an object
 * and as a plain file have two. Null for a deletion.
 */
export function nameContent(content: Content | null): string | null {
  if (content === null) return null
  return 'text' in content ? gitBlobId(Buffer.from(content.text)) : (content.entry.lfs?.oid ?? content.entry.oid)
}
