/**
 * A remote that keeps its card's front matter to itself (`--front-matter`): it shows README.md as the text below the block,
 * and puts the block that the commit before had above each text that it is sent. A card that is the block alone shows
 * nothing, so that a deletion leaves the block. An LFS object, and what is no UTF-8, is shown as it is.
 *
 * `readIds` and trailers tell the ids of what is stored: they prove commits. Costs requests only where README.md is among
 * what is read: its entry and its bytes, once for each version.
 */
import { BoundedCache, sizeOfBytes } from '../model/bounded-cache.ts'
import { joinCard, splitCard } from '../model/card-lens.ts'
import { isFile, type BareEntry, type Change, type Entry } from '../model/entry.ts'
import { ok } from '../model/finding.ts'
import { cardPath } from '../model/front-matter.ts'
import { gitBlobId } from '../model/git-object.ts'
import { verifyPlanned } from '../model/object-proof.ts'
import type { Draft, Edit, NewCommit, NewFile, Remote } from '../model/remote.ts'
import { decode, isCard, putBlock } from './card-drafts.ts'
import { changeCommits } from './commits.ts'

const bodyBytesMax = 32_000_000

/** What a version of the card is: its block, empty for none, and what it shows; null where that is nothing. */
interface Shown {
  readonly block: string
  readonly file: { readonly oid: string; readonly byteLength: number } | null
}

const isText = (entry: Entry | null): entry is Entry => isFile(entry) && entry.lfs === null

/** Reads the versions of a card, each once. */
class Cards {
  readonly #remote: Remote
  /** By the git id of what is stored. */
  readonly #shown = new Map<string, Promise<Shown>>()
  /** Bytes that are shown, by their git id. */
  readonly bodies = new BoundedCache<Uint8Array>(bodyBytesMax, sizeOfBytes)

  constructor(remote: Remote) {
    this.#remote = remote
  }

  /** What a commit stores as its card. */
  async #readStored(commit: string): Promise<Entry | null> {
    return (await this.#remote.readEntries(commit, [cardPath])).get(cardPath) ?? null
  }

