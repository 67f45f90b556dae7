/** What is asked of the Hub. Each leaves the repository as it was, but for the hour's commits, which the last one spends. */
import { createHash, randomBytes } from 'node:crypto'
import { openWriter } from '../contract/writer.ts'
import { askBatch, findLargest, listAbsent, type Scene } from './ask.ts'
import { commitOf, fileLine, onHubBranch, pushExecutable } from './hub-commits.ts'
import { field, probe, unanswered, type Found, type Probe } from './probe.ts'
import { probeQuoting } from './probes.ts'

const text = (value: unknown) => (typeof value === 'string' ? value : '')

/** A folder may hold 10,000, and a commit 1,000 in a minute. */
const perCommit = 1_000

function lookAtLength(scene: Scene) {
  const count = Math.ceil(20_000 / scene.scale)
  return onHubBranch(scene, 'long', async ({ begin, at, commit, compare }) => {
    let head = begin
    for (let from = 0; from < count; from += perCommit) {
      const lines = Array.from({ length: Math.min(perCommit, count - from) }, (_, index) =>
        fileLine(at(`${from}/file ${index}.txt`), `${from + index}\n`),
      )
      const answer = await commit(lines)
      const next = commitOf(answer)
      if (next === null)
        return [undefined, `the commit of ${lines.length} files was answered ${answer.status}`] as const
      head = next
    }
    const { status, text: lines } = await compare(begin, head)
    const told = lines.split('\n').length - 1
    return [
      status === 200 ? (told === count ? null : told) : undefined,
      `${told} of ${count} lines, answered ${status}`,
    ] as const
  })
}

async function lookAtNames({ connections, ask, api }: Scene) {
  const seen = await probeQuoting(
    connections.huggingface,
    async (from, to) => (await ask.huggingface('GET', `${api.huggingface}/compare/${from}..${to}?raw=true`)).text,
  )
  const [first = ''] = seen
  const value = first.endsWith('as it is') ? 'raw' : first.includes('quoted as git does') ? 'git' : undefined
  return [value, seen.join('; ')] as const
}

/** A comparison for its ETag, a rename, and a commit that nothing leads to any more. */
async function lookAtComparisons(scene: Scene): Promise<Found> {
  const content = `moved ${randomBytes(8).toString('hex')}\n`
  const found = await onHubBranch(scene, 'compare', async ({ begin, at, commit, compare }) => {
    const [old, now] = [at('old name.txt'), at('new name.txt')]
    const first = commitOf(await commit([fileLine(old, content)]))
    const second = commitOf(await commit([fileLine(now, content), { key: 'deletedFile', value: { path: old } }]))
    if (first === null || second === null) return null
    const { text: row, headers, status } = await compare(first, second)
    const form = [`\t${old}\t${now}`, `\t${old} ${now}`].findIndex((names) => row.includes(names))
    const rename = row.split('\n').length === 3 ? 'none' : ['tab', 'space'][form]
    return { begin, second, status, rename, hasTag: headers.has('etag') }
  })
  if (found === null || found.status !== 200)
    return unanswered(`a comparison was answered ${found?.status ?? 'by nothing: no commit'}`)
  const { status } = await scene.ask.huggingface(
    'GET',
    `${scene.api.huggingface}/compare/${found.begin}..${found.second}?raw=true`,
  )
  return {
    values: {
      compareTags: found.hasTag,
      ...(found.rename !== undefined && { compareRenames: found.rename }),
      ...((status === 200 || status === 404) && { readsUnreachable: status === 200 }),
    },
    seen: `${found.hasTag ? 'an' : 'no'} ETag, a rename as ${found.rename ?? 'something else'}, ${status} once its branch was gone`,
  }
}

function lookAtModes(scene: Scene) {
  return onHubBranch(scene, 'modes', async (branch) => {
    const path = 'executable.sh'
    const pushed = await pushExecutable(scene, branch, path)
    if (pushed === null) return [undefined, 'a push of an executable file was refused'] as const
    const changed = commitOf(await branch.commit([fileLine(path, '#!/bin/sh\n# changed\n')]))
    if (changed === null) return [undefined, 'the change was refused'] as const
    const { text: row } = await branch.compare(pushed, changed)
    const [, mode] = /:100755 (\d{6}) /.exec(row) ?? []
    return [
      mode === undefined ? undefined : mode === '100755',
      `from 100755 to ${mode ?? 'nothing that is told'}`,
    ] as const
  })
}

