/** How the Hub stores files: its LFS rule, its own edits of `.gitattributes`, and the refusals that its hooks give. */
import type { FileEntry, Mode } from './git.ts'
import { noEntry, Refusal } from './huggingface-answer.ts'
import { isTrackedByLfs, lfsRule } from './huggingface-attributes.ts'
import { binaryFiles, danglingPointer, fullFolders, largeFiles, tooManyFiles } from './huggingface-refusals.ts'
import { formatPointer } from './huggingface-repository.ts'
import type { HubRepository, LfsObject } from './huggingface-repository.ts'

/** `mode` null: as it was, 100644 for a new file. */
export type Edit =
  | { path: string; mode: Mode | null; content: Buffer }
  | { path: string; mode: Mode | null; lfs: LfsObject }
  | { path: string; deletes: 'file' | 'folder' | 'entry' }

export const plainLimit = 10 * 1024 * 1024
const folderLimit = 10_000
const fileLimit = 1_000_000

export function isBinary(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return true
  try {
    // A character may be cut at the end of a sample, which is what streaming allows.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return false
  } catch {
    return true
  }
}

/** The text of every `.gitattributes` by folder. */
export function readAttributes(repository: HubRepository, files: ReadonlyMap<string, FileEntry>): Map<string, string> {
  const texts = new Map<string, string>()
  for (const [path, { mode, oid }] of files) {
    if (!`/${path}`.endsWith('/.gitattributes') || mode === '160000') continue
    texts.set(path.slice(0, Math.max(0, path.lastIndexOf('/'))), repository.git.read(oid, 'blob').toString())
  }
  return texts
}

/** Whether the Hub wants a file as LFS: by rule, by size, or for what its first 512 bytes are. */
export function wantsLfs(
  attributes: ReadonlyMap<string, string>,
  path: string,
  byteLength: number,
  sample: Uint8Array,
): boolean {
  return isTrackedByLfs(attributes, path) || byteLength >= plainLimit || isBinary(sample.subarray(0, 512))
}

/** The files after the edits: deletions first, then additions, then the rules that the new LFS files lack. */
export function applyEdits(
  repository: HubRepository,
  before: ReadonlyMap<string, FileEntry>,
  edits: readonly Edit[],
): Map<string, FileEntry> {
  const files = new Map(before)
  for (const edit of edits) {
    if (!('deletes' in edit)) continue
    const folder = edit.path.endsWith('/') ? edit.path : `${edit.path}/`
    const below = edit.deletes === 'file' ? [] : [...files.keys()].filter((path) => path.startsWith(folder))
    if (!(edit.deletes !== 'folder' && files.delete(edit.path)) && below.length === 0)
      throw noEntry("A file with this name doesn't exist")
    for (const path of below) files.delete(path)
  }
  for (const edit of edits) {
    if ('deletes' in edit) continue
    const kept = repository.switches.keepsModes ? (before.get(edit.path)?.mode ?? '100644') : '100644'
    const mode = edit.mode ?? (kept === '160000' ? '100644' : kept)
    const oid = repository.git.writeBlob('lfs' in edit ? formatPointer(edit.lfs) : edit.content)
    if ('lfs' in edit) repository.pointers.add(oid)
    files.set(edit.path, { mode, oid })
  }
  const isGrown = edits.some(({ path }) => files.has(path) && !before.has(path))
  for (const path of isGrown ? files.keys() : []) {
    for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      if (files.has(path.slice(0, slash))) throw new Refusal(400, 'A file with this name already exists')
    }
  }
  return addRules(
    repository,
    files,
    edits.flatMap((edit) => ('lfs' in edit ? [edit.path] : [])),
  )
}

function addRules(
  repository: HubRepository,
  files: Map<string, FileEntry>,
  paths: readonly string[],
): Map<string, FileEntry> {
  const attributes = readAttributes(repository, files)
  const missing = paths.filter((path) => !isTrackedByLfs(attributes, path))
  if (missing.length === 0) return files
  const root = attributes.get('') ?? ''
  const start = root === '' || root.endsWith('\n') ? root : `${root}\n`
  const oid = repository.git.writeBlob(`${start}${missing.map((path) => `${lfsRule(path)}\n`).join('')}`)
  return files.set('.gitattributes', { mode: files.get('.gitattributes')?.mode ?? '100644', oid })
}

/** What the hooks look at: only what is new. */
export function checkPush(
  repository: HubRepository,
  before: ReadonlyMap<string, FileEntry>,
  after: Map<string, FileEntry>,
  branch: string,
): void {
  const ref = `refs/heads/${branch}`
  const { binaryCheck, plainBinaryMax, refusesPlainUnderRule, passesAsPlain, refusesAsPlain } = repository.switches
  const changed = [...after].filter(([path, { mode, oid }]) => mode !== '160000' && before.get(path)?.oid !== oid)
  const attributes = readAttributes(repository, after)
  const plain: { path: string; content: Buffer }[] = []
  for (const [path, file] of changed) {
    const object = repository.pointer(file)
    if (!object) plain.push({ path, content: repository.git.read(file.oid, 'blob') })
    else if (!repository.hasObject(object)) throw new Refusal(400, danglingPointer(path))
  }
  const large = plain.filter(({ content }) => content.length > plainLimit)
  if (large.length > 0)
    throw new Refusal(
      400,
      largeFiles(
        large.map(({ path }) => path),
        ref,
      ),
    )
  const binary = plain.filter(
    ({ path, content }) =>
      refusesAsPlain?.test(path) ||
      (content.length > plainBinaryMax &&
        !passesAsPlain?.test(path) &&
        isBinary(binaryCheck === 'whole' ? content : content.subarray(0, 512))) ||
      (refusesPlainUnderRule && content.length > 0 && isTrackedByLfs(attributes, path)),
  )
  if (binary.length > 0)
    throw new Refusal(
      400,
      binaryFiles(
        binary.map(({ path }) => path),
        ref,
      ),
    )
  if (changed.some(([path]) => !before.has(path))) checkCounts(after, ref)
}

function checkCounts(files: ReadonlyMap<string, FileEntry>, ref: string): void {
  if (files.size > fileLimit) throw new Refusal(400, tooManyFiles(files.size, fileLimit, ref))
  if (files.size <= folderLimit) return
  const entries = new Map<string, Set<string>>()
  for (const path of files.keys()) {
    const parts = path.split('/')
    parts.forEach((part, depth) => {
      const folder = parts.slice(0, depth).join('/')
      if (!entries.has(folder)) entries.set(folder, new Set())
      entries.get(folder)!.add(part)
    })
  }
  const full = [...entries]
    .filter(([, names]) => names.size > folderLimit)
    .map(([folder]) => (folder === '' ? '/' : `/${folder}/`))
  if (full.length > 0) throw new Refusal(400, fullFolders(full, folderLimit, ref))
}
