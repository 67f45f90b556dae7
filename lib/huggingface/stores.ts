/** How the Hub stores each file, plain or as an LFS object. It is asked; where the token may not ask, its rules are applied here. */
import { mapConcurrent } from '../async/concurrent.ts'
import { isLfsPath, type Attributes } from '../gitattributes/rules.ts'
import { isSuccess } from '../http/answer.ts'
import { fields, parseList } from '../http/json.ts'
import { groupByWeight, sliceBatches } from '../model/batches.ts'
import { contentByteLength, objectOf } from '../model/content.ts'
import { isAttributes, pathsOf } from '../model/entry.ts'
import type { Draft, ReadContent, Store } from '../model/remote.ts'
import { apiUrl } from './address.ts'
import { askJson, parseAnswer, type Api } from './api.ts'
import { createFailure } from './failure.ts'
import { readAttributes } from './pointers.ts'

/** The most files in one request, by the Hub's OpenAPI description; `filesSure` where it refuses so many. */
const filesMax = 1_000
const filesSure = 250
/** The most bytes of samples in one request: the samples of 250 files. */
const sampleBytesMax = 250 * 512
const samplesMax = 8
/** How many requests are made at once. */
const requestsMax = 4
/** How many bytes of a file the Hub looks at to tell text from other files. */
export const sampleByteLength = 512
/** A plain file has to be shorter: for others the Hub's refusal speaks of files larger than 10 MiB. */
export const plainByteLengthMax = 10 * 1024 * 1024

/** Files, and how to read them. `objectsOnly`: paths that the Hub has refused as plain files. */
interface FilesToStore {
  readonly files: readonly Draft[]
  readonly read: ReadContent
  readonly objectsOnly: ReadonlySet<string>
}

interface Sampled {
  readonly path: string
  readonly byteLength: number
  readonly sample: Uint8Array
}

/**
 * How each file is to be stored. It is never `lfs without a rule`, as the Hub adds missing rules to the commit. Empty files
 * are plain, since storage refuses empty objects. `.gitattributes` is plain: git does not look into an object for rules.
 */
export async function readStores(
  api: Api,
  head: string | null,
  attributes: Attributes,
  { files, read, objectsOnly }: FilesToStore,
): Promise<Map<string, Store>> {
  const isObject = (file: Draft) => mayBeObject(file) && (objectsOnly.has(file.path) || mustBeObject(file))
  const stores = new Map<string, Store>()
  for (const file of files) if (isObject(file)) stores.set(file.path, 'lfs')
  const open = files.filter((file) => mayBeObject(file) && !isObject(file))
  const nested = new Map([...attributes].filter(([folder]) => folder !== ''))
  let rules = api.token === null || head === null ? await readAttributesToCome(api, head, open, attributes) : null
  let most = filesMax
  const store = async (batch: readonly Draft[]): Promise<void> => {
    if (batch.length > most) {
      for (const part of sliceBatches(batch, most)) await store(part)
      return
    }
    const sampled = await readSamples(batch, read)
    const modes = rules === null ? await readModes(api, sampled, attributes.get('') ?? null) : null
    if (modes === 'too many') {
      most = filesSure
      return store(batch)
    }
    if (modes === null) rules ??= await readAttributesToCome(api, head, open, attributes)
    for (const file of sampled) {
      const mode = modes?.get(file.path) ?? (isTracked(rules, file.path) || isBinary(file.sample) ? 'lfs' : 'regular')
      if (mode === 'lfs' || isLfsPath(nested, file.path)) stores.set(file.path, 'lfs')
    }
  }
  await mapConcurrent(groupByWeight(open, sampleBytesMax, weightOf), requestsMax, store)
  return stores
}

/** What a file adds to a request, which may hold so many files and so many bytes. */
function weightOf({ content }: Draft): number {
  return Math.max(sampleBytesMax / filesMax, Math.min(contentByteLength(content), sampleByteLength))
}

function mayBeObject({ path, content }: Draft): boolean {
  return contentByteLength(content) > 0 && !isAttributes(path)
}

function mustBeObject({ content }: Draft): boolean {
  return objectOf(content) !== null || contentByteLength(content) >= plainByteLengthMax
}

function isTracked(rules: Attributes | null, path: string): boolean {
  return rules !== null && isLfsPath(rules, path)
}

function readSamples(files: readonly Draft[], read: ReadContent): Promise<Sampled[]> {
  return mapConcurrent(files, samplesMax, (file) => {
    const bytes = read(file.content!)
    return bytes instanceof Promise ? bytes.then((came) => cutSample(file, came)) : cutSample(file, bytes)
  })
}

function cutSample({ path, content }: Draft, bytes: Uint8Array): Sampled {
  return { path, byteLength: contentByteLength(content), sample: bytes.subarray(0, sampleByteLength) }
}

/** The Hub's answer for each path; `null` where the token may not ask, `too many` where it may for fewer files. */
async function readModes(
  api: Api,
  files: readonly Sampled[],
  gitAttributes: string | null,
): Promise<Map<string, string> | 'too many' | null> {
  const answer = await askJson(api, {
    what: 'upload modes',
    url: apiUrl(api, 'preupload', api.branch),
    json: {
      ...(gitAttributes === null ? {} : { gitAttributes }),
      files: files.map(({ path, byteLength, sample }) => ({
        path,
        size: byteLength,
        sample: Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength).toString('base64'),
      })),
    },
  })
  // The branch may not exist yet (404).
  if (answer.status === 401 || answer.status === 403 || answer.status === 404) return null
  if ([400, 413, 422].includes(answer.status) && files.length > filesSure) return 'too many'
  if (!isSuccess(answer)) throw await createFailure(api, `ask how files are stored at ${api.where}`, answer, 'read')
  return new Map(parseAnswer(api, 'upload modes', answer, (value) => parseList(fields(value)['files'], parseMode)))
}

function parseMode(value: unknown): readonly [path: string, mode: string] | null {
  const { path, uploadMode } = fields(value)
  return typeof path === 'string' && (uploadMode === 'lfs' || uploadMode === 'regular') ? [path, uploadMode] : null
}

/** The rules of the commit to come: those that change, and else those at the head. */
async function readAttributesToCome(
  api: Api,
  head: string | null,
  files: readonly Draft[],
  changed: Attributes,
): Promise<Attributes> {
  return head === null ? changed : readAttributes(api, head, pathsOf(files), changed)
}

/** Whether a sample is no UTF-8 text. It may end inside a character. */
export function isBinary(sample: Uint8Array): boolean {
  if (sample.includes(0)) return true
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true })
    return false
  } catch {
    return true
  }
}
