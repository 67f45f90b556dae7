/**
 * `npm run demo`: both hubs on loopback ports, a real dataset, every case on one screen. Needs no git, no token, no
 * network.
 */
import { servePair } from './hubs/pair.ts'
import { steps, tell } from './run/story.ts'

const color =
  process.env.NO_COLOR || !process.stdout.isTTY
    ? (text: string) => text
    : (text: string, code: number) => `\u001b[${code}m${text}\u001b[0m`
const shownMax = 6

const pair = await servePair()
process.stdout.write(
  `GitHub ${pair.env.GITHUB_API_URL} and Hugging Face ${pair.env.HF_ENDPOINT}, both embedded. The files are those of the npm package vega-datasets.\n`,
)
let failed = false
await tell(pair, (step, { exitCode, out, err, requests }) => {
  const expected = step.name === 'conflict' ? 2 : 0
  failed ||= exitCode !== expected
  process.stdout.write(
    `\n${color(`${steps.indexOf(step) + 1}. ${step.title}`, 1)}: ${step.done}\n   $ npx tsx sync.ts ${step.argv.join(' ')}\n`,
  )
  const lines = `${out}${exitCode === expected ? '' : err}`.trimEnd().split('\n')
  const shown =
    lines.length > shownMax + 4
      ? [...lines.slice(0, shownMax), `… ${lines.length - shownMax - 2} more lines`, ...lines.slice(-2)]
      : lines
  for (const line of shown) process.stdout.write(`   ${line.length > 150 ? `${line.slice(0, 147)}…` : line}\n`)
  process.stdout.write(color(`   exit code ${exitCode}, ${requests} requests to both hubs\n`, 2))
})
await pair.close()
process.exitCode = failed ? 1 : 0
