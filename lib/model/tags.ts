/**
 * The part of a remote's contract that is about tags. It is about the whole repository, whatever the remote's branch and
 * whatever is mirrored of it: whoever wraps a remote passes it on unchanged.
 */

/** `oid`: what its reference holds: the commit, or the object of an annotated tag, where the service tells that. */
export interface Tag {
  readonly oid: string
  readonly commit: string
}

/** By name, such as `v1.0`. */
export type TagList = ReadonlyMap<string, Tag>

/**
 * A tag to be made, or to be deleted where `commit` is null. `message`: of an annotated tag, which a remote may make as a
 * plain one; null for a plain one.
 */
export interface TagEdit {
  readonly name: string
  readonly before: Tag | null
  readonly commit: string | null
  readonly message: string | null
}

/** A text that the mirror keeps in a repository, where neither branches nor tags show it. Each key has one. */
export interface Records {
  read(oid: string): Promise<string>
  /** Null takes the text away. Throws a `MovedError` where the key's is not `before` (its git id; null for none) any more. */
  write(key: string, before: string | null, text: string | null): Promise<void>
}

/** `branches`: the names of all branches. `record`: the git id of the text that is kept under the key. */
export interface ToldTags {
  readonly tags: TagList
  readonly branches: ReadonlySet<string>
  readonly record: string | null
}

export interface TagStore {
  /** Null where the service has no place for one. */
  readonly records: Records | null
  /** All tags. Costs one request, however many there are. */
  read(key: string): Promise<ToldTags>
  /** Whether the tag is there, from another source than the list, which may lag behind. */
  isThere(name: string): Promise<boolean>
  /** The message of an annotated tag; null for a plain one, and where the service does not tell it. */
  readMessage(tag: Tag): Promise<string | null>
  /** Those of the tags that something else of the service stands on, such as a release. Costs a request each. */
  readUsed(names: readonly string[]): Promise<string[]>
  /**
   * Makes and deletes tags; one that is there is never moved. What was done already counts as done. Returns why, by
   * name, for those that are not done: the service refuses them, or they are no longer as `before` says.
   */
  write(edits: readonly TagEdit[]): Promise<ReadonlyMap<string, string>>
}
