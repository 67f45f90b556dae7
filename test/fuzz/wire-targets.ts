/** What reads headers, pages of errors and git's own lines. */
import { fetchObjects } from '../../lib/git-wire/fetch.ts'
import { parseLines } from '../../lib/git-wire/pkt-line.ts'
import type { GitServer } from '../../lib/git-wire/server.ts'
import { joinBand } from '../../lib/git-wire/side-band.ts'
import { formatFact, parseText } from '../../lib/github/failure.ts'
import { HeaderMap } from '../../lib/http/headers.ts'
import { parseNextPage } from '../../lib/huggingface/address.ts'
import { parseRefusal } from '../../lib/huggingface/failure.ts'
import { IntegrityError, RemoteError } from '../../lib/model/errors.ts'
import { editLfsConfig } from '../../lib/plan/lfs-config.ts'
import { formatObject, formatPack } from '../git-wire/packs.ts'
import type { Target } from './target.ts'

const lines = (...texts: (string | Buffer)[]) =>
  Buffer.concat([
    ...texts.map((text) => {
      const bytes = Buffer.from(text)
      return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
    }),
    Buffer.from('0000'),
  ])
const inBand = (band: number, bytes: Buffer) => Buffer.concat([Buffer.of(band), bytes])
const pack = formatPack([formatObject(3, Buffer.from('one\n'))])
const reading = { byteLengthMax: 1_000_000, keptBytesMax: 1_000_000, totalBytesMax: 10_000_000, take: () => {} }

async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
}

/** A server that answers each request with these bytes. */
const serverOf = (bytes: Buffer): GitServer => ({
  http: {
    fetch: () => async () => ({
      status: 200,
      headers: new HeaderMap(),
      url: 'https://x.example',
      body: inPieces(bytes),
    }),
  } as never,
  side: 'github',
  url: 'https://x.example/a.git',
  authorization: null,
})

const page = '<!doctype html><html><head><title>502 Bad Gateway</title></head><body><h1>502</h1></body></html>'

export const wireTargets: readonly Target[] = [
  {
    name: 'answers of git to a fetch',
    seeds: [
      lines('packfile\n', inBand(2, Buffer.from('Counting\n')), inBand(1, pack)),
      lines(
        'shallow-info\n',
        `shallow ${'a'.repeat(40)}`,
        'packfile\n',
        inBand(1, pack.subarray(0, 20)),
        inBand(1, pack.subarray(20)),
      ),
      lines('ERR access denied\n'),
      Buffer.from(page),
    ],
    take: async (bytes) => {
      const { kind } = await fetchObjects(serverOf(bytes), ['a'.repeat(40)], reading)
      if (!['whole', 'refused', 'broken'].includes(kind)) throw new Error(`it ended as ${kind}`)
    },
  },
  {
    name: 'reports of git on a push',
    seeds: [
      lines(inBand(1, lines('unpack ok\n', 'ok refs/heads/main\n', 'ng refs/x/y no\n')), inBand(2, Buffer.from('x'))),
      Buffer.from(page),
    ],
    take: (bytes) => parseLines(joinBand(parseLines(bytes) ?? [])),
    errors: [IntegrityError, RemoteError],
  },
  {
    name: 'links to the next page',
    seeds: [
      Buffer.from(
        '<https://x.example/api/datasets/a/b/tree/main?cursor=abc>; rel="next", <https://x.example/?p=9>; rel="last"',
      ),
      Buffer.from('<https://x.example/a?b>;rel=next'),
    ],
    take: (bytes) => {
      const query = parseNextPage(bytes.toString())
      if (query !== null && !query.startsWith('?')) throw new Error(`no query: ${query}`)
      return query
    },
  },
  {
    name: 'pages and JSON of errors',
    seeds: [
      Buffer.from(page),
      Buffer.from('{"error":"Invalid token","errors":[{"message":"a"},"b"],"message":"c"}'),
      Buffer.from(
        '{"message":"Not Found","errors":[{"resource":"a","code":"b"}],"documentation_url":"https://x.example"}',
      ),
    ],
    take: (bytes) => {
      const text = bytes.toString()
      const headers = new HeaderMap()
      let data: unknown = text
      try {
        data = JSON.parse(text)
      } catch {
        // As it comes from whatever stands between.
      }
      return [parseRefusal({ status: 502, headers, bytes }), formatFact('read it', 502, parseText(data))]
    },
  },
  {
    name: '.lfsconfig',
    seeds: [
      Buffer.from('[lfs]\n\turl = https://x.example/a.git/info/lfs\n'),
      Buffer.from(
        '# note\r\n[remote "origin"]\n\turl = x\n[lfs "https://x"]\n\taccess = basic\n[LFS]\n  url="https://y" ; z\n',
      ),
    ],
    take: (bytes) => {
      const url = 'https://x.example/wanted'
      const edit = editLfsConfig(bytes.toString(), url)
      // What was written leads there, and needs no second edit.
      if (edit !== null && 'text' in edit && editLfsConfig(edit.text, url) !== null)
        throw new Error('it does not lead there')
    },
  },
]
