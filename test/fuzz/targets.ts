/** What reads bytes of somebody else, with a few that are right for each. `npm run test:fuzz` breaks these in every way. */
import { readFileSync } from 'node:fs'
import { parsePairFile } from '../../lib/cli/pair-file.ts'
import { parseArrowFile, parseArrowStream } from '../../lib/facts/arrow.ts'
import { compareCards, findCardFault } from '../../lib/facts/card.ts'
import { parseImage } from '../../lib/facts/image.ts'
import { parseJson as parseJsonFile, parseJsonLines } from '../../lib/facts/json.ts'
import { parseParquet } from '../../lib/facts/parquet.ts'
import { parseDelimited } from '../../lib/facts/table.ts'
import { applyDelta } from '../../lib/git-wire/delta.ts'
import { parseLines } from '../../lib/git-wire/pkt-line.ts'
import { readPack } from '../../lib/git-wire/read-pack.ts'
import { listIgnoreRules } from '../../lib/gitattributes/ignore.ts'
import { mergeAttributes } from '../../lib/gitattributes/merge-rules.ts'
import { isLfsPath } from '../../lib/gitattributes/rules.ts'
import * as github from '../../lib/github/schema.ts'
import { parseJson, parseList } from '../../lib/http/json.ts'
import { LimitLedger } from '../../lib/http/limits.ts'
import { formatRetry } from '../../lib/http/rate-limit.ts'
import { parseRawDiff } from '../../lib/huggingface/raw-diff.ts'
import * as huggingface from '../../lib/huggingface/schema.ts'
import { parseBatch } from '../../lib/lfs/batch.ts'
import { IntegrityError, RemoteError, UsageError } from '../../lib/model/errors.ts'
import { splitFrontMatter } from '../../lib/model/front-matter.ts'
import { parseSet } from '../../lib/model/mirrored-set.ts'
import { parsePointer } from '../../lib/model/pointer.ts'
import { fenceMarkdown, quote, quoteMarkdown, quoteShell } from '../../lib/model/quote.ts'
import { parseTrailers, stripTrailers } from '../../lib/model/trailers.ts'
import { decodeText } from '../../lib/text/decode-text.ts'
import { diffLines } from '../../lib/text/diff-lines.ts'
import { mergeCard } from '../../lib/text/merge-card.ts'
import { mergeText } from '../../lib/text/merge-text.ts'
import { parseAnswer } from '../../lib/xet/answer.ts'
import { KnownChunks } from '../../lib/xet/known-chunks.ts'
import { formatShards } from '../../lib/xet/shard.ts'
import { blobId, formatDelta, formatObject, formatPack } from '../git-wire/packs.ts'
import { formatAnswer } from '../xet/format-answer.ts'
import type { Target } from './target.ts'
import { wireTargets } from './wire-targets.ts'

const texts = (...seeds: string[]) => seeds.map((seed) => Buffer.from(seed))
const file = (name: string) => readFileSync(new URL(`../facts/files/${name}`, import.meta.url))
const oid = 'a'.repeat(40)
const sha256 = 'b'.repeat(64)
const card =
  '---\nlicense: mit\ntags:\n- a\n- b\nconfigs:\n  - config_name: default\n    data_files: "*.csv"\n---\n# Corpus\n\nText.\n'
const rules =
  '*.bin filter=lfs diff=lfs merge=lfs -text\n# note\n"a b".txt text\n[attr]big -diff\n/x/** big\n!y -text\n'
const message = `Copy\n\nBody: yes\n\nMirrored-From: https://huggingface.co/datasets/acme/corpus/commit/${oid}\nMirrored-Tree: ${oid}\nMirrored-Onto: ${oid} ${sha256}\n`

/** A text in three versions, as its thirds. */
function split(bytes: Buffer): [base: string, sides: { github: string; huggingface: string }] {
  const text = bytes.toString()
  const third = Math.ceil(text.length / 3)
  const part = (index: number) => text.slice(index * third, (index + 1) * third)
  return [part(0), { github: part(1), huggingface: part(2) }]
}