async function lookAtPaths({ ask, api, connections }: Scene) {
  const name = 'a long name '.repeat(15)
  const { largest, seen } = await findLargest([1_000, 500], (count) =>
    ask.huggingface('POST', `${api.huggingface}/paths-info/${connections.huggingface.connect().branch}`, {
      body: { paths: Array.from({ length: count }, (_, index) => `${name}${index}.txt`) },
    }),
  )
  return [largest ?? undefined, seen] as const
}

const listCandidates = (count: number) => ({
  files: Array.from({ length: count }, (_, index) => ({ path: `asked/${index}.txt`, size: 2, sample: 'YQo=' })),
})

async function lookAtPreupload({ ask, api, connections }: Scene): Promise<Found> {
  const { branch } = connections.huggingface.connect()
  const url = `${api.huggingface}/preupload/${branch}`
  const { largest, seen } = await findLargest([1_000, 256], (count) =>
    ask.huggingface('POST', url, { body: listCandidates(count) }),
  )
  const values = largest === null ? {} : { preuploadMax: largest }
  const { weak } = connections.huggingface.tokens
  if (weak === null) return { values, seen: `${seen}; set LIVE_HF_READ_TOKEN to ask with a token that may only read` }
  const { status } = await ask.huggingface('POST', url, { body: listCandidates(1), token: weak })
  const isKnown = status < 300 || [401, 403, 404].includes(status)
  return {
    values: { ...values, ...(isKnown && { preuploadNeedsWrite: status >= 300 }) },
    seen: `${seen}; to read only: ${status}`,
  }
}

/** Each size in a commit of its own, since one may be refused. */
function lookAtBinaries(scene: Scene): Promise<Found> {
  return onHubBranch(scene, 'binary', async ({ at, commit }) => {
    const sizes = [1_000, 100_000, 1_000_000]
    const statuses: number[] = []
    for (const size of sizes)
      statuses.push((await commit([fileLine(at(`${size}.dat`), Buffer.alloc(size, '\0\x01\x02'))])).status)
    const last = sizes.findLast((_, index) => statuses[index]! < 300) ?? 0
    const late = (
      await commit([fileLine(at('late.dat'), Buffer.concat([Buffer.alloc(1_100_000, 'text\n'), Buffer.from('\0')]))])
    ).status
    const ruled = await commit([
      fileLine(at('.gitattributes'), '*.ruled filter=lfs diff=lfs merge=lfs -text\n'),
      fileLine(at('plain.ruled'), 'text\n'),
    ])
    const isClear = (status: number) => status < 300 || status === 400
    return {
      values: {
        ...(statuses.every(isClear) && { plainBinaryMax: last }),
        ...(isClear(late) && { binaryCheck: late < 300 ? 'sample' : 'whole' }),
        ...(isClear(ruled.status) && { refusesPlainUnderRule: ruled.status >= 300 }),
      },
      seen: `${sizes.map((size, index) => `${size}: ${statuses[index]}`).join(', ')}; a NUL after 1,100,000: ${late}; under a rule: ${ruled.status}`,
    }
  })
}

