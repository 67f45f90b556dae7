/** Copies between processes, measured: what the copying process took is its own alone. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { WireCopied, WireOrder } from './streaming-copy.ts'
import type { WireCounts, WireReady, WireSetting } from './streaming-host.ts'

export type Measured = WireCopied & WireCounts

function run(name: string, ...argv: string[]) {
  const script = fileURLToPath(new URL(`${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...argv], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const readLine = async <T>(): Promise<T> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`${name} ended without an answer`)
    return JSON.parse(value) as T
  }
  return { child, readLine }
}

export async function measureCopy(setting: WireSetting): Promise<Measured> {
  const host = run('streaming-host', JSON.stringify(setting))
  try {
    const proven = await host.readLine<WireReady>()
    const copy = run('streaming-copy')
    copy.child.stdin.end(JSON.stringify({ proven } satisfies WireOrder))
    const copied = await copy.readLine<WireCopied>()
    host.child.stdin.write('\n')
    return { ...copied, ...(await host.readLine<WireCounts>()) }
  } finally {
    host.child.stdin.end()
  }
}