const blob = Buffer.from('one\ntwo\nthree\n')
/** A blob, and a delta on it. */
const packSeed = formatPack([
  formatObject(3, blob),
  formatObject(7, formatDelta(blob.length, 12, [[0, 8], Buffer.from('four')]), {
    base: Buffer.from(blobId(blob), 'hex'),
  }),
])
const hash = Buffer.alloc(32, 5)
const [shardSeed = Buffer.alloc(0)] = formatShards(
  [{ hash, byteLength: 9, chunks: [3, 4, 5].map((byteLength) => ({ hash, byteLength })) }],
  [{ hash, sha256, terms: [{ xorb: hash, start: 0, end: 3, byteLength: 12, proof: hash }] }],
)
const reading = { byteLengthMax: 1_000_000, keptBytesMax: 1_000_000, totalBytesMax: 10_000_000, take: () => {} }

async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
}

const headersOf = (text: string) => {
  const headers = new Map(
    text.split('\n').map((line): [string, string] => {
      const [name = '', value = ''] = line.split(/: ?(.*)/s)
      return [name.toLowerCase(), value]
    }),
  )
  return {
    get: (name: string) => headers.get(name) ?? null,
    has: (name: string) => headers.has(name),
    [Symbol.iterator]: () => headers[Symbol.iterator](),
  }
}

