/** Processes: one holds the hubs, another runs the command or a bare copy. */
import { execFile, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { WireCopied, WireOrder } from '../lfs/streaming-copy.ts'
import type { Carried, Order } from './command.ts'
import type { Ready, Scene, ServedCounts } from './serve.ts'

/** What takes longer has failed. */
const scriptMsMax = 900_000

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** The order is given on stdin: an argument holds 128 kB on Linux, and the addresses of 200 objects are longer. */
async function runScript<T>(file: string, order: unknown): Promise<T> {
  const running = promisify(execFile)(process.execPath, ['--import', 'tsx', pathOf(file)], {
    maxBuffer: 1e8,
    timeout: scriptMsMax,
  })
  running.child.stdin!.end(JSON.stringify(order))
  return JSON.parse((await running).stdout) as T
}

export interface Stage {
  readonly ready: Ready
  readonly takeCounts: () => Promise<ServedCounts>
}

/** The hubs are there as long as `work` runs. */
export async function onStage<T>(scene: Scene, work: (stage: Stage) => Promise<T>): Promise<T> {
  const child = fork(pathOf('serve.ts'), [JSON.stringify(scene)], { execArgv: ['--import', 'tsx'] })
  const read = <Message>() =>
    new Promise<Message>((resolve, reject) => {
      const fail = (code: number | null) => reject(new Error(`The hubs ended with ${code}`))
      child.once('exit', fail)
      child.once('message', (message) => {
        child.off('exit', fail)
        resolve(message as Message)
      })
    })
  try {
    const ready = await read<Ready>()
    const takeCounts = () => {
      const answer = read<ServedCounts>()
      child.send('counts')
      return answer
    }
    return await work({ ready, takeCounts })
  } finally {
    if (child.connected) child.disconnect()
  }
}

/** The command in a process of its own. Throws where it does not end with 0. */
export async function runCommand({ ready }: Stage, ...argv: string[]): Promise<Carried> {
  const carried = await runScript<Carried>('command.ts', { env: ready.env, argv } satisfies Order)
  if (carried.exitCode !== 0)
    throw new Error(`The command ended with ${carried.exitCode}:\n${carried.out}${carried.err}`)
  return carried
}

/** The same bytes from fetch to fetch, nothing checked: the fastest that streams flat. */
export function copyBare({ ready: { bare } }: Stage): Promise<WireCopied> {
  return runScript<WireCopied>('../lfs/streaming-copy.ts', { bare } satisfies WireOrder)
}
