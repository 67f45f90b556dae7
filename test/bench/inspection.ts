/** What it costs to look into the data of a plan: requests and bytes of a dry run with and without it. */
import { writeParquet } from '../facts/samples.ts'
import { servePair, type Pair } from '../hubs/pair.ts'
import { act, beginMirror, type Files } from '../run/mirror-setup.ts'
import type { Checked } from './bounds.ts'
import type { Figure, Section } from './table.ts'

const [fileCount, rowCount] = [20, 20_000]
/** The end of each version, and one batch a side that tells where objects are. */
const [requestsMax, bytesMax] = [2 * fileCount + 2, 2 * fileCount * 8_192 + 40_000]

function tables(version: number): Files {
  const data = Array.from({ length: rowCount + version }, (_, row) => Math.sin(row * (version + 1)))
  return Object.fromEntries(
    Array.from({ length: fileCount }, (_, nth) => {
      const columnData = [{ name: 'value', data: data.map((value) => value * (nth + 1)), type: 'DOUBLE' as const }]
      return [`t/${nth}.parquet`, { lfs: Buffer.from(writeParquet({ columnData })) }]
    }),
  )
}

async function plan(pair: Pair, ...argv: string[]): Promise<{ requests: number; bytes: number; told: number }> {
  const { exitCode, out, err } = await pair.run('--dry-run', '--json', ...argv)
  if (exitCode !== 0) throw new Error(`The plan ended with ${exitCode}:\n${out}${err}`)
  const { requests, bytes, data } = JSON.parse(out)
  return {
    requests: requests.github + requests.huggingface,
    bytes: bytes.downloaded + bytes.uploaded,
    told: data?.files.length ?? 0,
  }
}

export async function measureInspection(): Promise<{ section: Section; checked: Checked[] }> {
  const pair = await servePair()
  try {
    await beginMirror(pair, { '.gitattributes': '*.parquet filter=lfs diff=lfs merge=lfs -text\n', ...tables(0) })
    act(pair, 'huggingface', tables(1))
    const [without, inspected] = [await plan(pair, '--no-inspect'), await plan(pair)]
    if (inspected.told !== fileCount) throw new Error(`Of ${fileCount} files ${inspected.told} were looked into`)
    const requests: Figure = { value: inspected.requests - without.requests, unit: 'requests' }
    const bytes: Figure = { value: inspected.bytes - without.bytes, unit: 'bytes' }
    const name = `${fileCount} Parquet files changed`
    return {
      section: {
        title: 'looking into the data of a plan',
        columns: ['requests', 'bytes'],
        rows: [{ name, cells: { requests, bytes } }],
      },
      checked: [
        { name: `${name}: requests to look into them`, sense: 'most', limit: requestsMax, figure: requests },
        { name: `${name}: bytes to look into them`, sense: 'most', limit: bytesMax, figure: bytes },
      ],
    }
  } finally {
    await pair.close()
  }
}
