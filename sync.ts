#!/usr/bin/env -S npx tsx
/** Argv, environment, streams, signals and the exit code of the process. Everything else is in lib/. */
import { setMaxListeners } from 'node:events'
import { readAsked } from './lib/cli/asked.ts'
import { limitHeapGrowth } from './lib/cli/heap.ts'
import { StoppedError } from './lib/model/errors.ts'

const stop = new AbortController()
// Each request and each wait of a run listens to it, as many as there are at once.
setMaxListeners(0, stop.signal)
for (const name of ['SIGINT', 'SIGTERM'])
  process.once(name, () => stop.abort(new StoppedError(`Stopped by ${name}. Run again: it goes on from what is there`)))
const { env, argv, stdin, stdout, stderr } = process
// Whoever reads may stop reading: that is no failure of the run.
for (const stream of [stdout, stderr]) stream.on('error', () => {})
/** Null where the terminal is closed, or somebody has pressed Ctrl-C. */
async function askLine(question: string): Promise<string | null> {
  const { createInterface } = await import('node:readline')
  const lines = createInterface({ input: stdin, output: stdout })
  return new Promise((resolve) => {
    lines.once('SIGINT', () => lines.close())
    lines.once('close', () => resolve(null))
    lines.question(question, (line) => {
      resolve(line)
      lines.close()
    })
  })
}

async function run(): Promise<number> {
  limitHeapGrowth()
  const { sync } = await import('./lib/cli/command.ts')
  return sync(argv.slice(2), {
    env,
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    columns: stdout.isTTY ? stdout.columns : null,
    ask: stdin.isTTY && stdout.isTTY ? askLine : null,
    terminal: stderr.isTTY ? stderr : null,
    signal: stop.signal,
    proxies: env,
  })
}

// A text needs nothing of a run, whose modules take a second.
const asked = await readAsked(argv.slice(2))
if (asked === null) process.exitCode = await run()
else stdout.write(asked)