/** Nothing is sent: only where it would go is asked. */
async function lookAtUploads(scene: Scene): Promise<Found> {
  const ask = async (size: number) => {
    const oid = createHash('sha256')
      .update(`${size} ${randomBytes(8).toString('hex')}`)
      .digest('hex')
    const { status, json } = await askBatch(scene, 'huggingface', 'upload', [{ oid, size }])
    const upload = field(json, 'objects', 0, 'actions', 'upload')
    return {
      status,
      href: text(field(upload, 'href')),
      part: Number(field(upload, 'header', 'chunk_size') ?? Number.NaN),
    }
  }
  let [whole, parts] = [1, 10_000_000_000]
  const [small, large] = [await ask(whole), await ask(parts)]
  if (small.href === '' || !URL.canParse(small.href)) return unanswered(`a batch was answered ${small.status}`)
  const seconds = Number(new URL(small.href).searchParams.get('X-Amz-Expires') ?? Number.NaN)
  const lifetime: Found['values'] = Number.isNaN(seconds) ? {} : { uploadSeconds: seconds }
  if (Number.isNaN(large.part))
    return { values: lifetime, seen: `${parts} bytes go as a whole, or not at all: ${large.status}` }
  while (parts - whole > 1) {
    const middle = Math.floor((whole + parts) / 2)
    if (Number.isNaN((await ask(middle)).part)) whole = middle
    else parts = middle
  }
  return {
    values: { ...lifetime, multipartThreshold: whole, partByteLength: large.part },
    seen: `in parts from ${parts} bytes on, of ${large.part} each; an address for ${Number.isNaN(seconds) ? 'nobody knows how many' : seconds} seconds`,
  }
}

async function lookAtDownload(scene: Scene) {
  const writer = await openWriter(scene.connections.huggingface)
  const content = Buffer.concat([randomBytes(64), Buffer.alloc(20_000)])
  await writer.write({ 'asked.bin': { lfs: content } })
  const object = { oid: createHash('sha256').update(content).digest('hex'), size: content.length }
  const { status, json } = await askBatch(scene, 'huggingface', 'download', [object])
  const href = text(field(json, 'objects', 0, 'actions', 'download', 'href'))
  await writer.clear()
  const query = URL.canParse(href) ? new URL(href).searchParams : new URLSearchParams()
  // CloudFront's addresses have been seen with fields of S3's beside its own.
  const form = query.has('Key-Pair-Id') ? 'cloudfront' : query.has('X-Amz-Signature') ? 's3' : undefined
  return [form, `batch answered ${status}, fields ${[...query.keys()].join(' ') || 'none'}`] as const
}

/** More than any limit that was reported. */
const commitsMax = 300

/** Spends them: until one is refused. */
function lookAtQuota(scene: Scene): Promise<Found> {
  const most = Number(scene.env['LIVE_COMMITS_MAX'] || commitsMax)
  if (most < commitsMax / scene.scale) return Promise.resolve(unanswered(`not asked: LIVE_COMMITS_MAX is ${most}`))
  return onHubBranch(scene, 'quota', async ({ at, commit }) => {
    for (let count = 1; count <= most; count++) {
      const { status, headers, text: words } = await commit([fileLine(at('quota.txt'), `${count}\n`)])
      if (status < 300) continue
      if (status !== 429) return unanswered(`commit ${count} was answered ${status}`)
      const said = /\((\d+) per hour\)/.exec(words)?.[1]
      const after = headers.get('retry-after')
      return {
        values: {
          ...(said !== undefined && { commitsPerHour: Number(said) }),
          commitRetryAfter: after === null ? null : Number(after),
        },
        seen: `commit ${count} of this probe was refused, Retry-After ${after ?? 'none'}`,
      }
    }
    return { values: { commitsPerHour: null }, seen: `${most} commits in a row were taken` }
  })
}

export const hubProbes: readonly Probe[] = [
  probe('compareLinesMax', lookAtLength),
  probe('compareQuoting', lookAtNames),
  { answers: ['compareTags', 'compareRenames', 'readsUnreachable'], look: lookAtComparisons },
  probe('keepsModes', lookAtModes),
  probe('pathsInfoMax', lookAtPaths),
  { answers: ['preuploadMax', 'preuploadNeedsWrite'], look: lookAtPreupload },
  probe('batchLimit', async (scene) => {
    const { largest, seen } = await findLargest([1_000, 256, 100], (count) =>
      askBatch(scene, 'huggingface', 'download', listAbsent(count)),
    )
    return [largest ?? undefined, seen]
  }),
  { answers: ['plainBinaryMax', 'binaryCheck', 'refusesPlainUnderRule'], look: lookAtBinaries },
  { answers: ['multipartThreshold', 'partByteLength', 'uploadSeconds'], look: lookAtUploads },
  probe('signs', lookAtDownload),
  { answers: ['commitsPerHour', 'commitRetryAfter'], look: lookAtQuota },
]