export const targets: readonly Target[] = [
  {
    name: 'pointers',
    seeds: texts(
      `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize 12345\n`,
      'ext-0-a sha256:x\n',
    ),
    take: parsePointer,
  },
  {
    name: 'trailers',
    seeds: texts(message, `${message}\n${message}`),
    take: (bytes) => [parseTrailers(bytes.toString()), stripTrailers(bytes.toString()), parseSet(bytes.toString())],
  },
  {
    name: 'rules',
    seeds: texts(rules, rules.repeat(3)),
    take: (bytes) => {
      const [before, { github: after, huggingface: other }] = split(bytes)
      return [
        isLfsPath(new Map([['', bytes.toString()]]), 'x/y/a b.bin'),
        listIgnoreRules(bytes.toString()),
        mergeAttributes({ github: { before, after }, huggingface: { before, after: other } }),
      ]
    },
  },
  {
    name: 'cards',
    seeds: texts(card, card.repeat(3)),
    take: (bytes) => {
      const [base, both] = split(bytes)
      const text = bytes.toString()
      return [
        splitFrontMatter(text),
        findCardFault(text),
        compareCards(base, text),
        mergeCard(base, both),
        mergeCard(card, both),
      ]
    },
  },
  {
    name: 'files of pairs',
    seeds: texts(
      'defaults: { to: github }\npairs:\n  corpus:\n    github: acme/corpus\n    hf: datasets/acme/corpus\n    exclude: ["*.tmp"]\n',
    ),
    take: (bytes) => parsePairFile('hubmirror.yml', bytes.toString()),
    errors: [UsageError],
  },
  {
    name: 'texts',
    seeds: texts('a\nb\nc\n'.repeat(20), '{\n  "a": 1,\n  "b": 2\n}\n'.repeat(9)),
    take: (bytes) => {
      const [base, both] = split(bytes)
      return [decodeText(bytes), mergeText(base, both), diffLines({ before: both.github, after: both.huggingface })]
    },
  },
  {
    name: 'words that are shown',
    seeds: texts('a `b` <c> |d| ::error::e\n\u001b[31mf\u202e', '```\n# g\n[h](i)\n'),
    take: (bytes) => {
      const text = bytes.toString()
      const shown = [quote(text), quoteMarkdown(text), quoteShell(text), ...fenceMarkdown(text.split('\n'))]
      // What a terminal or the runner of a workflow would act on.
      // oxlint-disable-next-line no-control-regex
      if (shown.some((one) => /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|^::/.test(one)))
        throw new Error(`acts: ${JSON.stringify(shown)}`)
      return shown
    },
  },
  { name: 'Parquet', seeds: [file('pyarrow.parquet'), file('duckdb.parquet')], take: parseParquet },
  {
    name: 'Arrow',
    seeds: [file('pyarrow.arrow'), file('stream.arrow')],
    take: (bytes) => [parseArrowFile(bytes), parseArrowStream(bytes)],
  },
  {
    name: 'pictures',
    seeds: [
      Buffer.from('89504e470d0a1a0a0000000d49484452000000100000000808020000009077 53de'.replace(' ', ''), 'hex'),
      Buffer.from('474946383961100008008000000000', 'hex'),
      Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0001108000800100301220002110103110fffd9', 'hex'),
    ],
    take: (bytes) => ['png', 'gif', 'jpg', 'webp', 'svg'].map((extension) => parseImage(bytes, extension)),
  },
  {
    name: 'tables and JSON',
    seeds: texts('a,b\n1,"x\ny"\n2,z\n', '{"a":[1,{"b":null}]}\n{"a":2}\n', '[1,2,{"c":"d"}]'),
    take: (bytes) => [
      parseDelimited(bytes, 'csv', true),
      parseDelimited(bytes, 'tsv', false),
      parseJsonLines(bytes),
      parseJsonFile(bytes),
    ],
  },
  {
    name: 'packs',
    seeds: [packSeed],
    take: (bytes) => readPack(chunksOf(bytes), reading),
    errors: [IntegrityError, RemoteError],
  },
  {
    name: 'deltas and lines of git',
    seeds: [Buffer.from('0006a\n0000000bhello', 'latin1'), formatDelta(10, 7, [[0, 4], Buffer.from('abc')])],
    take: (bytes) => [
      parseLines(bytes),
      applyDelta(Buffer.from('0123456789'), bytes, (byteLength) => byteLength < 1_000_000),
    ],
    errors: [IntegrityError, RemoteError],
  },
  {
    name: 'answers about known chunks',
    seeds: [formatAnswer(shardSeed), formatAnswer(shardSeed, { hmacKey: Buffer.alloc(32, 7), expires: 1 })],
    take: (bytes) => {
      const answer = parseAnswer(bytes)
      if (answer !== null) new KnownChunks().learn(answer)
    },
  },
  {
    name: 'raw comparisons',
    seeds: texts(
      `:100644 100644 ${oid} ${'c'.repeat(40)} M\ta.txt\n:000000 100644 ${'0'.repeat(40)} ${oid} A\t"b\\303\\274.txt"\n:100644 100644 ${oid} ${oid} R100\tx\ty\n`,
    ),
    take: (bytes) => parseRawDiff(bytes.toString()),
  },
  {
    name: 'answers of both services',
    seeds: texts(
      JSON.stringify([{ type: 'file', oid, size: 1, path: 'a', lfs: { oid: sha256, size: 5, pointerSize: 100 } }]),
      JSON.stringify([
        { id: oid, title: 'a', message: 'b', date: '2026-01-01T00:00:00.000Z', authors: [{ user: 'c' }] },
      ]),
      JSON.stringify({ branches: [{ name: 'main', ref: 'refs/heads/main', targetCommit: oid }], tags: [] }),
      JSON.stringify([
        {
          sha: oid,
          commit: { message: 'a', tree: { sha: oid }, author: { name: 'a', email: 'b', date: '2026-01-01T00:00:00Z' } },
          parents: [{ sha: oid }],
        },
      ]),
      JSON.stringify({
        transfer: 'basic',
        objects: [
          {
            oid: sha256,
            size: 5,
            actions: { download: { href: 'https://x.example/', header: { a: 'b' }, expires_in: 60 } },
          },
        ],
      }),
    ),
    take: (bytes) => {
      const text = bytes.toString()
      const value = parseJson(text)
      const rows = [huggingface.parsePathRow, huggingface.parseCommitRow, github.parseTreeRow, github.parseCommit]
      const object = { oid: sha256, byteLength: 5 }
      return [
        ...rows.map((parse) => [parse(value), parseList<unknown>(value, parse)]),
        huggingface.parseRefs(value),
        github.parseRefs(value),
        parseBatch(text, [object], ['basic', 'multipart'], { nowMs: 0, serverMs: 0 }),
      ]
    },
  },
  {
    name: 'limits',
    seeds: texts(
      'retry-after: 60\nx-ratelimit-resource: core\nx-ratelimit-limit: 5000\nx-ratelimit-remaining: 0\nx-ratelimit-reset: 1700000000\nratelimit: "api";r=0;t=60\nratelimit-policy: "fixed window";"api";q=1000;w=300',
      'retry-after: Wed, 21 Oct 2026 07:28:00 GMT\n',
    ),
    take: (bytes) => {
      const headers = headersOf(bytes.toString())
      const ledger = new LimitLedger()
      ledger.note(headers, 0)
      return [formatRetry(429, headers, bytes.toString(), 0), ledger.told]
    },
  },
  ...wireTargets,
]
