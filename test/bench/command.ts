/** A process of its own that runs the command. Reads a JSON `Order` on stdin and prints a `Carried`. */
import { text } from 'node:stream/consumers'
import { sync } from '../../lib/cli/command.ts'
import { limitHeapGrowth } from '../../lib/cli/heap.ts'
import { readPeakMemory } from '../lfs/peak-memory.ts'

export interface Order {
  readonly env: Record<string, string>
  readonly argv: readonly string[]
}
/**
 * `cpuMs` and `rssBytesMax` are those of the whole process, so with the loading of its code; `elapsedMs` and `runCpuMs`
 * of the run alone.
 */
export interface Carried {
  readonly exitCode: number
  readonly elapsedMs: number
  readonly cpuMs: number
  readonly runCpuMs: number
  readonly rssBytesMax: number
  readonly out: string
  readonly err: string
}

limitHeapGrowth()
const { env, argv } = JSON.parse(await text(process.stdin)) as Order
const spentMs = ({ user, system } = process.cpuUsage()) => (user + system) / 1000
const loadedMs = spentMs()
const startedMs = performance.now()
let [out, err] = ['', '']
const exitCode = await sync(argv, {
  env,
  out: (more) => {
    out += more
  },
  err: (more) => {
    err += more
  },
})
const cpuMs = spentMs()
const carried: Carried = {
  exitCode,
  elapsedMs: performance.now() - startedMs,
  cpuMs,
  runCpuMs: cpuMs - loadedMs,
  rssBytesMax: readPeakMemory(),
  out,
  err,
}
process.stdout.write(JSON.stringify(carried), () => process.exit())
