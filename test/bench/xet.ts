/** CPU of what is done to bytes that go by Xet, as multiples of SHA-256, which is made of the same bytes anyhow. */
import { createHash } from 'node:crypto'
import { FileAssembly } from '../../lib/xet/assembly.ts'
import { Chunker } from '../../lib/xet/chunker.ts'
import { hashChunk } from '../../lib/xet/hashes.ts'
import { KnownChunks } from '../../lib/xet/known-chunks.ts'
import { readVega } from '../facts/samples.ts'
import { randomBytes } from '../xet/generated.ts'
import { splitBytes } from '../xet/split.ts'
import type { Checked } from './bounds.ts'
import { median } from './sample.ts'
import type { Figure, Row, Section } from './table.ts'

const pieceLength = 65_536
const times = 5

function measureCpu(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** Takes all pieces of a file, as they come from a network. */
function pushAll(bytes: Uint8Array, take: (chunk: Uint8Array) => void): void {
  const chunker = new Chunker()
  for (let at = 0; at < bytes.length; at += pieceLength)
    for (const chunk of chunker.push(bytes.subarray(at, at + pieceLength))) take(chunk)
  const rest = chunker.finish()
  if (rest !== null) take(rest)
}

/** Returns how many bytes would be sent. */
function assembleAll(bytes: Uint8Array): number {
  const known = new KnownChunks()
  const assembly = new FileAssembly(known)
  pushAll(bytes, (chunk) => {
    const hash = hashChunk(chunk)
    assembly.add({ bytes: chunk, hash }, known.find({ hash, byteLength: chunk.length }, 0))
  })
  return assembly.finish().rest.byteLength
}

/** Each step alone, and all of them. Files of less than one xorb. */
function measureFile(name: string, bytes: Uint8Array): { row: Row; whole: number } {
  const chunks = splitBytes(bytes)
  const steps: Record<string, () => void> = {
    sha256: () => createHash('sha256').update(bytes).digest(),
    cut: () => pushAll(bytes, () => {}),
    hash: () => chunks.forEach((chunk) => hashChunk(chunk)),
    all: () => assembleAll(bytes),
  }
  const middle = Object.entries(steps).map(([step, work]) => {
    work()
    return [step, median(Array.from({ length: times }, () => measureCpu(work)))] as const
  })
  const { sha256 = Number.NaN, ...others } = Object.fromEntries(middle)
  const ratios = Object.entries(others).map(([step, cpu]): [string, Figure] => [
    step,
    { value: cpu / sha256, unit: 'ratio' },
  ])
  const cells = {
    ...Object.fromEntries(ratios),
    bytes: { value: bytes.length, unit: 'bytes' as const },
    sent: { value: assembleAll(bytes), unit: 'bytes' as const },
  }
  return { row: { name, cells }, whole: others['all']! / sha256 }
}

export async function measureXet(): Promise<{ section: Section; checked: Checked[] }> {
  const measured = [
    measureFile('random bytes', randomBytes(8_000_000, 1)),
    measureFile('flights-3m.parquet', readVega('flights-3m.parquet')),
    measureFile('zipcodes.csv', readVega('zipcodes.csv')),
  ]
  const section = {
    title: 'Xet, as multiples of the CPU of SHA-256',
    columns: ['bytes', 'cut', 'hash', 'all', 'sent'],
    rows: measured.map(({ row }) => row),
    notes: ['All is cutting, hashing, compressing, looking chunks up and listing them; text takes long to compress.'],
  }
  const [random] = measured
  const figure: Figure = { value: random!.whole, unit: 'ratio' }
  return {
    section,
    checked: [{ name: 'Xet of random bytes, of SHA-256', sense: 'most', limit: 12, target: 8, figure }],
  }
}