  async #read(commit: string, stored: Entry): Promise<{ readonly shown: Shown; readonly body: Uint8Array | null }> {
    const bytes = await this.#remote.readContent(commit, cardPath, stored)
    const { block, body } = splitCard(decode(bytes))
    if (block === '') return { shown: { block, file: { oid: stored.oid, byteLength: bytes.length } }, body: bytes }
    if (body === null) return { shown: { block, file: null }, body: null }
    const shown = Buffer.from(body)
    const oid = gitBlobId(shown)
    this.bodies.set(oid, shown)
    return { shown: { block, file: { oid, byteLength: shown.length } }, body: shown }
  }

  /** What a card shows, once for each version. */
  #readShown(commit: string, stored: Entry): Promise<Shown> {
    const known = this.#shown.get(stored.oid)
    if (known) return known
    const reading = this.#read(commit, stored).then(({ shown }) => shown)
    this.#shown.set(stored.oid, reading)
    reading.catch(() => this.#shown.delete(stored.oid))
    return reading
  }

  /** An entry as it is shown; `stored` is what the commit has at the card's path. */
  async show(commit: string, stored: Entry | null): Promise<Entry | null> {
    if (!isText(stored)) return stored
    const { block, file } = await this.#readShown(commit, stored)
    return block === '' ? stored : file && { ...stored, ...file }
  }

  /** What a commit shows as its card. */
  async readCard(commit: string): Promise<Entry | null> {
    return this.show(commit, await this.#readStored(commit))
  }

  /** The bytes that a commit's card shows. */
  async readBody(commit: string, blob: BareEntry): Promise<Uint8Array> {
    const stored = await this.#readStored(commit)
    const body = isText(stored) && stored.oid !== blob.oid ? (await this.#read(commit, stored)).body : null
    return body && gitBlobId(body) === blob.oid ? body : this.#remote.readContent(commit, cardPath, blob)
  }

  /** The block of a commit's card, empty for none. */
  async readBlock(commit: string | null): Promise<string> {
    const stored = commit === null ? null : await this.#readStored(commit)
    return isText(stored) ? (await this.#readShown(commit!, stored)).block : ''
  }
}

/** A file of these bytes. */
function newFile(bytes: Uint8Array): NewFile {
  const { length: byteLength } = bytes
  return { store: 'plain', mode: null, oid: gitBlobId(bytes), byteLength, read: () => Promise.resolve(bytes) }
}

/** The edit of the card, with the block above its text. */
async function putEdit(edit: Edit, block: string): Promise<Edit> {
  const { path, file } = edit
  if (!isCard(edit) || block === '' || file?.store === 'lfs') return edit
  if (file === null) return { path, file: newFile(Buffer.from(block)) }
  const bytes = await file.read()
  verifyPlanned(file, bytes, `put front matter above ${cardPath}`)
  const body = decode(bytes)
  if (body === null) throw new Error(`${cardPath} is no text, which was refused before`)
  return { path, file: { ...newFile(Buffer.from(joinCard({ block, body })!)), mode: file.mode } }
}

/** The commits with their cards' blocks: that of the parent goes on, along commits that are made on one another. */
async function putCommits(commits: readonly NewCommit[], cards: Cards): Promise<readonly NewCommit[]> {
  if (!commits.some(({ edits }) => edits.some(isCard))) return commits
  const blocks: string[] = []
  const put: NewCommit[] = []
  for (const commit of commits) {
    const parent = commit.parents[0] ?? { oid: null }
    const block = 'index' in parent ? blocks[parent.index]! : await cards.readBlock(parent.oid)
    blocks.push(block)
    put.push({ ...commit, edits: await Promise.all(commit.edits.map((edit) => putEdit(edit, block))) })
  }
  return put
}

/** The remote as it shows itself without the front matter of its card. */
export function hideFrontMatter(remote: Remote): Remote {
  const cards = new Cards(remote)
  const readChanges: Remote['readChanges'] = async (from, to, includes, tell) => {
    const changes = await remote.readChanges(from, to, includes, tell)
    const change = changes.find(isCard)
    if (!change) return changes
    // A comparison tells modes that entries may only guess.
    const was = from === null || change.before === null ? null : await cards.readCard(from)
    const before = was && { mode: change.before!.mode, oid: was.oid }
    const after = await cards.show(to, change.after)
    const isSame = before?.oid === after?.oid && before?.mode === after?.mode
    const shown: Change = { path: cardPath, before, after }
    return isSame ? changes.filter((one) => one !== change) : changes.map((one) => (one === change ? shown : one))
  }
  const readContent: Remote['readContent'] = (commit, path, blob) =>
    path === cardPath
      ? (cards.bodies.get(blob.oid) ?? cards.readBody(commit, blob))
      : remote.readContent(commit, path, blob)
  return {
    ...remote,
    readFrontMatter: (commit) => cards.readBlock(commit),
    readChanges,
    countFiles: async (commit, includes, most) => {
      const count = await remote.countFiles(commit, (path) => path !== cardPath && includes(path), most)
      if (count >= most || !includes(cardPath)) return count
      const card = await cards.readCard(commit)
      return count + (card !== null && card.mode !== '040000' ? 1 : 0)
    },
    readEntries: async (commit, paths) => {
      const entries = await remote.readEntries(commit, paths)
      const stored = entries.get(cardPath)
      return stored ? entries.set(cardPath, await cards.show(commit, stored)) : entries
    },
    readContent,
    findContent: (oid) => cards.bodies.get(oid) ?? remote.findContent(oid),
    readRange: async (file, from, to) => {
      if (!isCard(file) || file.entry.lfs) return (await remote.readRange?.(file, from, to)) ?? null
      return (await readContent(file.commit, cardPath, file.entry)).subarray(from, to)
    },
    readStores: async (head, files, attributes, read) => {
      const block = files.some(isCard) ? await cards.readBlock(head) : ''
      return remote.readStores(head, (await putBlock(files, block, read)).drafts, attributes, read)
    },
    readRefusals: async (drafts, read, standing) => {
      const isBelow = ({ path, content }: Draft) => content !== null && path.startsWith(`${cardPath}/`)
      const asks = drafts.some((draft) => isCard(draft) || isBelow(draft))
      const block = standing && asks ? await cards.readBlock(standing.head) : ''
      const put = await putBlock(drafts, block, read)
      const isInWay = block !== '' && drafts.some(isBelow)
      const own = isInWay ? [`"${cardPath}" keeps its front matter, and would have to be a folder`] : []
      return [...own, ...put.refusals, ...(await remote.readRefusals(put.drafts, read, standing))]
    },
    readDiagnosis: async (creates) => {
      const diagnosis = await remote.readDiagnosis(creates)
      const said = ok('files', `the front matter of ${cardPath} stays here alone, by --front-matter`)
      return { ...diagnosis, findings: [...diagnosis.findings, said] }
    },
    ...changeCommits(remote, (commits) => putCommits(commits, cards)),
  }
}
